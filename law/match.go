package law

import (
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// lawNames are other names of one law of one country: in its own language, or
// as commonly shortened.
type lawNames struct {
	Country string   `json:"country"`
	Law     string   `json:"law"`
	Names   []string `json:"names"`
}

func (b *Book) readNames(files fs.FS) error {
	var f struct {
		Note string     `json:"note"`
		Laws []lawNames `json:"laws"`
	}
	err := read(files, "names.json", &f)
	b.names = f.Laws
	return err
}

// Match finds the provision an offence means when the sender gave no id: same
// country, clearly the same law, the same article or a paragraph of it. Only
// an unambiguous match counts, because a wrong one would put words into the
// mouth of the registry.
func (b *Book) Match(country, lawName, article string) (Provision, bool) {
	laws, articles := titles(lawName), articles(article)
	if country == "" || len(laws) == 0 || len(articles) == 0 {
		return Provision{}, false
	}
	var exact, within []int
	for i, p := range b.provisions {
		if !strings.EqualFold(p.Country, country) || !overlap(laws, b.titlesOf(p)) {
			continue
		}
		switch compare(articles, p.Article) {
		case sameArticle:
			exact = append(exact, i)
		case paragraphOf:
			within = append(within, i)
		}
	}
	if len(exact) == 0 {
		exact = within
	}
	if len(exact) != 1 {
		return Provision{}, false
	}
	return b.provisions[exact[0]], true
}

// titlesOf are the titles under which the law of p may be cited.
func (b *Book) titlesOf(p Provision) []string {
	list := titles(p.Law)
	for _, n := range b.names {
		if n.Country == p.Country && n.Law == p.Law {
			for _, name := range n.Names {
				list = append(list, titles(name)...)
			}
		}
	}
	return list
}

func overlap(a, b []string) bool {
	return slices.ContainsFunc(a, func(s string) bool { return slices.Contains(b, s) })
}

var (
	parenthesis = regexp.MustCompile(`\(([^()]*)\)`)
	ofState     = regexp.MustCompile(`(?i)\s+(of|de la|de|der|des|du)\s+(the\s+)?(\p{Lu}\S*\s*)+$`)
	ofYear      = regexp.MustCompile(`[\s,]+(of\s+)?\(?(19|20)\d\d\)?$`)
)

// titles are the normal forms of a law's name: whole, without what stands in
// parentheses, what stands there alone, without a State's name at the end, and
// without a year at the end.
func titles(s string) []string {
	var list []string
	add := func(s string) {
		key := words(s)
		if key != "" && !slices.Contains(generic, key) && !slices.Contains(list, key) {
			list = append(list, key)
		}
	}
	bare := strings.TrimSpace(parenthesis.ReplaceAllString(s, " "))
	for _, form := range []string{s, bare} {
		add(form)
		add(ofState.ReplaceAllString(form, ""))
		add(ofYear.ReplaceAllString(form, ""))
	}
	for _, m := range parenthesis.FindAllStringSubmatch(s, -1) {
		add(m[1])
	}
	return list
}

// generic are names that name no law.
var generic = []string{"law", "act", "code", "decree", "ordinance", "bill", "as amended", "amendment", "amending"}

// words folds case, accents, punctuation and small words away and sorts
// nothing: the order of words belongs to a name.
func words(s string) string {
	var b strings.Builder
	for _, r := range norm.NFKD.String(strings.ToLower(s)) {
		switch {
		case unicode.Is(unicode.Mn, r), r == '.', r == '\'', r == '’':
		case unicode.IsLetter(r), unicode.IsDigit(r):
			b.WriteRune(r)
		default:
			b.WriteByte(' ')
		}
	}
	kept := slices.DeleteFunc(strings.Fields(b.String()), func(w string) bool {
		return slices.Contains([]string{"the", "no", "nr", "of"}, w)
	})
	return strings.Join(kept, " ")
}

type likeness uint8

const (
	otherArticle likeness = iota
	paragraphOf           // the sender names a paragraph of the registered article
	sameArticle
)

// compare says how the sender's articles stand to a registered one.
func compare(sent [][]string, registered string) likeness {
	best := otherArticle
	for _, r := range articles(registered) {
		for _, s := range sent {
			switch {
			case slices.Equal(s, r):
				best = sameArticle
			case len(s) > len(r) && slices.Equal(s[:len(r)], r) && small(s[len(r):]):
				best = max(best, paragraphOf)
			}
		}
	}
	return best
}

// small keeps "art. 330, 331" from reading as paragraph 331 of article 330.
func small(tail []string) bool {
	return !slices.ContainsFunc(tail, func(t string) bool { return len(t) > 2 })
}

var (
	several = regexp.MustCompile(`(?i)\s+(with|read with|and|und|et|y|и|و|in conjunction with)\s+|;|、`)
	suffix  = regexp.MustCompile(`(\d)\s*[-/ ]?\s*(bis|ter|quater|quinquies|sexies)\b`)
	slash   = regexp.MustCompile(`(\d)\s*[-/ ]?\s*([a-z])\b`)
	part    = regexp.MustCompile(`\d+(?:[.-]\d+)*(?:bis|ter|quater|quinquies|sexies|[a-z])?|\b[a-z]\b`)
	span    = regexp.MustCompile(`^(?:arts|articles|ss|sections|§§)\.?\s*(\d+)\s*-\s*(\d+)`)
)

// articles reads "art. 207.3(3)" as one path (207.3, 3), "ss. 5 and 10" as two.
func articles(s string) [][]string {
	var list [][]string
	for _, one := range several.Split(strings.ToLower(norm.NFKC.String(s)), -1) {
		m := span.FindStringSubmatch(strings.TrimSpace(one))
		if m != nil {
			list = append(list, []string{m[1]}, []string{m[2]}, []string{m[1] + "-" + m[2]})
			continue
		}
		one = strings.NewReplacer("s.", " ", "§", " ", "–", "-").Replace(one)
		one = suffix.ReplaceAllString(one, "$1$2")
		one = slash.ReplaceAllString(one, "$1$2")
		path := part.FindAllString(one, -1)
		for len(path) > 0 && !unicode.IsDigit(rune(path[0][0])) {
			path = path[1:] // "m. 299": a letter before the number is a word for article
		}
		if len(path) > 0 {
			list = append(list, path)
		}
	}
	return list
}
