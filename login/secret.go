package login

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"

	"github.com/rogatory/rogatory/shelf"
)

// secretSize is how many random bytes a secret has: nobody guesses them, so it
// need not be slow to look one up.
const secretSize = 32

// bytes gives random ones.
func (d *Door) bytes() ([]byte, error) {
	b := make([]byte, secretSize)
	if _, err := io.ReadFull(d.random, b); err != nil {
		return nil, fmt.Errorf("make a secret: %w", err)
	}
	return b, nil
}

// secret makes one, as it is handed out.
func (d *Door) secret() (string, error) {
	b, err := d.bytes()
	return base64.RawURLEncoding.EncodeToString(b), err
}

// nameOf is what a secret is kept under. It is looked up by this hash and never
// compared, so that how long looking takes says nothing about it.
func nameOf[S string | []byte](secret S) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// looksMade reports whether a text is what secret makes: each secret has one
// spelling, and what is none is not looked up.
func looksMade(text string) bool {
	if len(text) != base64.RawURLEncoding.EncodedLen(secretSize) {
		return false
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(text)
	return err == nil && len(b) == secretSize
}

// cookieName puts the prefix before a name by which a browser refuses the cookie
// unless it came by TLS, from this very host, for all of it.
func (d *Door) cookieName(name string) string {
	if d.secure() {
		return "__Host-" + name
	}
	return name
}

func (d *Door) setCookie(w http.ResponseWriter, name, value string) {
	http.SetCookie(w, d.cookie(name, value, 0))
}

func (d *Door) dropCookie(w http.ResponseWriter, name string) {
	http.SetCookie(w, d.cookie(name, "", -1))
}

func (d *Door) cookie(name, value string, age int) *http.Cookie {
	return &http.Cookie{
		Name: d.cookieName(name), Value: value, Path: "/", MaxAge: age,
		Secure: d.secure(), HttpOnly: true, SameSite: http.SameSiteLaxMode,
	}
}

// page is how many items are read from a drawer at once.
const page = 100

// all gives everything of an owner that a drawer holds; with an empty owner,
// everybody's.
func all[T any](ctx context.Context, d *shelf.Drawer[T], owner string) ([]shelf.Item[T], error) {
	var list []shelf.Item[T]
	for after := ""; ; {
		some, err := d.List(ctx, owner, after, page)
		if err != nil {
			return nil, err
		}
		list = append(list, some...)
		if len(some) < page {
			return list, nil
		}
		after = some[len(some)-1].ID
	}
}
