package authority

import (
	"errors"
	"fmt"
	"net/mail"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/law"
)

// Limits of an entry, in bytes and in number.
const (
	nameLimit   = 200
	textLimit   = 2_000
	mailLimit   = 254 // RFC 5321, section 4.5.3.1.3, less the brackets
	hookLimit   = 500
	keyLimit    = 8_000 // of a key in PEM, or of a recipient
	mostMembers = 50    // of any list
	mostYears   = 5     // from From to Until: then somebody looks at it again
)

var (
	idForm        = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$`)
	keyForm       = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,49}$`)
	languageForm  = regexp.MustCompile(`^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,4}$`)
	hashForm      = regexp.MustCompile(`^[0-9a-f]{64}$`)
	recipientForm = regexp.MustCompile(`^age1([a-z0-9]{1,20}1)?[02-9ac-hj-np-z]{50,}$`)
)

// The closed lists, in the words of a request. An authority whose role or
// instrument nobody knows is none that people have verified, so unknown is in
// neither.
var (
	roles       = []string{"central-authority", "court", "judge", "prosecutor", "police", "ministry", "other"}
	categories  = []string{"subscriber", "sole-identification", "traffic", "content"}
	instruments = []string{"uncc", "budapest", "budapest-p2", "eu-eevidence", "eio", "cloud-act", "bilateral", "comity", "domestic"}
)

// IsID reports whether a word can be the id of an authority. Whatever somebody
// says they are is asked this first.
func IsID(word string) bool { return idForm.MatchString(word) }

// Plain refuses a text of more bytes than a limit, and one that is not what is
// seen of it: with control characters, ends of lines, or marks of direction.
func Plain(what, text string, limit int) error {
	var wrong complaint
	plain(&wrong, what, text, limit)
	return errors.Join(wrong...)
}

// A complaint collects what is wrong with an entry, so that all of it is put
// right in one go.
type complaint []error

func (c *complaint) add(where, format string, args ...any) {
	*c = append(*c, fault.Invalidf(where, format, args...))
}

// Check says everything that is wrong with an entry which is to be in force, each
// with the path of its member; all of it is fault.Invalid.
func (a *Authority) Check() error {
	var wrong complaint
	a.form(&wrong)
	if a.From.IsZero() {
		wrong.add("/from", "it is not said since when the entry counts")
	}
	for i, c := range a.Contacts {
		at := fmt.Sprintf("/contacts/%d", i)
		if strings.TrimSpace(c.How) == "" || strings.TrimSpace(c.By) == "" || c.On.IsZero() {
			wrong.add(at, "nobody has said how, by whom and when %s was verified without asking the authority's own messages", c.Value)
		}
	}
	return errors.Join(wrong...)
}

// CheckForm is Check without what people of the office add to what a directory
// says: who verified the contacts, and since when the entry counts.
func (a *Authority) CheckForm() error {
	var wrong complaint
	a.form(&wrong)
	return errors.Join(wrong...)
}

func (a *Authority) form(wrong *complaint) {
	if !IsID(a.ID) {
		wrong.add("/id", "is no id: 1 to 100 letters, digits, dots, hyphens and underscores, the first a letter or digit")
	}
	a.texts(wrong)
	if !law.IsCountry(a.Country) {
		wrong.add("/country", "%q is not an assigned two-letter code of ISO 3166-1 (such as DE)", a.Country)
	}
	oneOf(wrong, "/role", a.Role, roles)
	if a.Mail != "" {
		checkMail(wrong, a.Mail)
	}
	if a.Language != "" && !languageForm.MatchString(a.Language) {
		wrong.add("/language", `%q is not a language tag of BCP 47 (such as "en" or "pt-BR")`, a.Language)
	}
	if a.Hook != "" {
		checkHook(wrong, a.Hook)
	}
	a.contacts(wrong)
	a.keys(wrong)
	a.hashes(wrong)
	a.powers(wrong)
	a.times(wrong)
}

// texts refuses what is empty where something has to be, too long, or has
// characters that are not seen.
func (a *Authority) texts(wrong *complaint) {
	if strings.TrimSpace(a.Name) == "" {
		wrong.add("/name", "it has no name")
	}
	plain(wrong, "/name", a.Name, nameLimit)
	plain(wrong, "/suspended", a.Suspended, textLimit)
	for i, c := range a.Contacts {
		plain(wrong, fmt.Sprintf("/contacts/%d/value", i), c.Value, nameLimit)
		plain(wrong, fmt.Sprintf("/contacts/%d/how", i), c.How, textLimit)
		plain(wrong, fmt.Sprintf("/contacts/%d/by", i), c.By, nameLimit)
	}
	for _, l := range []struct {
		where string
		many  int
	}{
		{"/contacts", len(a.Contacts)}, {"/keys", len(a.Keys)}, {"/certificates", len(a.Certificates)},
		{"/recipients", len(a.Recipients)}, {"/powers", len(a.Powers)},
	} {
		if l.many > mostMembers {
			wrong.add(l.where, "there are %d; at most %d are kept", l.many, mostMembers)
		}
	}
}

// plain refuses a text that is not what is seen of it: people confirm an entry by
// reading it.
func plain(wrong *complaint, where, text string, limit int) {
	if len(text) > limit {
		wrong.add(where, "has %d bytes; at most %d are kept", len(text), limit)
		return
	}
	if !utf8.ValidString(text) {
		wrong.add(where, "is not UTF-8")
		return
	}
	if i := strings.IndexFunc(text, unseen); i >= 0 {
		r, _ := utf8.DecodeRuneInString(text[i:])
		wrong.add(where, "has a character that is not seen, %U at byte %d", r, i+1)
	}
}

