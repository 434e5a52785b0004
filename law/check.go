package law

import "slices"

// A Check is one thing the gateway sees to. Status says what each family of
// instruments itself makes of it (uncc, budapest, eu, us -> mandatory,
// optional, as-appropriate, omitted); here every check is mandatory.
type Check struct {
	ID        string // "C09"
	Stage     string
	Title     string
	Behaviour string
	Basis     []string // ids of clauses
	Status    map[string]string
}

func (e checkEntry) check() Check {
	return Check{ID: e.ID, Stage: e.Stage, Title: e.Title, Behaviour: e.Behaviour, Basis: e.Basis, Status: e.Status}
}

// Check finds a check by id.
func (b *Book) Check(id string) (Check, bool) {
	i, ok := b.checkAt[id]
	if !ok {
		return Check{}, false
	}
	return b.checks[i], true
}

// Checks are all checks, C01 first.
func (b *Book) Checks() []Check { return slices.Clone(b.checks) }

// A Trap is a place where a naive reader gets the law wrong.
type Trap struct {
	ID          string   `json:"id"`
	Title       string   `json:"title"`
	Explanation string   `json:"explanation"`
	Basis       []string `json:"basis"`
}

// Traps are all traps, T01 first.
func (b *Book) Traps() []Trap { return slices.Clone(b.traps) }

// A Deadline is one clock of an instrument. Unit keeps apart what must not be
// mixed: calendar days, working days, clock hours, a floor, a ceiling.
type Deadline struct {
	Event     string `json:"event"`
	Provision string `json:"provision"` // id of a clause
	Rule      string `json:"rule"`
	Unit      string `json:"unit"`
}

// Deadlines are all clocks.
func (b *Book) Deadlines() []Deadline { return slices.Clone(b.deadlines) }
