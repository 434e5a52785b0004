package watch

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode"

	"github.com/rogatory/rogatory/ledger"
	"github.com/rogatory/rogatory/ledger/monitor"
)

// most is how many of a kind a report for people lists; --json lists all.
const most = 20

// Print writes the report for people: what was promised to them first.
func (l *Look) Print(w io.Writer) error {
	p := &paper{}
	p.line("%s: %s, looked at %s", l.Origin, count(l.Size, "entry", "entries"), minute(l.At))
	if !l.Published.IsZero() {
		p.line("Last published %s, seen by %s.", minute(l.Published), list(l.Witnesses))
	}
	if l.Unseen != nil {
		p.line("It cannot be looked at now: %v. What follows was known before, or follows from the time.", l.Unseen)
	}
	if l.Size > 0 {
		l.printPromises(p)
		l.printSecrecy(p)
	}
	l.printPast(p)
	p.alarms("The rules", l.of(aboutRules))
	p.alarms("To know", l.of(aboutNews))
	_, err := w.Write(p.Bytes())
	return err
}

func (l *Look) printPromises(p *paper) {
	p.head("Promises")
	switch {
	case len(l.Overdue) > 0:
		p.line("%s overdue:", count(len(l.Overdue), "promise is", "promises are"))
		for i, st := range l.Overdue {
			if i == most {
				p.line("  and %d more; --json lists all", len(l.Overdue)-most)
				break
			}
			p.line("  by %s %s; nobody has said that it was done (promise %s, entry %d%s)", st.Due, owed(st.Class), st.ID, st.First, extended(st))
		}
	case l.Silent:
		p.line("None that was published is overdue, but the office has fallen silent: what happened since, nobody can tell.")
	default:
		p.line("No promise is overdue.")
	}
	var rest []Record
	for _, r := range l.of(aboutPromises) {
		if r.Kind != monitor.Overdue && r.Kind != monitor.OverdueSilent {
			rest = append(rest, r)
		}
	}
	p.records(rest)
	for _, class := range ledger.Classes() {
		if f := l.Figures.Classes[class]; f.Opened > 0 {
			p.line("  to %s: %d made, %d ended (%d on time), %d open", act(class), f.Opened, f.Done(), f.OnTime, f.Open)
			p.unkept(&f)
		}
	}
	if n := l.Figures.Provisional; n > 0 {
		p.line("%s: published provisionally, not yet in the log.", count(n, "entry is announced", "entries are announced"))
	}
}

// unkept says apart which promises ended without being kept.
func (p *paper) unkept(f *monitor.ClassFigures) {
	for _, end := range []struct {
		as   ledger.Settlement
		says string
	}{{ledger.Unreachable, "because nobody could be reached, says oversight"}, {ledger.Void, "because nothing was owed, says oversight"}} {
		if n := f.Settled[end.as]; n > 0 {
			p.line("    of those that ended, %d %s", n, end.says)
		}
	}
}

func (l *Look) printSecrecy(p *paper) {
	p.head("Secrecy")
	if n := l.Figures.Extensions; n == 0 {
		p.line("It was never extended.")
	} else {
		p.line("It was extended %s.", count(n, "time", "times"))
	}
	if n := len(l.Held); n > 0 {
		p.line("%s held beyond the limit now.", count(n, "promise is", "promises are"))
	}
	p.records(l.of(aboutSecrecy))
}

func (l *Look) printPast(p *paper) {
	past := l.of(aboutPast)
	p.head("The past")
	rewritten := false
	for _, r := range past {
		rewritten = rewritten || r.Kind == monitor.Rewritten || r.Kind == monitor.RolledBack || r.Kind == monitor.Forked
	}
	switch {
	case rewritten:
		p.line("The office has rewritten its past.")
	case l.Size == 0:
		p.line("Nothing of the log could be read.")
	case len(past) > 0:
		p.line("Nothing shows that it was rewritten, but:")
	case l.Unseen != nil:
		p.line("Nothing shows that it was rewritten.")
	case len(l.Witnesses) == 0:
		p.line("Nothing shows that it was rewritten: every entry was read, and is the one the office signed. No witness vouches that others are shown the same.")
	default:
		p.line("It was not rewritten: every entry was read, and is the one the office signed.")
	}
	p.records(past)
}

// of gives the alarms that are so about one topic.
func (l *Look) of(t topic) []Record {
	var found []Record
	for _, r := range l.Alarms {
		if r.standing() && about(r.Kind) == t {
			found = append(found, r)
		}
	}
	return found
}

// A paper is a report being written. The log is a stranger: nothing it says may
// steer a terminal.
type paper struct{ bytes.Buffer }

func (p *paper) line(format string, args ...any) {
	p.WriteString(plain(fmt.Sprintf(format, args...)))
	p.WriteByte('\n')
}

func (p *paper) head(s string) { p.WriteString("\n" + s + "\n") }

func (p *paper) alarms(head string, found []Record) {
	if len(found) == 0 {
		return
	}
	p.head(head)
	p.records(found)
}

func (p *paper) records(found []Record) {
	for i, r := range found {
		if i == most {
			p.line("  and %d more; --json lists all", len(found)-most)
			return
		}
		p.line("  %s: %s (entry %d%s)", title(r.Kind), r.Text, r.Index, when(r.At))
	}
}

func when(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return ", " + minute(t)
}

func extended(st monitor.DutyState) string {
	if st.Extensions == 0 {
		return ""
	}
	return ", extended " + count(st.Extensions, "time", "times")
}

func minute(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 UTC") }

func list(names []string) string {
	if len(names) == 0 {
		return "no witness"
	}
	return strings.Join(names, ", ")
}

// plain drops what a terminal would obey.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\ufffd"))
}