// unseen are characters that print nothing, break a line or set the direction of
// others.
func unseen(r rune) bool {
	return unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Co,
		unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}

func oneOf(wrong *complaint, where, word string, list []string) {
	if !slices.Contains(list, word) {
		wrong.add(where, "%q is none of %s", word, strings.Join(list, ", "))
	}
}

// checkMail takes ASCII alone: a domain in other letters is written in its
// xn-- form, in which it cannot pass for another.
func checkMail(wrong *complaint, s string) {
	address, err := mail.ParseAddress(s)
	ascii := !strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r > '~' })
	if err != nil || address.Address != s || len(s) > mailLimit || !ascii || strings.ContainsAny(s, `"()<>,;:\[]`) {
		wrong.add("/mail", "%q is no plain mail address (such as court@justice.example)", s)
	}
}

func checkHook(wrong *complaint, s string) {
	u, err := url.Parse(s)
	switch {
	case err != nil || len(s) > hookLimit || strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r > '~' }):
		wrong.add("/hook", "is no address of at most %d plain characters", hookLimit)
	case u.Scheme != "https" || u.Hostname() == "" || u.Opaque != "":
		wrong.add("/hook", "is no https address")
	case u.User != nil || strings.Contains(u.Host, "@"):
		wrong.add("/hook", "has a user or a password in it, which would be seen in logs")
	case strings.Contains(s, "#"):
		wrong.add("/hook", "has a fragment, which is never sent")
	}
}

func (a *Authority) contacts(wrong *complaint) {
	if len(a.Contacts) == 0 {
		wrong.add("/contacts", "there is none: nobody could call back")
	}
	seen := map[string]bool{}
	for i, c := range a.Contacts {
		at := fmt.Sprintf("/contacts/%d", i)
		value := squeezed(c.Value)
		if value == "" {
			wrong.add(at+"/value", "is empty")
		} else if seen[value] {
			wrong.add(at+"/value", "%s is listed twice", c.Value)
		}
		seen[value] = true
		checkTime(wrong, at+"/on", c.On)
	}
}

func (a *Authority) keys(wrong *complaint) {
	seen := map[string]bool{}
	for i := range a.Keys[:min(len(a.Keys), mostMembers)] { // each takes milliseconds
		k := &a.Keys[i]
		at := fmt.Sprintf("/keys/%d", i)
		if !keyForm.MatchString(k.ID) {
			wrong.add(at+"/id", "is no id: 1 to 50 letters, digits, dots, hyphens and underscores, the first a letter or digit")
		} else if seen[k.ID] {
			wrong.add(at+"/id", "%s is the id of two keys", k.ID)
		}
		seen[k.ID] = true
		if key, err := k.Parse(); err != nil {
			wrong.add(at+"/public", "%v", err)
		} else if smallOrder(key) {
			wrong.add(at+"/public", "is an Ed25519 key of small order: anybody could sign with it")
		}
		checkTime(wrong, at+"/from", k.From)
		checkTime(wrong, at+"/until", k.Until)
		if !k.Until.IsZero() && !k.Until.After(k.From) {
			wrong.add(at+"/until", "is not after from")
		}
	}
}

// hashes are what the authority is known and encrypted by besides its keys. That
// a recipient can be encrypted to is for package seal to say.
func (a *Authority) hashes(wrong *complaint) {
	for _, l := range []struct {
		member string
		list   []string
		form   *regexp.Regexp
		says   string
	}{
		{"certificates", a.Certificates, hashForm, "is no SHA-256: 64 digits and letters a to f"},
		{"recipients", a.Recipients, recipientForm, "is no recipient: write one that begins with age1"},
	} {
		for i, s := range l.list {
			at := fmt.Sprintf("/%s/%d", l.member, i)
			if len(s) > keyLimit || !l.form.MatchString(s) {
				wrong.add(at, "%s", l.says)
			} else if slices.Index(l.list, s) < i {
				wrong.add(at, "is listed twice")
			}
		}
	}
}

func (a *Authority) powers(wrong *complaint) {
	if len(a.Powers) == 0 {
		wrong.add("/powers", "there is none: it could ask for nothing")
	}
	for i, p := range a.Powers {
		at := fmt.Sprintf("/powers/%d", i)
		oneOf(wrong, at+"/data", p.Data, categories)
		if slices.IndexFunc(a.Powers, func(o Power) bool { return o.Data == p.Data }) < i {
			wrong.add(at+"/data", "%s is listed twice", p.Data)
		}
		if len(p.Instruments) > mostMembers {
			wrong.add(at+"/instruments", "there are %d; at most %d are kept", len(p.Instruments), mostMembers)
			continue
		}
		for j, word := range p.Instruments {
			oneOf(wrong, fmt.Sprintf("%s/instruments/%d", at, j), word, instruments)
		}
	}
}

func (a *Authority) times(wrong *complaint) {
	checkTime(wrong, "/from", a.From)
	checkTime(wrong, "/until", a.Until)
	switch {
	case a.Until.IsZero():
		wrong.add("/until", "it is not said when the entry is looked at again; at most %d years after from", mostYears)
	case !a.Until.After(a.From):
		wrong.add("/until", "is not after from")
	case !a.From.IsZero() && a.Until.After(a.From.AddDate(mostYears, 0, 1)): // a day more: a date counts to its end
		wrong.add("/until", "is more than %d years after from, the day since when it counts or was last looked at", mostYears)
	}
}

// checkTime refuses what no calendar of ours reaches.
func checkTime(wrong *complaint, where string, t time.Time) {
	if y := t.UTC().Year(); !t.IsZero() && (y < 1900 || y > 2200) {
		wrong.add(where, "the year %d is none of ours", y)
	}
}
