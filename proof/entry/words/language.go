package words

import (
	"embed"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/ledger"
)

// files holds one file per language, with the same entries in each.
//
//go:embed text/*.txt
var files embed.FS

// languages are the official ones of the United Nations.
var languages = []string{"ar", "en", "es", "fr", "ru", "zh"}

// Languages is every language in which something is said.
func Languages() []string { return slices.Clone(languages) }

// Name is what a language calls itself.
func Name(language string) string { return speak(language).say("form", "name") }

// Page gives the words of the page that shows a text, by their ids.
func Page(language string) map[string]string { return maps.Clone(speak(language).tables["page"]) }

// Nearest is the language in which something is said to whoever reads another: the
// same if there is one, otherwise English.
func Nearest(tag string) string {
	own, _, _ := strings.Cut(strings.ToLower(tag), "-")
	if slices.Contains(languages, own) {
		return own
	}
	return "en"
}

// A tongue is one language, read.
type tongue struct {
	name   string
	tables map[string]map[string]string
}

// speak reads a language. The files are part of the program, and a test reads each.
func speak(language string) *tongue {
	name := Nearest(language)
	text, err := files.ReadFile("text/" + name + ".txt")
	if err != nil {
		panic(err)
	}
	tables, err := readTables("text/"+name+".txt", string(text))
	if err != nil {
		panic(err)
	}
	return &tongue{name, tables}
}

// readTables reads tables: a line "[table]" begins one, "id = words" is an entry, a
// line beginning with # is a comment. Anything else, anything empty and anything
// said twice is an error.
func readTables(name, text string) (map[string]map[string]string, error) {
	tables := make(map[string]map[string]string)
	var table map[string]string
	for i, l := range strings.Split(text, "\n") {
		where := fmt.Sprintf("%s:%d", name, i+1)
		l = strings.TrimSpace(l)
		if l == "" || strings.HasPrefix(l, "#") {
			continue
		}
		if strings.HasPrefix(l, "[") && strings.HasSuffix(l, "]") {
			title := l[1 : len(l)-1]
			if tables[title] != nil {
				return nil, fault.Invalidf(where, "there are two tables %s", title)
			}
			table = make(map[string]string)
			tables[title] = table
			continue
		}
		id, words, found := strings.Cut(l, " = ")
		switch {
		case table == nil:
			return nil, fault.Invalidf(where, "an entry before the first table")
		case !found || id == "" || words == "":
			return nil, fault.Invalidf(where, "this is no entry").WithHint("write: id = words")
		case table[id] != "":
			return nil, fault.Invalidf(where, "%s is said twice", id)
		}
		table[id] = words
	}
	return tables, nil
}

// say gives the words of an id, filled in: name and value by turns.
func (t *tongue) say(table, id string, fill ...string) string {
	s := t.tables[table][id]
	if s == "" {
		panic("nothing is said of " + table + " " + id + " in " + t.name)
	}
	for i := 0; i < len(fill); i += 2 {
		fill[i] = "{" + fill[i] + "}"
	}
	return strings.NewReplacer(fill...).Replace(s)
}

// known gives the words of an id that comes from a file, if there are any.
func (t *tongue) known(table, id string) (string, bool) {
	s, ok := t.tables[table][id]
	return s, ok
}

// list joins words, each said alone.
func (t *tongue) list(words []string) string {
	s := words[0]
	for _, w := range words[1:] {
		s = t.say("form", "pair", "a", s, "b", w)
	}
	return s
}

func (t *tongue) day(d ledger.Date) string {
	day := strconv.Itoa(d.Day)
	if d.Day == 1 {
		day = t.say("form", "first")
	}
	return t.say("form", "day", "day", day, "month", t.say("month", strconv.Itoa(int(d.Month))), "year", strconv.Itoa(d.Year))
}

// moment says a time to the minute, in UTC.
func (t *tongue) moment(at time.Time) string {
	at = at.UTC()
	return t.say("form", "moment", "day", t.day(ledger.DateOf(at)), "hour", fmt.Sprintf("%02d", at.Hour()), "minute", fmt.Sprintf("%02d", at.Minute()))
}

// until says a time that is an upper bound: minutes are rounded up, so that it
// stays one.
func (t *tongue) until(at time.Time) string {
	if whole := at.Truncate(time.Minute); !whole.Equal(at) {
		at = whole.Add(time.Minute)
	}
	return t.moment(at)
}
