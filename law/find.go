package law

import "strings"

// An Entry is one line of what Find found.
type Entry struct {
	ID    string
	Kind  string // clause, provision, check, trap
	Title string
	Line  string // citation and substance on one line
}

// Find searches clauses, provisions, checks and traps for entries that contain
// every word of the query, in any order and case. An entry whose id is the
// query comes first; an empty query finds nothing.
func (b *Book) Find(query string) []Entry {
	words := strings.Fields(strings.ToLower(query))
	if len(words) == 0 {
		return nil
	}
	var first, rest []Entry
	keep := func(e Entry, more ...string) {
		text := strings.ToLower(e.ID + " " + e.Kind + " " + e.Title + " " + e.Line + " " + strings.Join(more, " "))
		for _, w := range words {
			if !strings.Contains(text, w) {
				return
			}
		}
		if strings.EqualFold(e.ID, strings.TrimSpace(query)) {
			first = append(first, e)
			return
		}
		rest = append(rest, e)
	}
	for _, c := range b.clauses {
		keep(Entry{c.ID, "clause", c.Title, c.Cite() + ": " + c.Summary}, c.Kind)
	}
	for _, p := range b.provisions {
		keep(Entry{p.ID, "provision", p.Title, p.Cite() + ": " + p.Conduct}, p.Class, p.Status, p.PenaltyNote)
	}
	for _, c := range b.checks {
		keep(Entry{c.ID, "check", c.Title, c.Behaviour}, c.Stage)
	}
	for _, t := range b.traps {
		keep(Entry{t.ID, "trap", t.Title, t.Explanation})
	}
	return append(first, rest...)
}
