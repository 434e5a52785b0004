package api

import (
	"strings"
	"time"

	"github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/fact"
	"github.com/rogatory/rogatory/rulebook"
)

// A Question is what somebody has to settle before a gate lets pass. One without
// a fact is a safeguard that is known not to hold.
type Question struct {
	Gate      string   `json:"gate"`
	Safeguard string   `json:"safeguard"`
	Title     string   `json:"title"`
	Verdict   string   `json:"verdict"`
	Reason    string   `json:"reason,omitempty"`
	Of        string   `json:"of"` // request, or a measure, offence or person: /measures/0
	Fact      string   `json:"fact,omitempty"`
	Ask       []string `json:"ask"` // who can settle it
	Question  string   `json:"question,omitempty"`
	Wants     string   `json:"wants,omitempty"`   // kind of the value: bool, number, date, choice, set
	Options   []string `json:"options,omitempty"` // of a choice or set
	Stands    []Stand  `json:"stands"`            // what is said already, to be answered by name
}

// A Stand is what somebody has said, and still stands.
type Stand struct {
	ID     string    `json:"id"`
	Source string    `json:"source"` // requester, registry, signal, reviewer, court
	By     string    `json:"by,omitempty"`
	Value  string    `json:"value"`
	Reason string    `json:"reason"`
	At     time.Time `json:"at,omitzero"`
}

// questionOf shows an open question. Named gives people their names as the
// office writes them: what is compared is folded.
func questionOf(q *docket.Open, named func(string) string) Question {
	out := Question{
		Gate: q.Gate, Safeguard: q.Finding.Safeguard, Title: q.Finding.Title, Verdict: q.Finding.Verdict, Reason: q.Finding.Reason,
		Of: q.Of, Fact: q.Fact, Ask: words(q.Ask), Question: q.Question, Stands: []Stand{},
	}
	d, known := declared(q.Fact)
	if known {
		out.Wants, out.Options = d.Kind.String(), d.Options
	}
	for _, a := range q.Stands {
		s := Stand{ID: a.ID, Source: a.Source.String(), Reason: a.Reason, At: a.At.UTC()}
		if a.At.IsZero() {
			s.At = time.Time{}
		}
		if a.Author != s.Source {
			s.By = named(a.Author)
		}
		if known {
			s.Value = d.Format(a.Value)
		}
		out.Stands = append(out.Stands, s)
	}
	return out
}

// declared finds a fact. The vocabulary is the floor's: an office adds rules, and
// no facts.
func declared(name string) (*fact.Declaration, bool) {
	if name == "" {
		return nil, false
	}
	d, _, ok := rulebook.Floor().Vocabulary().Find(fact.Name(name))
	return d, ok
}

// words are the words of a list that is written with commas.
func words(text string) []string {
	return list(strings.Fields(strings.ReplaceAll(text, ",", " ")))
}
