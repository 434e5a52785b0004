package register

import (
	"context"
	"crypto"
	"slices"
	"strings"

	"github.com/rogatory/rogatory/authority"
	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/shelf"
)

// Signer gives the authority and the key that a signature names, as
// authority#key. A suspended authority is known as well; what it may do is for
// the caller to ask. Whether it is the authority that nobody knows, or the key,
// or the time that is over, is not told: it is fault.Unauthenticated, always in
// the same words.
func (r *Register) Signer(ctx context.Context, keyid string) (authority.Authority, crypto.PublicKey, error) {
	id, key, _ := strings.Cut(keyid, "#")
	a, err := r.Authority(ctx, id)
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return authority.Authority{}, nil, err
	}
	public, err := a.KeyFor(key, r.clock()) // an authority that is none has no key
	if err != nil {
		return authority.Authority{}, nil, err
	}
	return a, public, nil
}

// ByCertificate gives the authority that comes with a client certificate, by the
// SHA-256 of it in hex; fault.Unauthenticated if there is none in force.
func (r *Register) ByCertificate(ctx context.Context, sha256 string) (authority.Authority, error) {
	unknown := fault.Unauthenticatedf("", "the certificate is none that is enrolled and in force").
		WithHint("ask the office by a way you know which certificates it has on record")
	sha256 = strings.ToLower(sha256)
	if len(sha256) != 64 || strings.Trim(sha256, "0123456789abcdef") != "" {
		return authority.Authority{}, unknown
	}
	item, err := r.index.Get(ctx, sha256)
	if fault.KindOf(err) == fault.NotFound {
		return authority.Authority{}, unknown
	}
	if err != nil {
		return authority.Authority{}, err
	}
	a, err := r.Authority(ctx, item.Value.Authority)
	if fault.KindOf(err) == fault.NotFound {
		return authority.Authority{}, unknown
	}
	if err != nil {
		return authority.Authority{}, err
	}
	if !slices.Contains(a.Certificates, sha256) || !a.InForce(r.clock()) {
		return authority.Authority{}, unknown
	}
	return a, nil
}

// A holder is whose a certificate may be. The entry says whether it is: what the
// index holds was true once, or is about to be.
type holder struct {
	Authority string `json:"authority"`
}

// claim enters the certificates of a change into the index, before the change is
// confirmed. It is fault.Conflict if one belongs to another authority, whether
// that stands or is pending: nobody is to come as two.
func (r *Register) claim(ctx context.Context, rec *record) error {
	for _, sha256 := range rec.Pending.To.Certificates {
		item, err := r.index.Get(ctx, sha256)
		switch {
		case fault.KindOf(err) == fault.NotFound:
			item = &shelf.Item[holder]{ID: sha256}
		case err != nil:
			return err
		case item.Value.Authority == rec.ID:
			continue
		default:
			if err := r.unheld(ctx, item.Value.Authority, sha256); err != nil {
				return err
			}
		}
		item.Value.Authority = rec.ID
		err = r.index.Put(ctx, item)
		if fault.KindOf(err) == fault.Conflict {
			return errMoved
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// unheld refuses a certificate that an authority has, or is about to.
func (r *Register) unheld(ctx context.Context, id, sha256 string) error {
	other, err := r.Get(ctx, id)
	if fault.KindOf(err) == fault.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	if slices.Contains(other.Authority.Certificates, sha256) || other.Pending != nil && slices.Contains(other.Pending.To.Certificates, sha256) {
		return fault.Conflictf(sha256, "is a certificate of %s", id).WithHint("one certificate is of one authority: let them make another")
	}
	return nil
}
