package docket_test

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"slices"
	"testing"

	. "github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/ledger"
	"github.com/rogatory/rogatory/lifecycle"
)

const testOrigin = "office.example/log"

// A testLog has published everything but what a test holds back. Each role has
// one key.
type testLog struct {
	held []string // keys of leaves
	keys map[ledger.Role]ed25519.PrivateKey
	doc  ledger.RolesDoc
}

func newTestLog(t *testing.T) *testLog {
	t.Helper()
	l := &testLog{keys: make(map[ledger.Role]ed25519.PrivateKey), doc: ledger.RolesDoc{Origin: testOrigin, Keys: make(map[ledger.Role][]ed25519.PublicKey)}}
	for _, role := range []ledger.Role{ledger.RoleJudge, ledger.RoleNotifier, ledger.RoleOversight} {
		public, private, err := ed25519.GenerateKey(rand.Reader)
		ok(t, err)
		l.keys[role], l.doc.Keys[role] = private, []ed25519.PublicKey{public}
	}
	return l
}

func (l *testLog) Terms() (ledger.PolicyDoc, ledger.RolesDoc) {
	return ledger.DefaultPolicy(testOrigin), l.doc
}

func (l *testLog) Published(_ context.Context, keys ...string) (bool, error) {
	return !slices.ContainsFunc(keys, func(k string) bool { return slices.Contains(l.held, k) }), nil
}

// sign signs a draft with the key of a role.
func (l *testLog) sign(t *testing.T, draft []byte, as lifecycle.Role) []byte {
	t.Helper()
	leaf, err := ledger.Parse(draft)
	ok(t, err)
	key := l.keys[ledger.Role(as.String())]
	return ledger.Sign(testOrigin, leaf.(ledger.Signed), func(m []byte) []byte { return ed25519.Sign(key, m) }, key.Public().(ed25519.PublicKey)).Marshal()
}

// settled settles every public duty of a case that can be settled as it stands.
func (o *officeRig) settled(ref Ref) {
	o.t.Helper()
	for _, who := range []Actor{notifier, judge, overseer} {
		list, _, err := o.Drafts(o.t.Context(), who, "", 0)
		ok(o.t, err)
		for _, x := range list {
			if x.Case == ref {
				_, err := o.Settle(o.t.Context(), who, ref, o.log.sign(o.t, x.Leaf, who.Role), "")
				ok(o.t, err)
			}
		}
	}
}
