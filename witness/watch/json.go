package watch

import (
	"encoding/json"
	"io"
	"time"

	"github.com/rogatory/rogatory/ledger"
	"github.com/rogatory/rogatory/ledger/monitor"
)

// A lookJSON is a look as --json prints it, on one line.
type lookJSON struct {
	Log        string               `json:"log"`
	At         time.Time            `json:"at"`
	Wrong      bool                 `json:"wrong"`
	Unseen     string               `json:"unseen,omitempty"`
	Entries    uint64               `json:"entries"`
	Published  *time.Time           `json:"published,omitempty"`
	Witnesses  []string             `json:"witnesses"`
	Overdue    []dutyJSON           `json:"overdue"`
	Held       []dutyJSON           `json:"held_beyond"`
	Extensions uint64               `json:"extensions"`
	Silent     bool                 `json:"silent"`
	Promises   map[string]classJSON `json:"promises"`
	Receipts   int                  `json:"provisional"`
	Alarms     []alarmJSON          `json:"alarms"`
}

type dutyJSON struct {
	ID         string `json:"promise"`
	Class      string `json:"class"`
	Due        string `json:"due"`
	Opened     string `json:"opened"`
	Entry      uint64 `json:"entry"`
	Extensions int    `json:"extensions"`
}

type classJSON struct {
	Opened  uint64                       `json:"opened"`
	Settled map[ledger.Settlement]uint64 `json:"settled"`
	OnTime  uint64                       `json:"on_time"`
	Held    uint64                       `json:"held_beyond"`
	Open    uint64                       `json:"open"`
	Overdue uint64                       `json:"overdue"`
}

// An alarmJSON is an alarm in --json, in the files beside the feeds, and in the
// state.
type alarmJSON struct {
	ID       string     `json:"id"`
	Kind     string     `json:"kind"`
	Title    string     `json:"title"`
	Text     string     `json:"text"`
	Notice   bool       `json:"notice,omitempty"`
	Entry    uint64     `json:"entry"`
	Promise  string     `json:"promise,omitempty"`
	At       *time.Time `json:"at,omitempty"`
	Found    time.Time  `json:"found"`
	Until    *time.Time `json:"until,omitempty"`
	Evidence string     `json:"evidence,omitempty"`
}

// PrintJSON writes the look as one line of JSON.
func (l *Look) PrintJSON(w io.Writer) error {
	j := lookJSON{
		Log: l.Origin, At: l.At.UTC(), Wrong: l.Wrong(), Entries: l.Size, Published: maybe(l.Published), Witnesses: append([]string{}, l.Witnesses...),
		Overdue: duties(l.Overdue), Held: duties(l.Held), Extensions: l.Figures.Extensions, Silent: l.Silent,
		Promises: make(map[string]classJSON), Receipts: l.Figures.Provisional, Alarms: []alarmJSON{},
	}
	if l.Unseen != nil {
		j.Unseen = l.Unseen.Error()
	}
	for class, f := range l.Figures.Classes {
		j.Promises[class.String()] = classJSON(f)
	}
	for _, r := range l.Alarms {
		if r.standing() {
			j.Alarms = append(j.Alarms, r.json())
		}
	}
	return json.NewEncoder(w).Encode(j)
}

func (r *Record) json() alarmJSON {
	j := alarmJSON{
		ID: r.ID, Kind: string(r.Kind), Title: title(r.Kind), Text: r.Text, Notice: r.Kind.Notice(), Entry: r.Index,
		At: maybe(r.At), Found: r.Found.UTC(), Until: maybe(r.Until), Evidence: string(r.Evidence),
	}
	if r.Duty != nil {
		j.Promise = r.Duty.String()
	}
	return j
}

func duties(list []monitor.DutyState) []dutyJSON {
	all := []dutyJSON{}
	for _, st := range list {
		all = append(all, dutyJSON{st.ID.String(), st.Class.String(), st.Due.String(), st.Opened.String(), st.First, st.Extensions})
	}
	return all
}

func maybe(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}
