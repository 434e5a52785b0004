package law

import (
	"regexp"
	"slices"
	"strings"
)

// A Clause is one provision of an instrument or one human-rights standard.
// Verification says how far its number and wording were checked: text-read,
// secondary-substance, secondary-number, from-memory.
type Clause struct {
	ID           string // "uncc:40.8"
	Instrument   string // uncc, bud, p2, eu, std, us
	Article      string
	Paragraph    string
	Title        string
	Kind         string // offence, power, safeguard, refusal-ground, form-requirement, deadline, scope, definition
	Binding      string // yes, no, discretionary, as appropriate, ...
	Summary      string // in our own words, never a quotation
	Verification string
	Confidence   string
	Source       string
	Verified     bool
}

func (e clauseEntry) clause(in instrumentEntry) Clause {
	binding := strings.Trim(string(e.Mandatory), `"`)
	switch binding {
	case "true":
		binding = "yes"
	case "false":
		binding = "no"
	}
	return Clause{
		ID: e.ID, Instrument: in.ID, Article: e.Article, Paragraph: e.Paragraph,
		Title: e.Title, Kind: e.Kind, Binding: binding, Summary: e.Summary,
		Verification: e.Verification, Confidence: e.Confidence, Source: e.Source,
		Verified: e.Verified,
	}
}

// Clause finds a clause by id.
func (b *Book) Clause(id string) (Clause, bool) {
	i, ok := b.clauseAt[id]
	if !ok {
		return Clause{}, false
	}
	return b.clauses[i], true
}

// Clauses are all clauses, in the order of the instruments.
func (b *Book) Clauses() []Clause { return slices.Clone(b.clauses) }

// ToBeChecked marks a citation that nobody has compared with the text.
const ToBeChecked = " (to be checked)"

var (
	remark = regexp.MustCompile(`\s*(\([^()]*unverified[^()]*\)|para no\. unverified)`)
	number = regexp.MustCompile(`^\(?(\d+)\)?(?:-\(?(\d+)\)?)?(.*)$`)
	letter = regexp.MustCompile(`^\(?([a-zA-Z]{1,2})\)?(?:[-,]\(?([a-zA-Z]{1,2})\)?)?$`)
)

// Cite names the clause as a letter may print it: never a quotation, and of
// what was written from memory only the article, marked to be checked.
func (c Clause) Cite() string {
	s := c.work()
	paragraph := c.paragraph()
	if c.Verification == "from-memory" || c.Verification == "" {
		paragraph = ""
	}
	if c.Instrument != "us" && paragraph != "" && strings.HasPrefix(c.Article, "Annex") {
		s += ", sections " + c.Paragraph
	} else {
		s += paragraph
	}
	if c.Verification == "from-memory" || c.Verification == "" {
		s += ToBeChecked
	}
	return s
}

// work is the instrument or standard with the article.
func (c Clause) work() string {
	switch c.Instrument {
	case "uncc":
		return article("UN Convention against Cybercrime", c.Article)
	case "bud":
		return article("Convention on Cybercrime (Budapest)", c.Article)
	case "p2":
		return article("Second Additional Protocol to the Convention on Cybercrime", c.Article)
	case "eu":
		return union(c.Article)
	case "std":
		return standard(c)
	case "us":
		return strings.Replace(c.Article, "18 USC", "18 U.S.C.", 1)
	}
	return article(c.Instrument, c.Article)
}

func article(name, number string) string {
	switch {
	case number == "":
		return name
	case strings.ContainsAny(number, "-,"):
		return name + ", arts " + number
	}
	return name + ", art. " + number
}

func union(number string) string {
	const regulation = "Regulation (EU) 2023/1543"
	for short, long := range map[string]string{
		"IR 2025/1550 ":   "Implementing Regulation (EU) 2025/1550",
		"Dir. 2023/1544 ": "Directive (EU) 2023/1544",
	} {
		rest, ok := strings.CutPrefix(number, short)
		if ok {
			return long + ", " + strings.Replace(rest, "Art ", "art. ", 1)
		}
	}
	if strings.HasPrefix(number, "Annex") || strings.HasPrefix(number, "recital") {
		return regulation + ", " + number
	}
	return article(regulation, number)
}

// standards are the long forms of how the data names human-rights standards.
var standards = strings.NewReplacer(
	"ICCPR ", "International Covenant on Civil and Political Rights, art. ",
	"CRC GC ", "Committee on the Rights of the Child, General Comment ",
	" + GC ", " with General Comment ",
	"BBW v UK", "Big Brother Watch v. United Kingdom",
	"HRW", "Human Rights Watch",
	"EFF", "Electronic Frontier Foundation",
	"GPD", "Global Partners Digital",
	" v ", " v. ",
)

func standard(c Clause) string {
	principle, ok := strings.CutPrefix(c.Article, "N&P ")
	if ok {
		return "Necessary and Proportionate Principles, principle " + principle + " (" + c.Title + ")"
	}
	return standards.Replace(c.Article)
}

// paragraph prints "4(a)" as "(4)(a)", "1-2" as "(1)-(2)", "(o)" as "(o)".
func (c Clause) paragraph() string {
	p := remark.ReplaceAllString(c.Paragraph, "")
	if p == "" || c.Instrument == "us" {
		return p
	}
	m := number.FindStringSubmatch(p)
	if m != nil {
		s := "(" + m[1] + ")"
		if m[2] != "" {
			s += "-(" + m[2] + ")"
		}
		return s + m[3]
	}
	m = letter.FindStringSubmatch(p)
	if m != nil {
		s := "(" + m[1] + ")"
		if m[2] != "" {
			s += "-(" + m[2] + ")"
		}
		return s
	}
	return p
}
