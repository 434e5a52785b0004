package login

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/shelf"
)

const (
	linkLife = 24 * time.Hour     // of a link, unless said otherwise
	linkMost = 7 * 24 * time.Hour // of a link, whatever is said
	linkPath = "/login/once/"
)

// An invitation is a link as it is kept, owned by whom it lets in.
type invitation struct {
	By   string    `json:"by"`
	Made time.Time `json:"made"`
}

// Invite makes a link that lets a person in once, within a time; 0: a day. It
// lets them enrol a passkey, in a demo it signs them in. An earlier link of
// theirs works no more. It is a fault.NotFound if nobody of the name is listed.
func (d *Door) Invite(ctx context.Context, by, name string, life time.Duration) (string, error) {
	if life == 0 {
		life = linkLife
	}
	if life < 0 || life > linkMost {
		return "", fault.Invalidf(name, "a link for %s: at most %s", life, linkMost)
	}
	p, ok := d.people.Find(name)
	if !ok {
		return "", fault.NotFoundf(name, "nobody of this name is listed")
	}
	if err := d.withdraw(ctx, p.Name); err != nil {
		return "", err
	}
	secret, err := d.secret()
	if err != nil {
		return "", err
	}
	now := d.clock()
	item := &shelf.Item[invitation]{ID: nameOf(secret), Owner: p.Name, Expires: now.Add(life), Value: invitation{By: by, Made: now}}
	if err := d.links.Put(ctx, item); err != nil {
		return "", err
	}
	d.set.Log.InfoContext(ctx, "invited", "name", p.Name, "by", by, "until", item.Expires)
	return d.set.Origin + linkPath + secret, nil
}

// withdraw ends the links of a person.
func (d *Door) withdraw(ctx context.Context, name string) error {
	list, err := all(ctx, d.links, name)
	if err != nil {
		return err
	}
	for i := range list {
		if err := d.links.Remove(ctx, list[i].ID); err != nil {
			return err
		}
	}
	return nil
}

// showLink answers whoever follows a link, without looking at it: the same for
// every link, working or not. Following a link changes nothing, because programs
// that preview messages follow links as well.
func (d *Door) showLink(w http.ResponseWriter, r *http.Request) error {
	if strings.Contains(r.Header.Get("Accept"), "application/json") {
		return answer(w, map[string]string{"method": http.MethodPost, "says": "this link works once: send POST to it"})
	}
	return d.show(w, http.StatusOK, "once", view{Title: "Sign in"})
}

// useLink lets in whoever has a link that works.
func (d *Door) useLink(w http.ResponseWriter, r *http.Request) error {
	return d.try(r, func() error {
		p, err := d.takeLink(r.Context(), r.PathValue("token"))
		if err != nil {
			return err
		}
		v := visit{Way: "invitation", Enrolling: !d.set.Demo}
		if d.set.Demo {
			v.Proved = d.clock()
		}
		s, err := d.begin(w, r, p, v)
		if err != nil {
			return err
		}
		switch {
		case !byBrowser(r):
			return answer(w, formOf(s))
		case s.Enrolling:
			http.Redirect(w, r, "/login/passkey", http.StatusSeeOther)
		default:
			http.Redirect(w, r, "/login", http.StatusSeeOther)
		}
		return nil
	})
}

// takeLink uses a link up. Of many who try one gets the person.
func (d *Door) takeLink(ctx context.Context, secret string) (Person, error) {
	refused := fault.Unauthenticatedf("", "this link does not work").WithHint("it was used, has expired, or was replaced by a newer one: ask for another")
	if !looksMade(secret) {
		return Person{}, refused
	}
	item, err := d.links.Take(ctx, nameOf(secret))
	if fault.KindOf(err) == fault.NotFound {
		return Person{}, refused
	}
	if err != nil {
		return Person{}, err
	}
	p, ok := d.people.Find(item.Owner)
	if !ok || !d.clock().Before(item.Expires) {
		return Person{}, refused
	}
	return p, nil
}
