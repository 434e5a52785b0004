// Package witness watches logs from outside.
//
// A Server cosigns the checkpoints of the logs it knows: it states that it never
// saw the log take back or change what it had published, by the C2SP protocol
// tlog-witness, unmodified, so that any log may ask it and anybody may check it.
// A Client is how a log asks several of them, and gets what its policy demands
// or nothing. A Source reads what a log publishes, over the network or from a
// folder, for whoever monitors it.
//
// It promises that a Server has written down what it cosigns before anybody
// gets the cosignature, and that it never cosigns two checkpoints of one log that
// contradict each other, whoever asks at once. It promises that neither a log nor
// a witness can make the other side read without bound or wait without end.
//
// It refuses logs it was not told of, checkpoints it cannot connect to what it
// saw before, and answers that are not what was asked for. A witness sees the
// size and root of a log and nothing that is in it.
package witness

import (
	"encoding/base64"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/rogatory/rogatory/fault"
)

// maxSize is the largest log there can be: beyond it, the arithmetic of
// package tlog does not end.
const maxSize = 1 << 62

// A head is what the note of a checkpoint says first: which log, how long, and
// the hash of all of it. The lines that may follow state nothing a witness knows.
type head struct {
	origin string
	size   int64
	root   tlog.Hash
}

// parseHead reads the text of a checkpoint of any log.
func parseHead(text string) (head, error) {
	lines := strings.Split(text, "\n")
	if len(lines) < 4 || lines[len(lines)-1] != "" {
		return head{}, fault.Invalidf("checkpoint", "does not have an origin, a size and a hash, each on its line")
	}
	for i, line := range lines[:len(lines)-1] {
		if line == "" {
			return head{}, fault.Invalidf("checkpoint", "line %d is empty", i+1)
		}
	}
	h := head{origin: lines[0]}
	var err error
	if h.size, err = parseSize(lines[1]); err != nil {
		return head{}, err
	}
	if h.root, err = parseHash(lines[2]); err != nil {
		return head{}, err
	}
	return h, nil
}

// parseSize reads the size of a log: decimal, without leading zeros.
func parseSize(s string) (int64, error) {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 0 || n > maxSize || strconv.FormatInt(n, 10) != s {
		return 0, fault.Invalidf("size", "%q is not the size of a log", clip(s))
	}
	return n, nil
}

// parseHash reads a hash in base64, in its one canonical form.
func parseHash(s string) (tlog.Hash, error) {
	var h tlog.Hash
	raw, err := base64.StdEncoding.Strict().DecodeString(s)
	if err != nil || len(raw) != len(h) || base64.StdEncoding.EncodeToString(raw) != s {
		return h, fault.Invalidf("hash", "%q is not 32 bytes in base64", clip(s))
	}
	copy(h[:], raw)
	return h, nil
}

// clip shortens what a stranger wrote, before it goes into a message.
func clip(s string) string {
	const most = 60
	if len(s) > most {
		s = s[:most] + "…"
	}
	return s
}
