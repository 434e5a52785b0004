package witness

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
	"log/slog"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/mod/sumdb/note"

	"github.com/rogatory/rogatory/fault"
)

// cosignatureV1 is the algorithm byte of a timestamped cosignature by Ed25519.
// C2SP tlog-cosignature.
const cosignatureV1 = 4

// A Key is what a witness signs by. It has a name, which stands before each of
// its cosignatures.
type Key struct {
	name    string
	private ed25519.PrivateKey
}

// NewKey makes a key from 32 bytes of randomness.
func NewKey(random io.Reader, name string) (Key, error) {
	if !validName(name) {
		return Key{}, fault.Invalidf("name", "%q cannot be the name of a witness", clip(name)).
			WithHint("use something like an address without https://, with neither space nor plus sign: witness.example/rogatory")
	}
	seed := make([]byte, ed25519.SeedSize)
	if _, err := io.ReadFull(random, seed); err != nil {
		return Key{}, fmt.Errorf("make a key: %w", err)
	}
	return Key{name, ed25519.NewKeyFromSeed(seed)}, nil
}

// ParseKey reads what Secret wrote.
func ParseKey(text string) (Key, error) {
	wrong := func(what string) (Key, error) {
		return Key{}, fault.Invalidf("key of a witness", "%s", what).WithHint("make one by `rogatory-witness keygen`")
	}
	part := strings.SplitN(strings.TrimSpace(text), "+", 5)
	if len(part) != 5 || part[0] != "PRIVATE" || part[1] != "KEY" || !validName(part[2]) {
		return wrong("is not of the form PRIVATE+KEY+name+id+key")
	}
	raw, err := base64.StdEncoding.Strict().DecodeString(part[4])
	if err != nil || len(raw) != 1+ed25519.SeedSize || raw[0] != cosignatureV1 {
		return wrong("does not hold an Ed25519 key for cosignatures")
	}
	k := Key{part[2], ed25519.NewKeyFromSeed(raw[1:])}
	if part[3] != fmt.Sprintf("%08x", k.id()) {
		return wrong("was altered: its id is not that of the key")
	}
	return k, nil
}

// Secret is the key as it is kept: whoever has it can cosign as this witness.
func (k Key) Secret() string {
	raw := append([]byte{cosignatureV1}, k.private.Seed()...)
	return fmt.Sprintf("PRIVATE+KEY+%s+%08x+%s", k.name, k.id(), base64.StdEncoding.EncodeToString(raw))
}

// Verifier is the public half, in the form of C2SP signed-note: what a policy
// names the witness by.
func (k Key) Verifier() string {
	return fmt.Sprintf("%s+%08x+%s", k.name, k.id(), base64.StdEncoding.EncodeToString(k.public()))
}

// LogValue keeps the key out of whatever is written down about a run.
func (k Key) LogValue() slog.Value { return slog.StringValue("[withheld]") }

// String keeps it out of messages.
func (k Key) String() string { return "[withheld]" }

func (k Key) public() []byte {
	return append([]byte{cosignatureV1}, k.private.Public().(ed25519.PublicKey)...)
}

// id is the key id of C2SP signed-note.
func (k Key) id() uint32 {
	sum := sha256.Sum256(append([]byte(k.name+"\n"), k.public()...))
	return binary.BigEndian.Uint32(sum[:])
}

// Cosigner signs checkpoints with the time that now tells. The signer of package
// formats cannot be told the time, and a simulated year needs another one.
func (k Key) Cosigner(now func() time.Time) note.Signer { return cosigner{k, now} }

type cosigner struct {
	key Key
	now func() time.Time
}

func (c cosigner) Name() string    { return c.key.name }
func (c cosigner) KeyHash() uint32 { return c.key.id() }

// Sign cosigns the text of a checkpoint. C2SP tlog-cosignature, Ed25519.
func (c cosigner) Sign(text []byte) ([]byte, error) {
	at := c.now().Unix()
	if at <= 0 {
		return nil, fault.Invalidf("clock of the witness", "stands before 1970")
	}
	message := append([]byte("cosignature/v1\ntime "+strconv.FormatInt(at, 10)+"\n"), text...)
	return append(binary.BigEndian.AppendUint64(nil, uint64(at)), ed25519.Sign(c.key.private, message)...), nil
}

// validName is the rule of C2SP signed-note for names of keys, and none of them
// may steer a terminal.
func validName(name string) bool {
	return name != "" && len(name) <= 255 && utf8.ValidString(name) && !strings.ContainsFunc(name, func(r rune) bool {
		return r == '+' || unicode.IsSpace(r) || unicode.IsControl(r)
	})
}
