package screen

import (
	"fmt"
	"slices"

	"github.com/rogatory/rogatory/fact"
	"github.com/rogatory/rogatory/law"
	"github.com/rogatory/rogatory/request"
	"github.com/rogatory/rogatory/rule"
)

// A Comparison shows, for one request, what each instrument as written would
// oblige the receiver to do, which safeguards it makes mandatory, optional or
// omits, and what the floor does.
type Comparison struct {
	Reference string   `json:"reference"`
	Outcome   string   `json:"outcome"` // what the floor proposes
	Grounds   []string `json:"grounds"`
	Columns   []Column `json:"instruments"`
	Rows      []Row    `json:"safeguards"`
	Counts    []Count  `json:"counts"`
	Versions  Versions `json:"versions"`
}

// A Column is one instrument, read as if it bound both States and were invoked
// for this request; Binds says whether it does.
type Column struct {
	Instrument string `json:"instrument"`
	Name       string `json:"name"`
	Binds      string `json:"binds"` // true, false or unknown: between these States on this day
	Status     string `json:"status"`
	Duties     []Duty `json:"duties"`
}

// A Duty is what an instrument as written demands for one measure.
type Duty struct {
	Measure string   `json:"measure"`
	Data    string   `json:"data"`
	Must    string   `json:"must"` // must, may, no
	Because string   `json:"because"`
	Basis   []string `json:"basis"`
}

// A Row is one check: its status in each instrument, and what the floor makes of it.
type Row struct {
	Check  string            `json:"check"`
	Title  string            `json:"title"`
	Status map[string]string `json:"status"` // by instrument: mandatory, optional, as-appropriate, omitted
	Floor  string            `json:"floor"`  // stops, asks, met, later, behaviour
	How    string            `json:"how"`
}

// A Count sums up a column.
type Count struct {
	Instrument string `json:"instrument"`
	Mandatory  int    `json:"mandatory"`
	Optional   int    `json:"optional"` // or as appropriate
	Omitted    int    `json:"omitted"`
}

// compared are the instruments of a comparison, with the word under which the
// law data keep the status of each check. Comity keeps none: it is no text.
var compared = []struct{ instrument, name, status string }{
	{"uncc", "UN Convention against Cybercrime", "uncc"},
	{"budapest", "Convention on Cybercrime (Budapest)", "budapest"},
	{"eu-eevidence", "Regulation (EU) 2023/1543", "eu"},
	{"comity", "Comity, no treaty", ""},
}

// Compare screens the request and sets the result beside the instruments.
func (s *Screener) Compare(r *request.Request, now Situation) (*Comparison, error) {
	result, err := s.Screen(r, now)
	if err != nil {
		return nil, err
	}
	b := s.brief(r, now)
	out := &Comparison{Reference: r.Reference, Outcome: result.Outcome, Grounds: result.Grounds, Versions: result.Versions}
	for _, x := range compared {
		binds, reason := s.law.InForceBetween(x.instrument, r.Requesting.Country, r.Addressee.Country, b.day)
		col := Column{Instrument: x.instrument, Name: x.name, Binds: binds.String(), Status: reason}
		for i := range r.Measures {
			col.Duties = append(col.Duties, b.duty(x.instrument, i))
		}
		out.Columns = append(out.Columns, col)
		out.Counts = append(out.Counts, Count{Instrument: x.instrument})
	}
	for _, check := range s.law.Checks() {
		row := s.row(check, result)
		for i, x := range compared {
			status := check.Status[x.status]
			if status == "" {
				status = "omitted"
			}
			row.Status[x.instrument] = status
			switch status {
			case "mandatory":
				out.Counts[i].Mandatory++
			case "omitted":
				out.Counts[i].Omitted++
			default:
				out.Counts[i].Optional++
			}
		}
		out.Rows = append(out.Rows, row)
	}
	return out, nil
}

