package docket

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"strings"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/lifecycle"
)

// A code opens one door to one case for whoever has no account: the person who
// got a notice, and the sender whom nobody has verified. It follows from the
// case and the index key, so that nothing has to be kept, and 100 bits of it
// cannot be guessed.
type door string

const (
	doorPerson  door = "person"  // to challenge, from a notice
	doorReceipt door = "receipt" // to ask how far it is, from a receipt
)

var codeLetters = base32.NewEncoding(refLetters).WithPadding(base32.NoPadding)

// codeLength is how many letters follow the reference: 100 bits.
const codeLength = 20

// code makes the code of a case and a door, with a number of two letters, 0 to
// 1023.
func (d *Docket) code(ctx context.Context, at door, ref Ref, number int) (string, error) {
	if number < 0 || number >= 1<<10 {
		return "", fault.Conflictf(string(ref), "no codes are made beyond %d", 1<<10-1)
	}
	key, err := d.keys.Index(ctx)
	if err != nil {
		return "", err
	}
	h := hmac.New(sha256.New, key[:])
	which := string([]byte{refLetters[number>>5], refLetters[number&31]})
	h.Write([]byte("rogatory.code/1\x00" + string(at) + "\x00" + string(ref) + "\x00" + which))
	letters := codeLetters.EncodeToString(h.Sum(nil))[:codeLength]
	parts := []string{string(ref), which}
	for i := 0; i < codeLength; i += 5 {
		parts = append(parts, letters[i:i+5])
	}
	return strings.Join(parts, "-"), nil
}

// byCode gives the case a code opens, and the number in it. What does not open
// anything is answered in one way, whether or not there is such a case.
func (d *Docket) byCode(ctx context.Context, at door, text string) (Ref, int, error) {
	no := fault.NotFoundf("code", "opens nothing here").WithHint("write it as it stands in the letter")
	plain := strings.Map(func(r rune) rune {
		switch r {
		case ' ', '-', '\t':
			return -1
		case 'O', 'o':
			return '0'
		case 'I', 'i', 'L', 'l':
			return '1'
		}
		return r
	}, strings.ToUpper(text))
	if len(plain) != refBody+3+2+codeLength || strings.Trim(plain, refLetters) != "" {
		return "", 0, no
	}
	head, which := plain[:refBody+3], plain[refBody+3:refBody+5]
	ref, err := ParseRef(head)
	if err != nil {
		return "", 0, no
	}
	number := strings.IndexByte(refLetters, which[0])<<5 | strings.IndexByte(refLetters, which[1])
	want, err := d.code(ctx, at, ref, number)
	if err != nil {
		return "", 0, err
	}
	if !hmac.Equal([]byte(strings.ReplaceAll(want, "-", "")), []byte(plain)) {
		return "", 0, no
	}
	return ref, number, nil
}

// ReceiptCode gives what the sender of a case asks by how far it is.
func (d *Docket) ReceiptCode(ctx context.Context, ref Ref) (string, error) {
	return d.code(ctx, doorReceipt, ref, 0)
}

// personCode gives what a person challenges by who is told as planned in an
// event. The number in it counts plans and not events: how many events there are
// is not in the notifier's hand, and the person must get a code all the same.
func (d *Docket) personCode(ctx context.Context, c *Case, plan int) (string, error) {
	return d.code(ctx, doorPerson, c.Ref, c.planNumber(plan))
}

// planNumber is the how manieth plan of the case is that in an event, from 1.
func (c *Case) planNumber(seq int) int {
	n := 0
	for i := range c.Events[:min(max(seq, 0), len(c.Events))] {
		if c.Events[i].Do == lifecycle.PlanNotice {
			n++
		}
	}
	return n
}

// personOf names whoever has the code of a plan: nobody knows more of them.
func personOf(planNumber int) string { return fmt.Sprintf("person of notice %d", planNumber) }

// Challenge does what a person asks who has the code of a notice: to challenge,
// to join a challenge, to appeal, or to ask for the defence. Whoever has the code
// is the person concerned: it stands in the notice and nowhere else.
func (d *Docket) Challenge(ctx context.Context, code string, a Act) (*Done, error) {
	ref, plan, err := d.byCode(ctx, doorPerson, code)
	if err != nil {
		return nil, err
	}
	who := Actor{Name: personOf(plan), Role: lifecycle.Person}
	if a.Do == "" {
		a.Do = lifecycle.File
	}
	if err := d.stillCounts(ctx, ref, plan); err != nil {
		return nil, err
	}
	done, err := d.Do(ctx, who, ref, a)
	if fault.KindOf(err) == fault.Forbidden && a.Do == lifecycle.File {
		a.Do = lifecycle.JoinChallenge // somebody else's is undecided
		if joined, second := d.Do(ctx, who, ref, a); second == nil {
			return joined, nil
		}
	}
	return done, err
}

// stillCounts refuses the code of a letter that came back: whoever has it is not
// the person. What they say is brought to the office, which looks who they are.
func (d *Docket) stillCounts(ctx context.Context, ref Ref, plan int) error {
	c, err := d.load(ctx, ref)
	if err != nil {
		return hide(err, ref, Actor{Role: lifecycle.Person})
	}
	for i := range c.Events {
		if e := &c.Events[i]; e.Do == lifecycle.Bounce && c.planNumber(e.Planned) == plan {
			return fault.Forbiddenf("code", "is of a letter that came back, and counts no more").WithHint("write to the office: you are heard all the same")
		}
	}
	return nil
}

// CodeOpens reports whether a code opens anything: a challenge by the person who
// got a notice, or else a look at how far it is by whoever got a receipt. The name
// tells it from every other code, however it was typed, and is no secret; empty:
// it is no code of this office. No record is read for it, so that it can be asked
// of whatever anybody sends.
func (d *Docket) CodeOpens(ctx context.Context, code string) (name string, challenge bool) {
	for _, at := range []door{doorPerson, doorReceipt} {
		if ref, number, err := d.byCode(ctx, at, code); err == nil {
			return fmt.Sprintf("%s %s %d", at, ref, number), at == doorPerson
		}
	}
	return "", false
}
