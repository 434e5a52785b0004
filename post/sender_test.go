package post

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/rogatory/rogatory/fault"
)

const domain = "bounce.rogatory.example"

func TestAnAddressNamesItsMessage(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		id := string(rapid.SliceOfN(rapid.Byte(), 1, LongestID).Draw(t, "id"))
		address, err := sender(secret, id, domain)
		if err != nil {
			t.Fatal(err)
		}
		if err := checkAddress("from", address); err != nil {
			t.Fatalf("%q: %v", address, err)
		}
		for _, written := range []string{address, strings.ToUpper(address), strings.ToLower(address)} {
			if got, err := readSender(secret, written, domain); got != id || err != nil {
				t.Fatalf("%q names %q, %v", written, got, err)
			}
		}
	})
}

func TestAddressesThatNobodyMade(t *testing.T) {
	good, err := sender(secret, "26-E7MVEEHX-R/receipt", domain)
	if err != nil {
		t.Fatal(err)
	}
	local, _, _ := strings.Cut(good, "@")
	other, _ := sender([32]byte{9}, "26-E7MVEEHX-R/receipt", domain)
	elsewhere, _ := sender(secret, "26-E7MVEEHX-R/receipt", "bounce.example")
	elsewhere, _, _ = strings.Cut(elsewhere, "@")
	// What the secret vouches for, of messages that there are none of.
	tagged := func(id string) string {
		return senderPrefix + senderText.EncodeToString(append(senderTag(secret, id, domain), id...))
	}
	refused := []string{
		"", "@", "b+", "b+@" + domain, "b+a@" + domain, "postmaster@" + domain, other, elsewhere + "@" + domain,
		local, local + "@", local + "@example.org", local + "@sub." + domain, "c" + good[1:], good[2:],
		local + "=@" + domain, local + "\n@" + domain, local[:len(local)-1] + "@" + domain,
		tagged("") + "@" + domain,
		tagged(strings.Repeat("i", LongestID+1)) + "@" + domain,
	}
	for i := len(senderPrefix); i < len(local); i++ {
		letter := byte('a')
		if local[i] == letter {
			letter = 'b'
		}
		refused = append(refused, local[:i]+string(letter)+local[i+1:]+"@"+domain)
	}
	for _, address := range refused {
		if id, err := readSender(secret, address, domain); fault.KindOf(err) != fault.NotFound || id != "" {
			t.Errorf("%q names %q, %v", address, id, err)
		}
	}
}

func FuzzSender(f *testing.F) {
	good, err := sender(secret, "26-E7MVEEHX-R/receipt", domain)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add(strings.ToUpper(good))
	f.Add("b+" + strings.Repeat("a", 62) + "@" + domain)
	f.Add("b+\n@" + domain)
	f.Fuzz(func(t *testing.T, address string) {
		id, err := readSender(secret, address, domain)
		if err != nil {
			if fault.KindOf(err) != fault.NotFound {
				t.Errorf("%q: %v", address, err)
			}
			return
		}
		// What is accepted is an address that the office makes, whatever its case.
		if again, err := sender(secret, id, domain); err != nil || !strings.EqualFold(again, address) {
			t.Errorf("%q was never made: %q is, %v", address, again, err)
		}
	})
}
