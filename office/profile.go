package office

import (
	"regexp"
	"strconv"

	"go.yaml.in/yaml/v4"
)

var (
	countryCode = regexp.MustCompile(`^[A-Z]{2}$`)
	languageTag = regexp.MustCompile(`^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$`)
	folder      = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]*(/[A-Za-z0-9][A-Za-z0-9_-]*)*$`)
)

func (r *reader) profile(p *Profile, n *yaml.Node) {
	var format string
	required := []string{"format", "name", "jurisdiction", "kind", "authorises", "notifies", "secrecy", "calendar", "languages"}
	r.fields(n, "the profile", required, map[string]func(*yaml.Node){
		"format":       r.text(&format, Format),
		"name":         r.text(&p.Name),
		"jurisdiction": r.pattern(&p.Jurisdiction, countryCode, "write the ISO 3166-1 alpha-2 code in capitals, like DE"),
		"kind":         r.text(&p.Kind, Provider, CentralAuthority),
		"authorises":   func(n *yaml.Node) { r.authorises(p, n) },
		"notifies":     func(n *yaml.Node) { p.Notifies = r.statement(n, "notifies", "office", "issuing-authority") },
		"secrecy":      func(n *yaml.Node) { r.secrecy(p, n) },
		"blocking": func(n *yaml.Node) {
			r.each(n, func(item *yaml.Node) { p.Blocking = append(p.Blocking, r.statement(item, "a blocking statute")) })
		},
		"calendar": r.text(&p.Calendar),
		"languages": func(n *yaml.Node) {
			r.each(n, func(item *yaml.Node) {
				var tag string
				r.pattern(&tag, languageTag, "write a BCP 47 tag, like fr")(item)
				p.Languages = append(p.Languages, tag)
			})
			if n.Kind == yaml.SequenceNode && len(n.Content) == 0 {
				r.fail(n, "name at least one language", "languages is empty")
			}
		},
		"phrase_packs": r.pattern(&p.PhrasePacks, folder, "write a folder below this file, without dots"),
	})
}

// authorises reads who decides what. Traffic and content are for a court:
// the floor of the gateway, which no profile lowers.
func (r *reader) authorises(p *Profile, n *yaml.Node) {
	p.Authorises = map[string]Authorise{}
	known := map[string]func(*yaml.Node){}
	for _, data := range Categories {
		known[data] = func(n *yaml.Node) {
			who := []string{"court", "judge"}
			if data == "subscriber" || data == "sole-identification" {
				who = append(who, "prosecutor", "administrative-authority", "own-decision")
			}
			var a Authorise
			r.fields(n, data, []string{"by", "certainty"}, map[string]func(*yaml.Node){
				"by":        r.text(&a.By, who...),
				"note":      r.text(&a.Note),
				"certainty": r.text(&a.Certainty, established, toBeChecked),
			})
			p.Authorises[data] = a
		}
	}
	r.fields(n, "authorises", Categories, known)
}

// statement reads a fact of national law; with words given, its text is one.
func (r *reader) statement(n *yaml.Node, what string, words ...string) Statement {
	var s Statement
	r.fields(n, what, []string{"text", "certainty"}, map[string]func(*yaml.Node){
		"text":      r.text(&s.Text, words...),
		"certainty": r.text(&s.Certainty, established, toBeChecked),
		"source":    r.text(&s.Source),
	})
	return s
}

// secrecy reads the limit. A longer first period than the floor's is refused:
// beyond it only a court can go, in each case.
func (r *reader) secrecy(p *Profile, n *yaml.Node) {
	p.Secrecy.Days = SecrecyDays
	r.fields(n, "secrecy", []string{"renewable_by", "certainty"}, map[string]func(*yaml.Node){
		"days": func(n *yaml.Node) {
			days, err := strconv.Atoi(n.Value)
			if err != nil || days < 1 || days > SecrecyDays {
				r.fail(n, "write a number from 1 to "+strconv.Itoa(SecrecyDays)+"; a court can renew it in each case", "%q is not a possible limit of secrecy", n.Value)
				return
			}
			p.Secrecy.Days = days
		},
		"renewable_by": r.text(&p.Secrecy.RenewableBy, "court", "judge"),
		"certainty":    r.text(&p.Secrecy.Certainty, established, toBeChecked),
		"note":         r.text(&p.Secrecy.Note),
	})
}
