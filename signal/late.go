package signal

// Late gives a matcher that is loaded when a text is first read by it, for
// programs that often read none. It finds what the matcher finds that load
// gives; load is called each time it is asked, and remembers what it gave, as
// Floor does.
func Late(load func() *Matcher) *Matcher { return &Matcher{late: load} }

// ready gives the matcher with its data.
func (m *Matcher) ready() *Matcher {
	if m.late != nil {
		return m.late()
	}
	return m
}
