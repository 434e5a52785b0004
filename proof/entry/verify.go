package entry

import (
	"fmt"
	"slices"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/ledger"
	"github.com/rogatory/rogatory/ledger/monitor"
)

// a reading is a file under verification.
type reading struct {
	*File
	trust   monitor.Trust
	births  []monitor.Signed // by size
	roles   []*ledger.RolesDoc
	policy  []standing
	found   *Finding
	current map[ledger.ID]int // which duty of the finding is open under this name
	named   map[ledger.ID]bool
	missing map[Unproved]bool
}

type standing struct {
	from string
	doc  *ledger.PolicyDoc
}

// Verify says what a file proves to whoever trusts the log's key, and the
// witnesses if any are given. What does not hold makes the whole file refused.
func Verify(f *File, trust monitor.Trust) (*Finding, error) {
	if f.Origin != trust.Origin() {
		return nil, fault.Invalidf("proof:2", "the file is of the log %q and the key of %q", f.Origin, trust.Origin()).WithHint("get the key of this log from somebody you trust")
	}
	if len(f.Entries) == 0 {
		return nil, fault.Invalidf("proof", "there is no entry in the file")
	}
	c, err := trust.Checkpoint(f.Checkpoint)
	if err != nil {
		return nil, err
	}
	r := &reading{
		File: f, trust: trust, found: &Finding{Origin: f.Origin, Checkpoint: c},
		current: make(map[ledger.ID]int), named: make(map[ledger.ID]bool),
		missing: map[Unproved]bool{
			Truth: true, Complete: true, Since: true,
			Witnesses: trust.Witnesses == nil, Quorum: trust.Witnesses != nil && !c.Quorum,
		},
	}
	if err := r.readBirths(); err != nil {
		return nil, err
	}
	used := make(map[ledger.Hash]bool)
	for _, e := range f.Entries {
		if err := r.read(e, used); err != nil {
			return nil, &fault.Fault{Kind: fault.Invalid, Where: fmt.Sprintf("entry %d", e.Index), What: "it does not hold", Cause: err}
		}
	}
	for _, d := range f.Documents {
		if !used[ledger.DocumentHash(d)] {
			return nil, fault.Invalidf("document", "no entry names the document %x", ledger.DocumentHash(d))
		}
	}
	r.missing[NoDuty] = !r.owed()
	r.found.NotProved = r.unproved()
	return r.found, nil
}

// owed reports whether a duty to tell is shown that is about the case: opened, and
// by what is opened of it of one case with everything else. Anybody's duty could be
// put beside what concerns somebody else.
func (r *reading) owed() bool {
	about := ""
	for _, e := range r.found.Entries {
		switch of := e.Values["case"]; {
		case of == "" || of == about:
		case about != "":
			return false
		default:
			about = of
		}
	}
	return slices.ContainsFunc(r.found.Duties, func(d Duty) bool {
		i := slices.IndexFunc(r.found.Entries, func(e Opened) bool { return e.Index == d.Index })
		if d.Class != ledger.Notify || i < 0 {
			return false
		}
		v := r.found.Entries[i].Values
		return v["case"] != "" && says(v["duty"], d.ID.String()) && says(v["due"], d.FirstDue.String())
	})
}

// says reports whether a field that is opened, and says anything, says this.
func says(value, want string) bool { return value == "" || value == want }

// unproved lists what is missing, in the order of the constants.
func (r *reading) unproved() (list []Unproved) {
	for _, u := range []Unproved{Truth, Complete, Since, Witnesses, Quorum, Entered, Shut, NoDuty, Limits, RoleKeys, SameKey, Demonstration} {
		if r.missing[u] {
			list = append(list, u)
		}
	}
	return list
}

// readBirths verifies the checkpoints of the time: each must be signed by the log,
// and the later one go on from it, so that what both hold is the same.
func (r *reading) readBirths() error {
	last := r.found.Checkpoint
	for i, b := range r.Births {
		where := fmt.Sprintf("birth %d", i)
		s, err := r.trust.Checkpoint(b.Note)
		if err != nil {
			return &fault.Fault{Kind: fault.Invalid, Where: where, What: "it is no checkpoint of the log", Cause: err}
		}
		if n := len(r.births); n > 0 && r.births[n-1].Size >= s.Size {
			return fault.Invalidf(where, "the checkpoints are not in the order of their sizes")
		}
		if s.Size == 0 || s.Size > last.Size || tlog.CheckTree(b.Proof, int64(last.Size), last.Root, int64(s.Size), s.Root) != nil {
			return fault.Invalidf(where, "the checkpoint of size %d does not go on from that of size %d", last.Size, s.Size)
		}
		r.births = append(r.births, s)
	}
	return nil
}

