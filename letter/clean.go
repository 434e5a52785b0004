package letter

import (
	"net/url"
	"strings"
	"time"
	"unicode"

	"github.com/rogatory/rogatory/fault"
)

// What people write is bounded, so that a letter stays a letter.
const (
	maxLine = 300     // characters of a name or a reference; the rest is cut off, and it shows
	maxText = 1 << 15 // bytes of a text; a longer one is refused
	maxList = 200     // entries of a list
	maxCode = 2000    // bytes of an address, a code or a proof
)

// unseen reports whether a character is not seen or turns the direction of
// writing. What joins letters is left in: Persian and others cannot do without.
func unseen(r rune) bool {
	return unicode.Is(unicode.Cc, r) || unicode.Is(unicode.Cf, r) && !unicode.In(r, unicode.Join_Control, unicode.Prepended_Concatenation_Mark)
}

// line makes one line of a text, without what is not seen.
func line(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r), r == '\u2028', r == '\u2029':
			return ' '
		case unseen(r):
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
	return strings.Join(strings.Fields(s), " ")
}

// short is a line that is cut where it is too long for a name. A name in which
// there is nothing to see is shown as cut as well: whoever calls itself so does
// not keep a letter from being written.
func short(s string) string {
	r := []rune(line(s))
	switch {
	case len(r) > maxLine:
		return string(r[:maxLine-1]) + "…"
	case len(r) == 0 && s != "":
		return "…"
	}
	return string(r)
}

// lines are those of a text, each of them clean; empty ones at its ends, and more
// than one after another, are left out.
func lines(s string) []string {
	var list []string
	for l := range strings.SplitSeq(s, "\n") {
		l = line(l)
		if l == "" && (len(list) == 0 || list[len(list)-1] == "") {
			continue
		}
		list = append(list, l)
	}
	for len(list) > 0 && list[len(list)-1] == "" {
		list = list[:len(list)-1]
	}
	return list
}

func text(s string) string { return strings.Join(lines(s), "\n") }

// texts cleans a list and leaves out what is empty.
func texts(list []string, clean func(string) string) []string {
	var out []string
	for _, s := range list {
		if s = clean(s); s != "" {
			out = append(out, s)
		}
	}
	return out
}

// clean is the letter without anything that could pass for what it is not.
func (l *Letter) clean() *Letter {
	c := *l
	for _, s := range []*string{&c.Office, &c.Reply, &c.Case, &c.Reference, &c.Authority, &c.Decision} {
		*s = short(*s)
	}
	for _, s := range []*string{&c.Told, &c.Remedy} {
		*s = text(*s)
	}
	c.Questions, c.Changes = texts(l.Questions, text), texts(l.Changes, text)
	c.Items, c.Grounds = texts(l.Items, line), texts(l.Grounds, line)
	for _, at := range []*time.Time{&c.At, &c.Due, &c.Until, &c.ErasureAt} {
		if at.IsZero() {
			*at = time.Time{} // whatever zone it is in
		}
	}
	return &c
}

// checkUncut refuses what is too long to say and may not be cut.
func (l *Letter) checkUncut() error {
	where := string(l.Kind)
	for _, m := range []struct {
		name string
		list []string
	}{
		{"Told", []string{l.Told}}, {"Remedy", []string{l.Remedy}}, {"Questions", l.Questions},
		{"Changes", l.Changes}, {"Items", l.Items}, {"Grounds", l.Grounds},
	} {
		if n := len(strings.Join(m.list, "")); n > maxText {
			return fault.Invalidf(where, "%s has %d bytes and may have %d", m.name, n, maxText)
		}
		if len(m.list) > maxList {
			return fault.Invalidf(where, "%s has %d entries and may have %d", m.name, len(m.list), maxList)
		}
	}
	for _, m := range [][2]string{{"Link", l.Link}, {"Code", l.Code}, {"Proof", l.Proof}} {
		if len(m[1]) > maxCode || strings.ContainsFunc(m[1], func(r rune) bool { return r <= ' ' || r > '~' }) {
			return fault.Invalidf(where, "%s has to be of visible ASCII characters, %d at most", m[0], maxCode)
		}
	}
	if l.Link == "" {
		return nil
	}
	u, err := url.Parse(l.Link)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
		return fault.Invalidf(where, "Link is not an address of the web")
	}
	return nil
}
