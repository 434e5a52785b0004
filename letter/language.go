package letter

import (
	"embed"
	"fmt"
	"slices"
	"strings"
	"sync"
	"text/template"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"github.com/rogatory/rogatory/fault"
)

// files holds two files per language. text/en.txt are the letters, as templates:
// a line of a template is a paragraph, or a line behind a label if it is indented.
// words/en.txt are the words for what has an id. Words stand alone on a line and
// never inside a sentence, so that no language has to decline them.
//
//go:embed text/*.txt words/*.txt
var files embed.FS

// languages are those letters are written in: the official ones of the United
// Nations.
var languages = []string{"ar", "en", "es", "fr", "ru", "zh"}

// Languages is every language letters are written in.
func Languages() []string { return slices.Clone(languages) }

// Nearest is the language a letter to a reader of another is written in: the same
// if there is one, otherwise English. The tag is of BCP 47; it may be anything.
func Nearest(tag string) string {
	if own := subtag(tag); slices.Contains(languages, own) {
		return own
	}
	return "en"
}

func subtag(tag string) string {
	first, _, _ := strings.Cut(strings.ToLower(tag), "-")
	return first
}

// A tongue is one language, read.
type tongue struct {
	tag     string
	letters *template.Template
	words   map[string]map[string]string // table, id
	regions display.Namer
}

// tongues are read when the first letter in the language is written, and once.
var tongues = func() map[string]func() (*tongue, error) {
	m := map[string]func() (*tongue, error){}
	for _, tag := range languages {
		m[tag] = sync.OnceValues(func() (*tongue, error) { return readTongue(tag) })
	}
	return m
}()

func speak(tag string) (*tongue, error) {
	read := tongues[subtag(tag)]
	if read == nil {
		return nil, fault.Invalidf(tag, "is no language letters are written in").
			WithHint("they are written in " + strings.Join(languages, ", "))
	}
	return read()
}

func readTongue(tag string) (*tongue, error) {
	text, err := files.ReadFile("text/" + tag + ".txt")
	if err != nil {
		return nil, err
	}
	letters, err := template.New(tag).Option("missingkey=error").Parse(string(text))
	if err != nil {
		return nil, fmt.Errorf("letters in %s: %w", tag, err)
	}
	list, err := files.ReadFile("words/" + tag + ".txt")
	if err != nil {
		return nil, err
	}
	words, err := readWords("words/"+tag+".txt", string(list))
	if err != nil {
		return nil, err
	}
	return &tongue{tag: tag, letters: letters, words: words, regions: display.Regions(language.MustParse(tag))}, nil
}

// readWords reads tables: a line "[table]" begins one, "id = words" is an entry, a
// line beginning with # is a comment. Anything else, anything empty and anything
// said twice is an error.
func readWords(name, text string) (map[string]map[string]string, error) {
	tables := map[string]map[string]string{}
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
			table = map[string]string{}
			tables[title] = table
			continue
		}
		id, words, found := strings.Cut(l, "=")
		id, words = strings.TrimSpace(id), strings.TrimSpace(words)
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

// word is what an id of a table is called.
func (t *tongue) word(table, id string) (string, error) {
	w := t.words[table][id]
	if w == "" {
		return "", fault.Invalidf(id, "there is no such %s", table)
	}
	return w, nil
}

// country is what a State is called: ISO 3166-1 alpha-2, and XK.
func (t *tongue) country(code string) (string, error) {
	r, err := language.ParseRegion(code)
	if err != nil || len(code) != 2 || !r.IsCountry() {
		return "", fault.Invalidf(code, "is no code of a country")
	}
	name := t.regions.Name(r)
	if name == "" {
		return code, nil
	}
	return name, nil
}

// run writes one template.
func (t *tongue) run(name string, v *view) (string, error) {
	var b strings.Builder
	err := t.letters.ExecuteTemplate(&b, name, v)
	if err != nil {
		return "", fmt.Errorf("letter %s in %s: %w", name, t.tag, err)
	}
	return b.String(), nil
}
