package docket

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/rogatory/rogatory/fault"
)

// refLetters leaves out what is misread: I, L, O, U.
const refLetters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

const refBody = 8 // letters, five bits each

// newRef makes a reference that cannot be guessed and cannot be mistyped into
// another: 26-7K3MQ9XB-T.
func newRef(random io.Reader, now time.Time) (Ref, error) {
	raw := make([]byte, refBody)
	if _, err := io.ReadFull(random, raw); err != nil {
		return "", err
	}
	body := make([]byte, refBody)
	for i, b := range raw {
		body[i] = refLetters[b%32]
	}
	year := fmt.Sprintf("%02d", now.Year()%100)
	return Ref(year + "-" + string(body) + "-" + string(refCheck(year+string(body)))), nil
}

// refCheck is a weighted sum: it changes whenever one letter changes, and nearly
// always when two are swapped.
func refCheck(text string) byte {
	sum := 0
	for i, c := range []byte(text) {
		sum += (2*i + 1) * strings.IndexByte(refLetters, c)
	}
	return refLetters[sum%32]
}

// ParseRef reads a reference as a person types it.
func ParseRef(text string) (Ref, error) {
	plain := strings.NewReplacer("-", "", " ", "", "O", "0", "I", "1", "L", "1").Replace(strings.ToUpper(strings.TrimSpace(text)))
	if len(plain) != refBody+3 || strings.Trim(plain, refLetters) != "" || refCheck(plain[:refBody+2]) != plain[refBody+2] {
		return "", fault.Invalidf(text, "is no case reference").WithHint("write it as on the receipt, like 26-7K3MQ9XB-T; the last letter checks the others")
	}
	return Ref(plain[:2] + "-" + plain[2:refBody+2] + "-" + plain[refBody+2:]), nil
}
