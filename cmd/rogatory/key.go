package main

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"net/http"
	"time"

	"github.com/rogatory/rogatory/proof/httpsig"
)

// officeKey signs receipts and webhooks. It follows from the index key, so it
// outlives a rotation of the office key and is in the backup of the keys.
func (o *opened) officeKey(ctx context.Context) (ed25519.PrivateKey, error) {
	seed, err := o.derived(ctx, "receipt")
	if err != nil {
		return nil, err
	}
	return ed25519.NewKeyFromSeed(seed[:]), nil
}

// signHook signs webhooks as the office.
func signHook(key ed25519.PrivateKey, origin string, clock func() time.Time) func(*http.Request, []byte) error {
	return func(r *http.Request, body []byte) error {
		return httpsig.Sign(r, body, origin, key, clock(), rand.Reader)
	}
}

// officeName is what letters are signed with.
func (o *opened) officeName() string {
	if o.settings.Name != "" {
		return o.settings.Name
	}
	return o.profile.Name
}

// zone is that of the office's calendar.
func (o *opened) zone() *time.Location { return o.days.Zone() }
