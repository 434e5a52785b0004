package ledger

import (
	"math"
)

// Parse reads a leaf as it stands in the log. What is not in its one form is
// refused, with the line and the reason.
//
// A sealed leaf or a duty may carry the zero epoch: so it waits to be published.
// In a log it may not.
func Parse(text []byte) (Leaf, error) {
	r := read("leaf", text, MaxLeaf)
	first := r.line()
	if r.err != nil {
		return nil, r.err
	}
	if len(first) < len(version) || string(first[:len(version)]) != version {
		r.fail("the line does not begin with %q", version)
		return nil, r.err
	}
	var room [MaxLeaf]byte
	var l Leaf
	var again []byte
	switch Kind(first[len(version):]) {
	case KindSealed:
		s := r.sealed()
		l, again = s, s.Append(room[:0])
	case KindDuty:
		d := r.duty()
		l, again = d, d.Append(room[:0])
	case KindSettle:
		s := r.settle()
		l, again = s, s.Append(room[:0])
	case KindReport:
		p := r.report()
		l, again = p, p.Append(room[:0])
	case KindPolicy:
		p := r.policy()
		l, again = p, p.Append(room[:0])
	case KindRoles:
		p := r.roles()
		l, again = p, p.Append(room[:0])
	default:
		r.fail("there is no such kind of leaf")
		return nil, r.err.WithHint("this may be a leaf of a later version")
	}
	if err := r.end(); err != nil {
		return nil, err
	}
	if err := r.canonical(text, again); err != nil {
		return nil, err
	}
	return l, nil
}

func (r *lines) sealed() (l Sealed) {
	l.Epoch = r.epoch("epoch")
	r.base64("hash", l.Hash[:])
	var flat [32 * Dimensions]byte
	r.base64("tally", flat[:])
	l.Tally = unflat(&flat)
	return l
}

func (r *lines) duty() (l Duty) {
	l.Batch = r.epoch("batch")
	class, ok := parseClass(r.value("class"))
	if r.err == nil && !ok {
		r.fail("there is no such class of duty")
	}
	l.Class = class
	r.base64("id", l.ID[:])
	l.Due = r.date("due")
	r.base64("hash", l.Hash[:])
	return l
}

func (r *lines) settle() (l Settle) {
	l.Batch = r.epoch("batch")
	if r.err == nil && l.Batch == (Epoch{}) {
		r.fail("batch is not set")
	}
	r.base64("id", l.ID[:])
	as, ok := parseSettlement(r.value("as"))
	if r.err == nil && !ok {
		r.fail("nothing is settled so")
	}
	l.As = as
	if as == Extended {
		r.base64("next", l.Next[:])
		l.Due = r.date("due")
	}
	r.signature(&l.By, &l.Sig)
	return l
}

func (r *lines) report() (l Report) {
	l.Period = r.quarter()
	l.From, l.To = r.span()
	r.base64("doc", l.Doc[:])
	r.signature(&l.By, &l.Sig)
	return l
}

func (r *lines) policy() (l Policy) {
	r.base64("doc", l.Doc[:])
	from := r.value("from")
	if r.err == nil && !isYearMonth(from) {
		r.fail("from is no month")
	}
	l.From = string(from)
	r.signature(&l.By, &l.Sig)
	return l
}

func (r *lines) roles() (l Roles) {
	r.base64("doc", l.Doc[:])
	r.signature(&l.By, &l.Sig)
	return l
}

func (r *lines) quarter() string {
	period := r.value("period")
	if r.err == nil && !isQuarter(period) {
		r.fail("period is no quarter of a year")
	}
	return string(period)
}

// span takes two lines with the first leaf and the one behind the last.
func (r *lines) span() (from, to uint64) {
	from = r.number("from", 0, math.MaxInt64)
	to = r.number("to", 0, math.MaxInt64)
	if r.err == nil && from >= to {
		r.fail("to is not behind from")
	}
	return from, to
}