// entered bounds the time at which a leaf came in: after witnesses saw the log
// without it, and before they saw it with it.
func (r *reading) entered(index uint64) (b Between) {
	known := append(slices.Clone(r.births), r.found.Checkpoint)
	for _, s := range known {
		if early, ok := s.Earliest(); ok && s.Size <= index {
			b.NotBefore = early
		}
		if late, ok := s.Latest(); ok && s.Size > index && (b.NotAfter.IsZero() || late.Before(b.NotAfter)) {
			b.NotAfter = late
		}
	}
	if b.NotBefore.IsZero() || b.NotAfter.IsZero() {
		r.missing[Entered] = true
	}
	return b
}

func (r *reading) read(e Entry, used map[ledger.Hash]bool) error {
	c := r.found.Checkpoint
	if e.Index >= c.Size || tlog.CheckRecord(e.Hashes, int64(c.Size), c.Root, int64(e.Index), tlog.RecordHash(e.Leaf)) != nil {
		return fault.Invalidf("", "no such leaf stands there under the checkpoint")
	}
	leaf, err := ledger.Parse(e.Leaf)
	if err != nil {
		return err
	}
	switch l := leaf.(type) {
	case ledger.Sealed:
		return r.sealed(e, l)
	case ledger.Duty:
		return r.duty(e, l)
	}
	if e.Opening != nil || e.Tally != nil {
		return fault.Invalidf("", "there is nothing to open in a %s leaf", leaf.Kind())
	}
	switch l := leaf.(type) {
	case ledger.Settle:
		r.settle(e, l)
		return nil
	case ledger.Roles:
		return r.takeRoles(e, l, used)
	case ledger.Policy:
		return r.takePolicy(l, used)
	}
	return fault.Invalidf("", "a %s leaf proves nothing about a case", leaf.Kind())
}

func (r *reading) sealed(e Entry, l ledger.Sealed) error {
	o := Opened{Index: e.Index, Kind: l.Kind(), Epoch: l.Epoch, Entered: r.entered(e.Index)}
	if err := r.open(e, l.Hash, &o); err != nil {
		return err
	}
	if e.Tally != nil {
		t, err := e.Tally.Tally()
		if err != nil {
			return err
		}
		if t != l.Tally {
			return fault.Invalidf("", "the leaf counts elsewhere than the file says")
		}
		words := e.Tally.Cells.Words()
		o.Counted = words[:]
	}
	r.found.Entries = append(r.found.Entries, o)
	return nil
}

func (r *reading) duty(e Entry, l ledger.Duty) error {
	entered := r.entered(e.Index)
	if e.Tally != nil {
		return fault.Invalidf("", "a duty counts nowhere")
	}
	if r.named[l.ID] {
		return fault.Invalidf("", "a duty of this name was opened before")
	}
	if e.Opening != nil {
		o := Opened{Index: e.Index, Kind: l.Kind(), Epoch: l.Batch, Entered: entered}
		if err := r.open(e, l.Hash, &o); err != nil {
			return err
		}
		r.found.Entries = append(r.found.Entries, o)
	}
	r.current[l.ID], r.named[l.ID] = len(r.found.Duties), true
	r.found.Duties = append(r.found.Duties, Duty{
		ID: l.ID, Class: l.Class, Index: e.Index, Opened: l.Batch, Entered: entered, Due: l.Due, FirstDue: l.Due,
	})
	return nil
}

// open verifies what is opened: with the hashes of what is not, it must give the
// hash in the leaf.
func (r *reading) open(e Entry, hash ledger.Hash, o *Opened) error {
	if e.Opening == nil {
		o.Shut = ledger.Fields()
	} else {
		if e.Opening.Hash() != hash {
			return fault.Invalidf("", "what is opened is not what the leaf commits to")
		}
		o.Values = e.Opening.Values()
		for _, f := range ledger.Fields() {
			if _, ok := o.Values[f]; !ok {
				o.Shut = append(o.Shut, f)
			}
		}
	}
	if len(o.Shut) > 0 {
		r.missing[Shut] = true
	}
	return nil
}

// settle takes what settles a duty. One that does not hold has no effect, as in
// the log: the finding names it.
func (r *reading) settle(e Entry, l ledger.Settle) {
	i, ok := r.current[l.ID]
	if !ok {
		r.refuse(e, "no duty is open that it settles")
		return
	}
	d := &r.found.Duties[i]
	entered := r.entered(e.Index)
	role, why := r.settles(l, d.Class, entered)
	if r.named[l.Next] && why == "" {
		why = "a duty of the name in next was opened before"
	}
	if why != "" {
		r.refuse(e, why)
		return
	}
	r.missing[RoleKeys] = true
	delete(r.current, l.ID)
	if l.As != ledger.Extended {
		d.Settled, d.By, d.SettledIn, d.SettledAt = l.As, role, l.Batch, entered
		d.Late = d.Due.Before(l.Batch.Date())
		return
	}
	r.current[l.Next], r.named[l.Next] = i, true
	d.Extensions++
	if p := r.standing(l.Batch.Date().YearMonth()); p != nil {
		d.Held = d.Held || d.Extensions > p.Extensions || p.ExtendedTo(d.Due).Before(l.Due)
	} else {
		r.missing[Limits] = true
	}
	d.Due = l.Due
}

