package login

import (
	"crypto/subtle"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"golang.org/x/oauth2"

	"github.com/rogatory/rogatory/fault"
)

const (
	thenLimit    = 500              // bytes of a path to come back to
	defaultThen  = "/login/session" // where one comes back to otherwise
	providerSkew = 30 * time.Second // by how much a provider's clock may differ
)

// A journey is what is remembered while somebody is at the provider.
type journey struct {
	State    string    `json:"state"`
	Nonce    string    `json:"nonce"`
	Verifier string    `json:"verifier"` // of the code: RFC 7636
	Then     string    `json:"then"`
	Name     string    `json:"name,omitempty"` // whose it must be, as with a challenge
	Began    time.Time `json:"began"`
}

// goToProvider sends whoever wants to sign in to the provider. Who is signed in
// already confirms who they are: the provider has to ask them again.
func (d *Door) goToProvider(w http.ResponseWriter, r *http.Request) error {
	if d.provider == nil {
		return fault.NotFoundf("", "nobody signs in here by a provider").WithHint("sign in with a passkey")
	}
	then, err := thenOf(r)
	if err != nil {
		return err
	}
	name, err := d.confirming(r)
	if err != nil {
		return err
	}
	found, err := d.provider.discover(r.Context())
	if err != nil {
		d.set.Log.WarnContext(r.Context(), "provider of identities down", "issuer", d.provider.set.Issuer, "because", err)
		return err
	}
	j := journey{Then: then, Name: name, Began: d.clock()}
	for _, word := range []*string{&j.State, &j.Nonce, &j.Verifier} {
		if *word, err = d.secret(); err != nil {
			return err
		}
	}
	options := []oauth2.AuthCodeOption{oauth2.S256ChallengeOption(j.Verifier), oauth2.SetAuthURLParam("nonce", j.Nonce)}
	if name != "" {
		options = append(options, oauth2.SetAuthURLParam("prompt", "login"), oauth2.SetAuthURLParam("max_age", "0"))
	}
	if err := d.journeys.out(w, r, j); err != nil {
		return err
	}
	http.Redirect(w, r, d.provider.config(found).AuthCodeURL(j.State, options...), http.StatusSeeOther)
	return nil
}

// comeBack lets in whom the provider vouches for.
func (d *Door) comeBack(w http.ResponseWriter, r *http.Request) error {
	if d.provider == nil {
		return fault.NotFoundf("", "nobody signs in here by a provider")
	}
	return d.try(r, func() error {
		j, err := d.journeys.back(w, r)
		if err != nil {
			return err
		}
		code, err := d.codeOf(r.URL.Query(), j)
		if err != nil {
			return err
		}
		c, err := d.provider.redeem(r.Context(), code, j.Verifier, j.Nonce)
		if err != nil {
			return err
		}
		p, proved, err := d.meant(c, j)
		if err != nil {
			return err
		}
		if _, err := d.begin(w, r, p, visit{Way: "oidc", Proved: proved}); err != nil {
			return err
		}
		http.Redirect(w, r, j.Then, http.StatusSeeOther)
		return nil
	})
}

// codeOf gives the code with which somebody came back, if they came back from
// the journey they went on. Each word is there once: of two, the provider and
// we might read another.
func (d *Door) codeOf(query url.Values, j *journey) (string, error) {
	for _, word := range []string{"state", "code", "error", "iss"} {
		if len(query[word]) > 1 {
			return "", fault.Invalidf("query", "%s is there more than once", word)
		}
	}
	if subtle.ConstantTimeCompare([]byte(query.Get("state")), []byte(j.State)) != 1 {
		return "", fault.Unauthenticatedf("", "this is the answer to something else").WithHint("begin again")
	}
	// RFC 9207: who answers is who was asked.
	if iss := query.Get("iss"); iss != "" && iss != d.provider.set.Issuer {
		return "", fault.Unauthenticatedf("", "another provider answers than was asked").WithHint("begin again")
	}
	code := query.Get("code")
	if query.Has("error") || code == "" {
		return "", fault.Unauthenticatedf("", "the provider did not let you in").WithHint("begin again, or ask whoever runs the provider")
	}
	return code, nil
}

// meant gives whom a provider means, and when they last showed it who they are:
// the zero time if it does not say. Whoever is not listed learns nothing of who
// is; nor does one whose address nobody has verified.
func (d *Door) meant(c *claims, j *journey) (Person, time.Time, error) {
	mail := ""
	if c.Verified {
		mail = c.Mail
	}
	p, ok := d.people.BySubject(c.Subject, mail)
	if !ok {
		return Person{}, time.Time{}, fault.Forbiddenf("", "whom the provider vouches for has no leave to come in").WithHint("an administrator lists people, by what the provider calls them or by an address that it has verified")
	}
	if j.Name != "" && p.Name != j.Name {
		return Person{}, time.Time{}, fault.Forbiddenf("", "somebody else is signed in").WithHint("sign out first")
	}
	now := d.clock()
	var proved time.Time
	if c.Time != nil {
		proved = time.Unix(int64(*c.Time), 0).UTC()
	}
	if proved.After(now) {
		if proved.After(now.Add(providerSkew)) {
			return Person{}, time.Time{}, fault.Unauthenticatedf("", "the provider says that you will sign in at %s", proved.Format(time.RFC3339)).WithHint("its clock or ours is wrong")
		}
		proved = now
	}
	if j.Name != "" && proved.Before(j.Began.Add(-providerSkew)) {
		return Person{}, time.Time{}, fault.Unauthenticatedf("", "the provider did not ask you again who you are").WithHint("it has to support max_age and say auth_time; or confirm with a passkey")
	}
	return p, proved, nil
}

// thenOf reads where somebody wants to be afterwards: a path of the office, and
// nothing that a browser could take for another host.
func thenOf(r *http.Request) (string, error) {
	then := r.URL.Query().Get("then")
	if then == "" {
		return defaultThen, nil
	}
	if !ownPath(then) {
		return "", fault.Invalidf("query then", "is not a path of this office").WithHint("for example then=/cases")
	}
	return then, nil
}

func ownPath(path string) bool {
	if len(path) > thenLimit || !strings.HasPrefix(path, "/") || strings.Contains(path, "//") || strings.Contains(path, "/.") || strings.Contains(path, `\`) ||
		strings.ContainsFunc(path, func(r rune) bool { return r <= ' ' || r >= 0x7f }) {
		return false
	}
	u, err := url.Parse(path)
	return err == nil && u.Scheme == "" && u.Host == "" && u.User == nil
}

// because is a fault with what is to be logged of it, and answered to nobody.
func because(f *fault.Fault, why string) *fault.Fault {
	g := *f
	g.Cause = errors.New(why)
	return &g
}
