// Package seal encrypts what is released to whoever may read it, and opens it
// there.
//
// A package is an age file (age-encryption.org/v1) that holds a tar: release.json,
// which lists the files with their sizes and hashes, and then these files in this
// order and nothing else. It is written as it is read, whatever its size. What was
// cut short, on its way or because a file was not as announced, does not open.
//
// age says who can read a package and not who made it. That it comes from the
// office is for the channel to say, or for a signature over its bytes.
package seal

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"filippo.io/age"

	"github.com/rogatory/rogatory/fault"
)

const mostRecipients = 20

// Recipients checks that something can be encrypted to all of a list: native age
// recipients, X25519 (age1…) or post-quantum (age1pq1…) and not both.
func Recipients(list []string) error {
	_, err := parseRecipients(list)
	return err
}

// parseRecipients names a recipient by its place: what stands there by mistake
// may be a secret.
func parseRecipients(list []string) ([]age.Recipient, error) {
	if len(list) == 0 || len(list) > mostRecipients {
		return nil, fault.Invalidf("recipients", "there are %d", len(list)).
			WithHint(fmt.Sprintf("give 1 to %d", mostRecipients))
	}
	var parsed []age.Recipient
	for i, text := range list {
		r, err := parseRecipient(text)
		if err != nil || slices.Index(list, text) < i {
			return nil, fault.Invalidf(fmt.Sprintf("recipient %d", i+1), "is no age recipient, or is there twice").
				WithHint("give the public key that age-keygen prints: age1… or age1pq1…, in small letters")
		}
		parsed = append(parsed, r)
	}
	// Some keys only show themselves as bad when they are used.
	if _, err := age.Encrypt(io.Discard, parsed...); err != nil {
		return nil, &fault.Fault{
			Kind: fault.Invalid, Where: "recipients", What: "cannot be encrypted to", Cause: err,
			Hint: "give good keys, all of them post-quantum (age1pq1…) or none",
		}
	}
	return parsed, nil
}

func parseRecipient(text string) (age.Recipient, error) {
	var r interface {
		age.Recipient
		fmt.Stringer
	}
	var err error
	if strings.HasPrefix(text, "age1pq1") {
		r, err = age.ParseHybridRecipient(text)
	} else {
		r, err = age.ParseX25519Recipient(text)
	}
	if err != nil {
		return nil, err
	}
	if r.String() != text {
		return nil, fmt.Errorf("is written otherwise than it is printed")
	}
	return r, nil
}
