package login

import (
	"net/http"
	"time"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/shelf"
)

// errandLife is how long somebody may take for one.
const errandLife = 5 * time.Minute

// An errand is what a browser sets out on and comes back from: to an
// authenticator with a challenge, or to a provider. What has to be remembered
// meanwhile stands on the shelf, under a cookie that only this browser has: what
// one browser brought back is of no use to another. It is used up by coming back,
// however that ends.
type errand[T any] struct {
	door   *Door
	drawer *shelf.Drawer[T]
	cookie string
}

func errandOf[T any](d *Door, s *shelf.Shelf, name string) errand[T] {
	return errand[T]{d, shelf.DrawerOf[T](s, name), "rogatory-" + name}
}

// out begins an errand.
func (e errand[T]) out(w http.ResponseWriter, r *http.Request, value T) error {
	if err := e.door.begins.take(e.door.remote(r)); err != nil {
		return err
	}
	secret, err := e.door.secret()
	if err != nil {
		return err
	}
	item := &shelf.Item[T]{ID: nameOf(secret), Expires: e.door.clock().Add(errandLife), Value: value}
	if err := e.drawer.Put(r.Context(), item); err != nil {
		return err
	}
	e.door.setCookie(w, e.cookie, secret)
	return nil
}

// back ends it, and gives what was remembered.
func (e errand[T]) back(w http.ResponseWriter, r *http.Request) (*T, error) {
	lost := fault.Unauthenticatedf("", "this was not begun here, was finished already, or took too long").WithHint("begin again")
	cookies := r.CookiesNamed(e.door.cookieName(e.cookie))
	if len(cookies) != 1 || !looksMade(cookies[0].Value) {
		return nil, lost
	}
	e.door.dropCookie(w, e.cookie)
	item, err := e.drawer.Take(r.Context(), nameOf(cookies[0].Value))
	if fault.KindOf(err) == fault.NotFound {
		return nil, lost
	}
	if err != nil {
		return nil, err
	}
	if !e.door.clock().Before(item.Expires) {
		return nil, lost
	}
	return &item.Value, nil
}