func (r *reading) refuse(e Entry, why string) {
	r.found.Refused = append(r.found.Refused, Refused{e.Index, why})
}

// settles gives the role that settles a duty, or why none does.
func (r *reading) settles(l ledger.Settle, class ledger.Class, entered Between) (ledger.Role, string) {
	if len(r.roles) == 0 {
		return "", "the file does not hold the keys of the roles"
	}
	has, err := r.roles[len(r.roles)-1].Verify(l)
	if err != nil {
		return "", err.Error()
	}
	may := l.As.Settles(class)
	i := slices.IndexFunc(has, func(role ledger.Role) bool { return slices.Contains(may, role) })
	if i < 0 {
		return "", fmt.Sprintf("the role %s may not settle a duty of class %s as %s", has[0], class, l.As)
	}
	p := r.standing(l.Batch.Date().YearMonth())
	if p == nil {
		return has[i], ""
	}
	early := !entered.NotAfter.IsZero() && entered.NotAfter.Before(l.Batch.Start(p.EpochMinutes))
	late := entered.NotBefore.After(l.Batch.End(p.EpochMinutes).AddDate(0, 0, p.WindowDays))
	if early || late {
		return "", fmt.Sprintf("it was signed for epoch %s, and came in outside the %d days that follow", l.Batch, p.WindowDays)
	}
	return has[i], ""
}

// standing gives the policy that holds in a month, of those in the file.
func (r *reading) standing(month string) *ledger.PolicyDoc {
	var best *standing
	for i := range r.policy {
		if p := &r.policy[i]; best == nil || p.from <= month && (p.from >= best.from || best.from > month) {
			best = p
		}
	}
	if best == nil {
		return nil
	}
	return best.doc
}

// document finds the document that a leaf names.
func (r *reading) document(h ledger.Hash, used map[ledger.Hash]bool) ([]byte, error) {
	for _, d := range r.Documents {
		if ledger.DocumentHash(d) == h {
			used[h] = true
			return d, nil
		}
	}
	return nil, fault.Invalidf("", "the document %x that it names is not in the file", h)
}

// takeRoles takes the keys that hold from here on. The first are the log's own
// beginning; later ones are vouched for by oversight as it was before.
func (r *reading) takeRoles(e Entry, l ledger.Roles, used map[ledger.Hash]bool) error {
	text, err := r.document(l.Doc, used)
	if err != nil {
		return err
	}
	doc, err := ledger.ParseRolesDoc(text)
	if err != nil {
		return err
	}
	if doc.Origin != r.Origin || !r.trust.Key.Equal(doc.Log) {
		return fault.Invalidf("", "the keys are of another log")
	}
	by := doc
	switch n := len(r.roles); {
	case n > 0:
		by = r.roles[n-1]
	case e.Index > 0:
		return fault.Invalidf("", "the file does not hold the keys with which the log begins")
	}
	if err := signed(by, l, ledger.RoleOversight); err != nil {
		return err
	}
	r.roles = append(r.roles, doc)
	r.missing[SameKey] = r.missing[SameKey] || len(doc.Shared()) > 0
	r.missing[Demonstration] = r.missing[Demonstration] || doc.Demonstration
	return nil
}

func (r *reading) takePolicy(l ledger.Policy, used map[ledger.Hash]bool) error {
	text, err := r.document(l.Doc, used)
	if err != nil {
		return err
	}
	doc, err := ledger.ParsePolicyDoc(text)
	if err != nil {
		return err
	}
	if doc.Origin != r.Origin {
		return fault.Invalidf("", "the policy is of another log")
	}
	if len(r.roles) == 0 {
		return fault.Invalidf("", "the file does not hold the keys of the roles")
	}
	// The log may change what runs, and only oversight what holds.
	may := []ledger.Role{ledger.RoleOversight}
	if before := r.standing(l.From); before != nil && doc.OnlyVersionsDiffer(*before) {
		may = ledger.Signers(ledger.KindPolicy)
	}
	if err := signed(r.roles[len(r.roles)-1], l, may...); err != nil {
		return err
	}
	r.policy = append(r.policy, standing{l.From, doc})
	return nil
}

// signed says whether one of the roles that may has signed.
func signed(doc *ledger.RolesDoc, l ledger.Signed, may ...ledger.Role) error {
	has, err := doc.Verify(l)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(has, func(role ledger.Role) bool { return slices.Contains(may, role) }) {
		return fault.Invalidf("", "the role %s may not sign it", has[0])
	}
	return nil
}
