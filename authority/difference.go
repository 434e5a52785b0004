package authority

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Differences says in plain words what an entry is changed to, one line a member:
// for those who confirm the change, and for the authority, who is told. It names
// nobody of the office, and no reason of the office's own. Without an entry that
// stands, nil, it says what is enrolled.
func Differences(from, to *Authority) []string {
	if from == nil {
		from = &Authority{}
	}
	var d differences
	d.text("id", from.ID, to.ID)
	d.text("name", from.Name, to.Name)
	d.text("country", from.Country, to.Country)
	d.text("role", from.Role, to.Role)
	d.suspension(from.Suspended, to.Suspended)
	d.text("mail", from.Mail, to.Mail)
	d.text("language of letters", from.Language, to.Language)
	d.text("address told of news", from.Hook, to.Hook)
	d.list("contact", contactsOf(from), contactsOf(to))
	d.list("key", keysOf(from), keysOf(to))
	d.list("certificate", sameWords(from.Certificates), sameWords(to.Certificates))
	d.list("recipient", sameWords(from.Recipients), sameWords(to.Recipients))
	d.list("power over", powersOf(from), powersOf(to))
	d.text("in force from", moment(from.From), moment(to.From))
	d.text("in force until", moment(from.Until), moment(to.Until))
	return d
}

type differences []string

func (d *differences) text(member, from, to string) {
	switch {
	case from == to:
	case from == "":
		*d = append(*d, fmt.Sprintf("%s: %s", member, to))
	case to == "":
		*d = append(*d, fmt.Sprintf("%s: %s is removed", member, from))
	default:
		*d = append(*d, fmt.Sprintf("%s: %s becomes %s", member, from, to))
	}
}

func (d *differences) suspension(from, to string) {
	switch {
	case from == to:
	case from == "":
		*d = append(*d, "the entry is suspended: nothing is released")
	case to == "":
		*d = append(*d, "the suspension is lifted")
	default:
		*d = append(*d, "the reason of the suspension is another")
	}
}

// A named is an element of a list: what it is known by, and what is said of it.
type named struct{ name, says, mark string }

// list tells of the elements that were removed, changed and added. What differs
// in its mark alone has changed in what is not said to everybody.
func (d *differences) list(member string, from, to []named) {
	find := func(list []named, name string) *named {
		i := slices.IndexFunc(list, func(n named) bool { return n.name == name })
		if i < 0 {
			return nil
		}
		return &list[i]
	}
	for i := range from {
		old, now := &from[i], find(to, from[i].name)
		switch {
		case now == nil:
			*d = append(*d, fmt.Sprintf("%s %s is removed", member, old.name))
		case now.says != old.says:
			*d = append(*d, fmt.Sprintf("%s %s: %s becomes %s", member, old.name, old.says, now.says))
		case now.mark != old.mark:
			*d = append(*d, fmt.Sprintf("%s %s is verified anew", member, old.name))
		}
	}
	for i := range to {
		now := &to[i]
		if find(from, now.name) != nil {
			continue
		}
		line := fmt.Sprintf("%s %s is added", member, now.name)
		if now.says != "" {
			line += ": " + now.says
		}
		*d = append(*d, line)
	}
}

func contactsOf(a *Authority) []named {
	var list []named
	for _, c := range a.Contacts {
		list = append(list, named{name: c.Value, mark: strings.Join([]string{c.How, c.By, c.On.UTC().String()}, "\x00")})
	}
	return list
}

func keysOf(a *Authority) []named {
	var list []named
	for i := range a.Keys {
		k := &a.Keys[i]
		says := "SHA-256 " + k.Fingerprint()
		if !k.From.IsZero() {
			says += ", from " + moment(k.From)
		}
		if !k.Until.IsZero() {
			says += ", until " + moment(k.Until)
		}
		list = append(list, named{name: k.ID, says: says})
	}
	return list
}

func sameWords(words []string) []named {
	var list []named
	for _, w := range words {
		list = append(list, named{name: w})
	}
	return list
}

func powersOf(a *Authority) []named {
	var list []named
	for _, p := range a.Powers {
		says := "under any instrument"
		if len(p.Instruments) > 0 {
			under := slices.Sorted(slices.Values(p.Instruments))
			says = "under " + strings.Join(slices.Compact(under), ", ")
		}
		list = append(list, named{name: p.Data, says: says})
	}
	return list
}

// moment writes a time in UTC, to the minute unless it has seconds.
func moment(t time.Time) string {
	switch {
	case t.IsZero():
		return ""
	case t.Equal(t.Truncate(time.Minute)):
		return t.UTC().Format("2006-01-02 15:04 UTC")
	}
	return t.UTC().Format("2006-01-02 15:04:05.999999 UTC")
}

// Tightens reports whether a change gives nothing: whatever the one entry lets
// happen the other lets happen, or it does not. Such a change need not wait. What
// says who the authority is and how it is reached is the same in both, because
// whoever could change that at once would be the authority.
func Tightens(from, to *Authority) bool {
	if from.Suspended != "" && to.Suspended == "" {
		return false
	}
	same := from.ID == to.ID && from.Name == to.Name && from.Country == to.Country && from.Role == to.Role &&
		from.Mail == to.Mail && from.Language == to.Language && from.Hook == to.Hook &&
		slices.EqualFunc(from.Contacts, to.Contacts, func(a, b Contact) bool {
			return a.Value == b.Value && a.How == b.How && a.By == b.By && a.On.Equal(b.On)
		})
	return same && !to.From.Before(from.From) && !to.Until.IsZero() && (from.Until.IsZero() || !to.Until.After(from.Until)) &&
		within(to.Certificates, from.Certificates) && within(to.Recipients, from.Recipients) &&
		keysWithin(to.Keys, from.Keys) && powersWithin(to, from)
}

func within(list, others []string) bool {
	return !slices.ContainsFunc(list, func(s string) bool { return !slices.Contains(others, s) })
}

// keysWithin reports whether every key was there under its id, and counts no
// longer than it did.
func keysWithin(list, others []Key) bool {
	return !slices.ContainsFunc(list, func(k Key) bool {
		return !slices.ContainsFunc(others, func(o Key) bool {
			return o.ID == k.ID && o.Public == k.Public && !k.From.Before(o.From) &&
				(o.Until.IsZero() || !k.Until.IsZero() && !k.Until.After(o.Until))
		})
	})
}

// powersWithin asks about an instrument of no list as well, which only a power
// under any instrument covers.
func powersWithin(to, from *Authority) bool {
	for _, data := range categories {
		for _, instrument := range append([]string{""}, instruments...) {
			if to.May(data, instrument) && !from.May(data, instrument) {
				return false
			}
		}
	}
	return true
}
