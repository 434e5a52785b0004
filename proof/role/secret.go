package role

import (
	"bytes"
	"crypto/ed25519"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"unicode/utf8"

	"filippo.io/age"
	"filippo.io/age/armor"

	"github.com/rogatory/rogatory/fault"
)

const (
	longestFile    = 16 << 10
	shortestSecret = 8  // characters of a passphrase
	work           = 18 // of scrypt, as a power of two: about a second, and 256 MiB
	notOpened      = "does not open with this passphrase"
)

// A Secret is a role key, with which acts are signed. No verb and no log prints it.
type Secret struct {
	public Public
	key    ed25519.PrivateKey
}

// LogValue leaves out the key.
func (Secret) LogValue() slog.Value { return slog.StringValue("[withheld]") }

// Format leaves out the key.
func (Secret) Format(f fmt.State, verb rune) { _, _ = io.WriteString(f, "[withheld]") }

// Generate makes a role key.
func Generate(name string, demo bool, random io.Reader) (*Secret, error) {
	if err := checkName(name); err != nil {
		return nil, err
	}
	var seed [ed25519.SeedSize]byte
	defer clear(seed[:])
	if _, err := io.ReadFull(random, seed[:]); err != nil {
		return nil, fmt.Errorf("draw a role key: %w", err)
	}
	return newSecret(name, demo, seed), nil
}

func newSecret(name string, demo bool, seed [ed25519.SeedSize]byte) *Secret {
	key := ed25519.NewKeyFromSeed(seed[:])
	s := &Secret{public: Public{Name: name, Demo: demo}, key: key}
	copy(s.public.key[:], key.Public().(ed25519.PublicKey))
	return s
}

// Public gives the form that everybody may see.
func (s *Secret) Public() Public { return s.public }

// Sign signs an act.
func (s *Secret) Sign(acted []byte) []byte {
	return ed25519.Sign(s.key, append([]byte(act), acted...))
}

// SignLeaf signs what a leaf of a public log says. Unlike an act it has no zero
// byte in it, so that neither can be taken for the other.
func (s *Secret) SignLeaf(message []byte) ([]byte, error) {
	if bytes.IndexByte(message, 0) >= 0 {
		return nil, fault.Invalidf("leaf", "is no leaf of a public log")
	}
	return ed25519.Sign(s.key, message), nil
}

// Marshal writes the key to be kept: one line, encrypted under the passphrase as
// an armoured age file. Without a passphrase the line stands in clear, and whoever
// reads the file signs for its owner: for demonstrations.
func (s *Secret) Marshal(passphrase string) ([]byte, error) {
	line := write(s.public.Name, s.public.Demo, [32]byte(s.key.Seed()), secretForm, secretDemoForm) + "\n"
	if passphrase == "" {
		return []byte(line), nil
	}
	return protect(line, passphrase, work)
}

func protect(line, passphrase string, work int) ([]byte, error) {
	if utf8.RuneCountInString(passphrase) < shortestSecret {
		return nil, fault.Invalidf("passphrase", "is shorter than %d characters", shortestSecret).
			WithHint("take several words; it is all that stands between the file and a signature")
	}
	recipient, err := age.NewScryptRecipient(passphrase)
	if err != nil {
		return nil, fmt.Errorf("protect a role key: %w", err)
	}
	recipient.SetWorkFactor(work)
	var b bytes.Buffer
	armoured := armor.NewWriter(&b)
	w, err := age.Encrypt(armoured, recipient)
	if err != nil {
		return nil, fmt.Errorf("protect a role key: %w", err)
	}
	_, err = io.WriteString(w, line)
	if err := errors.Join(err, w.Close(), armoured.Close()); err != nil {
		return nil, fmt.Errorf("protect a role key: %w", err)
	}
	return b.Bytes(), nil
}

// ReadSecret reads what Marshal wrote. The passphrase is asked for only if there
// is one.
func ReadSecret(text []byte, passphrase func() (string, error)) (*Secret, error) {
	if len(text) > longestFile {
		return nil, fault.Invalidf("role key", "the file is longer than %d bytes, and not a role key's", longestFile)
	}
	line := bytes.TrimSpace(text)
	if bytes.HasPrefix(line, []byte(armor.Header)) {
		said, err := passphrase()
		if err != nil {
			return nil, err
		}
		if line, err = unprotect(line, said); err != nil {
			return nil, err
		}
		line = bytes.TrimSpace(line)
	}
	name, demo, seed, err := parse(string(line), secretForm, secretDemoForm)
	if err != nil {
		return nil, err
	}
	defer clear(seed[:])
	return newSecret(name, demo, seed), nil
}

// unprotect opens what protect wrote. It works no harder than Marshal does, so
// that a file made by somebody else cannot keep a machine busy.
func unprotect(armoured []byte, passphrase string) ([]byte, error) {
	identity, err := age.NewScryptIdentity(passphrase)
	if err != nil { // it is empty
		return nil, fault.Invalidf("role key", notOpened)
	}
	identity.SetMaxWorkFactor(work)
	r, err := age.Decrypt(armor.NewReader(bytes.NewReader(armoured)), identity)
	if _, wrong := errors.AsType[*age.NoIdentityMatchError](err); wrong {
		return nil, fault.Invalidf("role key", notOpened).WithHint("try again; a passphrase that is lost is not found again: make a new key")
	}
	if err != nil {
		return nil, damaged(err)
	}
	line, err := io.ReadAll(r)
	if err != nil {
		return nil, damaged(err)
	}
	return line, nil
}

func damaged(err error) error {
	return fault.Invalidf("role key", "the file is damaged: %s", strings.TrimSpace(err.Error())).
		WithHint("take it from where it was copied to")
}
