package ledger

import (
	"math"

	"github.com/cloudflare/circl/group"
)

// A ReportDoc says what the sealed leaves of a period add up to. Anyone adds the
// tallies of these leaves and compares.
type ReportDoc struct {
	Origin   string
	Period   string // 2027-Q1
	From, To uint64 // the leaves from From up to, and without, To
	Totals   Totals
}

// Marshal prints the one form of d. Cells that count nothing have no line.
func (d *ReportDoc) Marshal() []byte {
	b := []byte(version + "report-document\norigin " + d.Origin + "\nperiod " + d.Period + "\nfrom ")
	b = append(appendNumber(b, d.From), "\nto "...)
	b = append(appendNumber(b, d.To), '\n')
	for i, counts := range d.Totals.Counts {
		for j, n := range counts {
			if n > 0 {
				b = append(b, "count "+dimensions[i]+" "+words[i][j]+" "...)
				b = append(appendNumber(b, n), '\n')
			}
		}
	}
	for i, name := range dimensions {
		b = appendBase64(b, "blinding "+name, d.Totals.Blinding[i][:])
	}
	return b
}

// ParseReportDoc reads what Marshal prints.
func ParseReportDoc(text []byte) (*ReportDoc, error) {
	r := read("report document", text, MaxDocument)
	r.exactly(version + "report-document")
	d := &ReportDoc{Origin: r.origin(), Period: r.quarter()}
	d.From, d.To = r.span()
	for i, name := range dimensions {
		d.Totals.Counts[i] = make([]uint64, len(words[i]))
		for j, word := range words[i] {
			if key := "count " + name + " " + word; r.has(key) {
				d.Totals.Counts[i][j] = r.number(key, 1, math.MaxInt64)
			}
		}
	}
	for i, name := range dimensions {
		r.base64("blinding "+name, d.Totals.Blinding[i][:])
		if r.err == nil && group.Ristretto255.NewScalar().UnmarshalBinary(d.Totals.Blinding[i][:]) != nil {
			r.fail("the blinding is no scalar")
		}
	}
	if err := r.end(); err != nil {
		return nil, err
	}
	if err := r.canonical(text, d.Marshal()); err != nil {
		return nil, err
	}
	return d, nil
}

// Check says whether the leaves that were summed add up to the report.
func (d *ReportDoc) Check(s *Sum) error { return d.Totals.Check(s) }
