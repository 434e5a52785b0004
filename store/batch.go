package store

import (
	"math"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/fault"
)

// check refuses a batch that contradicts itself, before it can hold up others.
// Whether it continues its case is seen when it is written.
func check(b *docket.Batch) error {
	at := string(b.Case)
	switch {
	case b.Case == "":
		return fault.Invalidf(at, "a batch names no case")
	case b.Expected < 0:
		return fault.Invalidf(at, "a batch expects entry %d", b.Expected)
	case b.Expected == 0 && len(b.Entries) == 0:
		return fault.Invalidf(at, "a new case has no entry")
	case b.Row.Case != b.Case:
		return fault.Invalidf(at, "the row is that of case %q", b.Row.Case)
	case b.Row.Seq != b.Expected+len(b.Entries):
		return fault.Invalidf(at, "the row stands at entry %d and not at %d", b.Row.Seq, b.Expected+len(b.Entries))
	case b.Once != nil && (b.Once.Scope == "" || b.Once.Key == ""):
		return fault.Invalidf(at, "an idempotency record without scope or key")
	}
	if err := checkEntries(b); err != nil {
		return err
	}
	for _, j := range b.Jobs {
		if j.Key == "" || j.Kind == "" || j.At.IsZero() {
			return fault.Invalidf(at, "job %q of kind %q lacks its key, its kind or its time", j.Key, j.Kind)
		}
	}
	if err := checkLeaves(b); err != nil {
		return err
	}
	for _, a := range b.Accounts {
		if len(a) == 0 {
			return fault.Invalidf(at, "an empty account hash")
		}
	}
	for _, s := range texts(b) {
		if !utf8.ValidString(s) || strings.Contains(s, "\x00") {
			return fault.Invalidf(at, "%q is not text that can be kept", s)
		}
	}
	return nil
}

// checkEntries verifies the chain inside the batch: an entry that does not hash
// to its own hash would condemn the case for good.
func checkEntries(b *docket.Batch) error {
	at := string(b.Case)
	for i := range b.Entries {
		e := &b.Entries[i]
		switch {
		case e.Case != b.Case:
			return fault.Invalidf(at, "an entry of case %q", e.Case)
		case e.Seq != b.Expected+i+1:
			return fault.Invalidf(at, "entry %d stands where %d must", e.Seq, b.Expected+i+1)
		case i > 0 && e.Prev != b.Entries[i-1].Hash, e.Seq == 1 && e.Prev != [32]byte{}:
			return fault.Invalidf(at, "entry %d does not name the hash of the one before", e.Seq)
		case e.Hash != e.Sum():
			return fault.Invalidf(at, "entry %d does not hash to its hash", e.Seq)
		}
	}
	return nil
}

// checkLeaves verifies that each leaf is named by its case: so it is found when
// the case is erased, and no two batches of a group write the same one.
func checkLeaves(b *docket.Batch) error {
	for i := range b.Leaves {
		l := &b.Leaves[i]
		label, ok := strings.CutPrefix(l.Key, string(b.Case)+" ")
		switch {
		case !ok || label == "":
			return fault.Invalidf(string(b.Case), "leaf %q is not named by its case and a label", l.Key)
		case l.Class == "" || len(l.Text) == 0 || l.At.IsZero():
			return fault.Invalidf(string(b.Case), "leaf %q lacks its class, its text or its time", l.Key)
		case slices.ContainsFunc(b.Leaves[:i], func(o docket.Leaf) bool { return o.Key == l.Key }):
			return fault.Invalidf(string(b.Case), "leaf %q stands twice", l.Key)
		}
	}
	return nil
}

// texts gives every text of a batch that is kept as text.
func texts(b *docket.Batch) []string {
	r := &b.Row
	list := []string{string(b.Case), r.Key, r.Authority, r.Country, r.Instrument, r.Lane, r.Stage, r.Waiting, r.Assignee, r.Sender, r.Settles}
	for _, j := range b.Jobs {
		list = append(list, j.Key, string(j.Case), j.Kind)
	}
	list = append(list, b.Done...)
	if b.Once != nil {
		list = append(list, b.Once.Scope, b.Once.Key)
	}
	for i := range b.Leaves {
		list = append(list, b.Leaves[i].Key, b.Leaves[i].Class)
	}
	return list
}

// claims names what a batch touches by key. Two batches that share a claim
// never stand in one group, because a statement must not change a row twice
// and the second could not see the first.
func claims(b *docket.Batch) []string {
	list := []string{"case " + string(b.Case)}
	for _, j := range b.Jobs {
		list = append(list, "job "+j.Key)
	}
	for _, key := range b.Done {
		list = append(list, "job "+key)
	}
	if b.Once != nil {
		list = append(list, "once "+b.Once.Scope+"\x00"+b.Once.Key)
	}
	return list
}

// never stands in the database for "no deadline", so that it comes last.
const never = math.MaxInt64

func dueNumber(t time.Time) int64 {
	if t.IsZero() {
		return never
	}
	return t.UnixMicro()
}

func dueTime(n int64) time.Time {
	if n == never {
		return time.Time{}
	}
	return time.UnixMicro(n).UTC()
}

func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}
