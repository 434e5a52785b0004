package post

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"strings"

	"github.com/rogatory/rogatory/fault"
)

// LongestID is how long the ID of a message may be, in bytes, so that it fits
// into the local part of the address to which it bounces.
const LongestID = 28

const (
	senderPrefix = "b+"
	senderMAC    = 10 // bytes; who guesses has one guess for each connection's few commands
)

// letters of both cases are read alike, because some systems write addresses
// in small letters.
var senderText = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// sender gives the address from which a message is sent and to which it bounces:
// it names the message, and only who has the secret can make it.
func sender(secret [32]byte, id, domain string) (string, error) {
	if id == "" || len(id) > LongestID {
		return "", fault.Invalidf("id", "a message has an ID of 1 to %d bytes", LongestID)
	}
	tag := append(senderTag(secret, id, domain), id...)
	return senderPrefix + senderText.EncodeToString(tag) + "@" + domain, nil
}

// readSender gives the ID of the message to which an address was given. It is
// a fault.NotFound if the office did not make the address.
func readSender(secret [32]byte, address, domain string) (string, error) {
	none := fault.NotFoundf("", "there is no such address")
	local, at, _ := strings.Cut(address, "@")
	if len(local) > longestLocal || !strings.EqualFold(at, domain) {
		return "", none
	}
	text, ok := strings.CutPrefix(strings.ToLower(local), senderPrefix)
	if !ok {
		return "", none
	}
	raw, err := senderText.DecodeString(text)
	if err != nil || len(raw) <= senderMAC {
		return "", none
	}
	id := string(raw[senderMAC:])
	// The decoder passes over line ends and spare bits; what is compared is the
	// one way to write it.
	if senderText.EncodeToString(raw) != text || !hmac.Equal(raw[:senderMAC], senderTag(secret, id, domain)) {
		return "", none
	}
	return id, nil
}

// senderTag binds an ID to the domain under which it bounces.
func senderTag(secret [32]byte, id, domain string) []byte {
	mac := hmac.New(sha256.New, secret[:])
	mac.Write([]byte("rogatory.bounce/1\x00" + strings.ToLower(domain) + "\x00" + id))
	return mac.Sum(nil)[:senderMAC]
}
