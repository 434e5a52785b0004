package keyring

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"

	"github.com/rogatory/rogatory/fault"
)

// An Office is the key of the office: what the keys of cases are wrapped
// under. It never leaves its implementation, so that it can live elsewhere.
//
// What was wrapped in a context opens in no other; the ring puts the id of the
// wrapped key and that of the office key in it, so that rows cannot be
// swapped. All methods are safe for use by several goroutines.
type Office interface {
	// ID names the key: printable, without spaces, the same for ever, and
	// another for every other key.
	ID() string
	Wrap(ctx context.Context, plain, context []byte) ([]byte, error)
	Unwrap(ctx context.Context, wrapped, context []byte) ([]byte, error)
}

// offices are the office keys of a ring: the first wraps, all unwrap.
type offices []Office

func newOffices(current Office, previous []Office) (offices, error) {
	chain := append(offices{current}, previous...)
	for i, o := range chain {
		id := o.ID()
		if id == "" || len(id) > 128 || strings.ContainsFunc(id, func(r rune) bool { return r <= ' ' || r > '~' }) {
			return nil, fault.Invalidf("office key", "the id %q is not 1 to 128 printable characters without spaces", id)
		}
		if slices.ContainsFunc(chain[:i], func(p Office) bool { return p.ID() == id }) {
			return nil, fault.Invalidf("office key", "%s is given twice", id)
		}
	}
	return chain, nil
}

func (c offices) named(id string) (Office, bool) {
	i := slices.IndexFunc(c, func(o Office) bool { return o.ID() == id })
	if i < 0 {
		return nil, false
	}
	return c[i], true
}

func (c offices) String() string {
	ids := make([]string, len(c))
	for i, o := range c {
		ids[i] = o.ID()
	}
	return strings.Join(ids, ", ")
}

// wrap wraps a key under an office key, bound to both names.
func wrap(ctx context.Context, o Office, id string, key [32]byte) ([]byte, error) {
	sealed, err := o.Wrap(ctx, key[:], binding(o, id))
	if err != nil {
		return nil, fmt.Errorf("wrap key %s: %w", id, err)
	}
	return sealed, nil
}

// unwrap is the inverse of wrap.
func unwrap(ctx context.Context, o Office, id string, sealed []byte) ([32]byte, error) {
	plain, err := o.Unwrap(ctx, sealed, binding(o, id))
	if err != nil {
		return [32]byte{}, fmt.Errorf("unwrap key %s: %w", id, err)
	}
	defer clear(plain)
	if len(plain) != 32 {
		return [32]byte{}, fault.Invalidf("key "+id, "the office key %s unwrapped %d bytes and not 32", o.ID(), len(plain))
	}
	return [32]byte(plain), nil
}

// binding is the context of a wrap. Neither id holds a line feed.
func binding(o Office, id string) []byte {
	return []byte("rogatory.keyring/1\nkey " + id + "\noffice " + o.ID() + "\n")
}

// withheld is embedded where secrets are held: no verb and no log prints them.
type withheld struct{}

func (withheld) LogValue() slog.Value          { return slog.StringValue("[withheld]") }
func (withheld) Format(f fmt.State, verb rune) { _, _ = io.WriteString(f, "[withheld]") }
