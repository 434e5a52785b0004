package ledger

import (
	"bytes"
	"crypto/ed25519"
	"slices"

	"github.com/rogatory/rogatory/fault"
)

// A RolesDoc says which keys stand for which role, and which log they do so in.
//
// One key may stand under several roles where one institution holds them. The
// log says so in public; what is promised is then less.
type RolesDoc struct {
	Origin        string
	Log           ed25519.PublicKey
	Keys          map[Role][]ed25519.PublicKey // judge, notifier, oversight
	Deposit       []byte                       // HPKE key of MLKEM768X25519; empty: none
	Demonstration bool                         // the keys were made for a demonstration
}

// listed are the roles whose keys stand in lines of their own, in order.
var listed = []Role{RoleJudge, RoleNotifier, RoleOversight}

// depositSize is the length of a public key of MLKEM768X25519.
const depositSize = 1184 + 32

// Marshal prints the one form of d.
func (d RolesDoc) Marshal() []byte {
	b := []byte(version + "roles-document\norigin " + d.Origin + "\n")
	b = appendBase64(b, "log", d.Log)
	for _, role := range listed {
		keys := slices.Clone(d.Keys[role])
		slices.SortFunc(keys, func(a, b ed25519.PublicKey) int { return bytes.Compare(a, b) })
		for _, key := range keys {
			b = appendBase64(b, string(role), key)
		}
	}
	if len(d.Deposit) > 0 {
		b = appendBase64(b, "deposit", d.Deposit)
	}
	if d.Demonstration {
		b = append(b, "demonstration\n"...)
	}
	return b
}

// ParseRolesDoc reads what Marshal prints.
func ParseRolesDoc(text []byte) (*RolesDoc, error) {
	r := read("roles document", text, MaxDocument)
	r.exactly(version + "roles-document")
	d := &RolesDoc{Origin: r.origin(), Log: r.key("log"), Keys: make(map[Role][]ed25519.PublicKey)}
	for _, role := range listed {
		for r.has(string(role)) {
			key := r.key(string(role))
			keys := d.Keys[role]
			if len(keys) > 0 && bytes.Compare(keys[len(keys)-1], key) >= 0 {
				r.fail("the keys of %s are not in order, each once", role)
			}
			d.Keys[role] = append(keys, key)
		}
	}
	if r.err == nil && len(d.Keys[RoleOversight]) == 0 {
		r.n++
		r.fail("there is no key of oversight")
	}
	if r.has("deposit") {
		d.Deposit = make([]byte, depositSize)
		r.base64("deposit", d.Deposit)
	}
	if r.err == nil && len(r.rest) > 0 {
		r.exactly("demonstration")
		d.Demonstration = true
	}
	if a, b, clash := d.clash(); r.err == nil && clash {
		r.n = 0
		r.fail("the keys %x and %x have the same name", a, b)
	}
	if err := r.end(); err != nil {
		return nil, err
	}
	if err := r.canonical(text, d.Marshal()); err != nil {
		return nil, err
	}
	return d, nil
}

// clash finds two keys with the same name: a signature would not say by which.
func (d *RolesDoc) clash() (a, b ed25519.PublicKey, clash bool) {
	seen := map[KeyID]ed25519.PublicKey{KeyIDOf(d.Log): d.Log}
	for _, role := range listed {
		for _, key := range d.Keys[role] {
			id := KeyIDOf(key)
			if other, ok := seen[id]; ok && !other.Equal(key) {
				return other, key, true
			}
			seen[id] = key
		}
	}
	return nil, nil, false
}

// RolesOf gives the roles for which the key of this name stands, none if there
// is no such key.
func (d *RolesDoc) RolesOf(id KeyID) []Role {
	_, roles := d.find(id)
	return roles
}

func (d *RolesDoc) find(id KeyID) (key ed25519.PublicKey, roles []Role) {
	for _, role := range listed {
		for _, k := range d.Keys[role] {
			if KeyIDOf(k) == id {
				key, roles = k, append(roles, role)
			}
		}
	}
	if KeyIDOf(d.Log) == id {
		key, roles = d.Log, append(roles, RoleLog)
	}
	return key, roles
}

// Verify gives the roles for which the key stands that signed l. Whether one of
// them may sign it is for the caller to say, see Signers and Settlement.Settles.
//
// It fails with fault.NotFound if no such key is known, with fault.Forbidden if
// the signature does not hold.
func (d *RolesDoc) Verify(l Signed) ([]Role, error) {
	by, sig := l.Signature()
	key, roles := d.find(by)
	if roles == nil {
		return nil, fault.NotFoundf("by", "no role has the key %s", by)
	}
	if !ed25519.Verify(key, Message(d.Origin, l), sig[:]) {
		return nil, fault.Forbiddenf("sig", "the signature by the key %s does not hold", by)
	}
	return roles, nil
}

// Shared lists the keys that stand for several roles, the log's included.
func (d *RolesDoc) Shared() []KeyID {
	var shared []KeyID
	for _, role := range listed {
		for _, key := range d.Keys[role] {
			id := KeyIDOf(key)
			if len(d.RolesOf(id)) > 1 && !slices.Contains(shared, id) {
				shared = append(shared, id)
			}
		}
	}
	return shared
}

func (r *lines) key(name string) ed25519.PublicKey {
	key := make(ed25519.PublicKey, ed25519.PublicKeySize)
	r.base64(name, key)
	return key
}

// origin takes the line that names a log.
func (r *lines) origin() string {
	o := string(r.value("origin"))
	if r.err == nil && !isOrigin(o) {
		r.fail("origin is no name of a log")
	}
	return o
}

// isOrigin reports whether s can name a log and its key in a signed note:
// printable ASCII without spaces and plus signs.
func isOrigin(s string) bool {
	for _, c := range []byte(s) {
		if c <= ' ' || c > '~' || c == '+' {
			return false
		}
	}
	return s != "" && len(s) <= maxOrigin
}

const maxOrigin = 255

func appendBase64(b []byte, key string, value []byte) []byte {
	b = append(append(b, key...), ' ')
	b = base.AppendEncode(b, value)
	return append(b, '\n')
}