// row says what the floor makes of one check for this request.
func (s *Screener) row(check law.Check, result *Result) Row {
	row := Row{Check: check.ID, Title: check.Title, Status: make(map[string]string)}
	ids := s.book.ByCheck(check.ID)
	if len(ids) == 0 {
		x, _ := s.book.Behaviour(check.ID)
		row.Floor, row.How = "behaviour", x.Where+": "+x.How
		return row
	}
	later := ""
	for _, id := range ids {
		if r := s.book.Rule(id); r.Gate >= rule.AtCourt {
			later, row.Floor, row.How = r.Gate.String(), "later", "asked of people before "+r.Gate.String()
		}
	}
	met := false
	for _, f := range result.Findings {
		if s.book.Rule(f.Safeguard) == nil || !slices.Contains(ids, f.Safeguard) {
			continue
		}
		switch f.Verdict {
		case rule.NotMet.String():
			row.Floor, row.How = "stops", f.Title+": "+f.Reason
			return row
		case rule.Unknown.String():
			row.Floor, row.How = "asks", f.Title+": "+f.Reason
		case rule.Met.String():
			met = true
		}
	}
	if met && row.Floor != "asks" {
		row.Floor, row.How = "met", "holds at screening"
		if later != "" {
			row.Floor, row.How = "met so far", "holds at screening, asked of people before "+later
		}
	}
	return row
}

// duty reads one instrument as written for one measure: not what it should be,
// but what it would demand.
func (b *brief) duty(instrument string, i int) Duty {
	m := b.r.Measures[i]
	d := Duty{Measure: fmt.Sprintf("/measures/%d", i), Data: m.Mode + " " + m.Data, Must: "must"}
	switch instrument {
	case "uncc":
		b.dutyUNCC(&d, m)
	case "budapest":
		d.Because, d.Basis = "electronic evidence of any criminal offence; a political offence may be refused, dual criminality may be required", []string{"bud:14", "bud:25.5", "bud:27.4.a"}
		switch m.Mode {
		case "preserve":
			d.Because, d.Basis = "preservation, without dual criminality", []string{"bud:29.3", "bud:29.7"}
		case "real-time":
			d.Because, d.Basis = "real-time traffic; content only as far as treaties and domestic law permit", []string{"bud:20-21"}
		}
	case "eu-eevidence":
		dutyEU(&d, m)
	default:
		d.Must, d.Because = "may", "nothing obliges; what the own law allows may be done"
	}
	return d
}

func (b *brief) dutyUNCC(d *Duty, m request.Measure) {
	switch m.Mode {
	case "preserve":
		d.Because, d.Basis = "preservation, without dual criminality", []string{"uncc:42.1", "uncc:42.4"}
		return
	case "real-time":
		d.Must, d.Because, d.Basis = "may", "to endeavour to assist with live collection", []string{"uncc:45", "uncc:46"}
		return
	}
	for i := range b.r.Offences {
		if p := b.offences[i]; p.known && p.Convention() == fact.True {
			d.Because, d.Basis = "a Convention offence, whatever its penalty", []string{"uncc:35.1.a", "uncc:35.1.b", "uncc:40.1"}
			return
		}
		if years, known := b.maximum(i); known && years >= 4 {
			d.Because = fmt.Sprintf("a “serious crime”: up to %s under the requester's own law, whatever the conduct; dual criminality and discrimination may be raised and need not", term(years))
			d.Basis = []string{"uncc:35.1.c", "uncc:2.h", "uncc:40.8", "uncc:40.22"}
			return
		}
	}
	d.Must, d.Because, d.Basis = "no", "no Convention offence and no maximum of four years known", []string{"uncc:35.1.c", "uncc:2.h"}
}

func dutyEU(d *Duty, m request.Measure) {
	switch {
	case m.Mode == "real-time":
		d.Must, d.Because, d.Basis = "no", "only what is stored at receipt", []string{"eu:3.8"}
	case m.Mode == "preserve":
		d.Because, d.Basis = "preservation for 60 days, for any offence", []string{"eu:6.3", "eu:11.1"}
	case m.Data == "subscriber" || m.Data == "sole-identification":
		d.Because, d.Basis = "for any offence, on a judge's or prosecutor's order, within ten days", []string{"eu:5.3", "eu:4.1", "eu:10.3"}
	default:
		d.Because, d.Basis = "on a judge's order, for three years or a listed offence; the enforcing authority may refuse", []string{"eu:5.4.a", "eu:4.2", "eu:8.1", "eu:12.1"}
	}
}

// maximum is the maximum penalty as the registry has it, else as stated.
func (b *brief) maximum(i int) (float64, bool) {
	if p := b.offences[i]; p.known {
		if years, known := p.MaxPenalty(); known {
			return years, true
		}
	}
	if stated := b.r.Offences[i].MaxPenaltyYears; stated != nil {
		return *stated, true
	}
	return 0, false
}

// term prints a maximum penalty: 99 is life, 100 is death.
func term(years float64) string {
	switch {
	case years >= 100:
		return "death"
	case years >= 99:
		return "life"
	}
	return fmt.Sprintf("%g years", years)
}
