package main

import (
	"bufio"
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"golang.org/x/term"

	"github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/proof/role"
)

type signCommand struct {
	Act        signAct         `cmd:"" default:"withargs" help:"Sign an act that is written down; prints the signature."`
	Leaf       signLeafCommand `cmd:"" help:"Sign a leaf of a public log: a duty settled, or what a log begins with."`
	DepositKey signDepositKey  `cmd:"" help:"For oversight: make the key to which the office seals the openings of the public log."`
	Keygen     signKeygen      `cmd:"" help:"Make a role key. It stays with you; its public form goes into office.toml."`
	Public     signPublic      `cmd:"" help:"Print the public form of a role key."`
}

type signAct struct {
	File string `arg:"" help:"The act: a JSON object with case, by, role, seen, do, why; - is standard input." type:"path"`
	Key  string `required:"" help:"Your role key." placeholder:"FILE" type:"path" env:"ROGATORY_ROLE_KEY"`
	Yes  bool   `help:"Do not ask: you have read it."`
	Out  string `help:"Write the act as it was signed here, with the time of signing in it; it is sent byte for byte." placeholder:"FILE" type:"path"`
}

// Run shows an act in words, and signs it. It needs no network and no office.
func (c *signAct) Run(s *streams) error {
	text, err := readBytes(c.File, s.in)
	if err != nil {
		return err
	}
	in, err := docket.ReadInstruction(text)
	if err != nil {
		return err
	}
	if in.At.IsZero() {
		if c.Out == "" {
			return fault.Invalidf("at", "the act does not say when it was signed").WithHint("give --out FILE: the time is put in, and that file is what you send")
		}
		if text, err = stamped(text, time.Now()); err != nil {
			return err
		}
		if in, err = docket.ReadInstruction(text); err != nil {
			return err
		}
	}
	secret, err := readRoleKey(c.Key, s)
	if err != nil {
		return err
	}
	if secret.Public().Name != in.By {
		return fault.Conflictf(c.Key, "is the role key of %q, and the act is by %q", secret.Public().Name, in.By)
	}
	if err := c.confirm(s, in, text); err != nil {
		return err
	}
	if c.Out != "" {
		if err := os.WriteFile(c.Out, text, 0o600); err != nil {
			return err
		}
	}
	fmt.Fprintln(s.out, base64.StdEncoding.EncodeToString(secret.Sign(text)))
	return nil
}

// stamped puts the time of signing into an act, and changes nothing else in it.
func stamped(text []byte, now time.Time) ([]byte, error) {
	rest := bytes.TrimSpace(text)
	if len(rest) < 2 || rest[0] != '{' {
		return nil, fault.Invalidf("", "an act is a JSON object")
	}
	comma := ","
	if bytes.TrimSpace(rest[1:])[0] == '}' {
		comma = ""
	}
	return append([]byte(`{"at":"`+now.UTC().Format(time.RFC3339)+`"`+comma), rest[1:]...), nil
}

// confirm shows what will be signed: every member, as it stands, with nothing in
// it that moves the cursor or turns the line.
func (c *signAct) confirm(s *streams, in *docket.Instruction, text []byte) error {
	fmt.Fprintf(s.err, "%s, as %s, in case %s: %s\n", visible(in.By), visible(in.Role), visible(string(in.Case)), visible(string(in.Do)))
	var pretty bytes.Buffer
	if err := json.Indent(&pretty, text, "  ", "  "); err != nil {
		return err
	}
	for line := range strings.Lines(pretty.String()) {
		fmt.Fprintln(s.err, "  "+visible(strings.TrimRight(line, "\n")))
	}
	if c.Yes {
		return nil
	}
	fmt.Fprint(s.err, "sign this? [yes/no] ")
	answer, err := bufio.NewReader(s.in).ReadString('\n')
	if err != nil && err != io.EOF || strings.TrimSpace(answer) != "yes" {
		return fault.Conflictf("", "nothing was signed")
	}
	return nil
}

// readRoleKey reads a role key, and asks for its passphrase where it has one.
func readRoleKey(name string, s *streams) (*role.Secret, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, fault.NotFoundf(name, "cannot be read: %v", err).WithHint("rogatory sign keygen makes one")
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, fault.Conflictf(name, "can be read by others").WithHint("chmod 600, and make another key if others had it")
	}
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	return role.ReadSecret(text, func() (string, error) { return askPassphrase(s, "passphrase of "+name+": ") })
}

// askPassphrase asks at the terminal, without showing what is typed.
func askPassphrase(s *streams, question string) (string, error) {
	in, ok := s.in.(*os.File)
	if !ok || !term.IsTerminal(int(in.Fd())) {
		return "", fault.Invalidf("", "the key has a passphrase, and there is nobody at the terminal to type it")
	}
	fmt.Fprint(s.err, question)
	typed, err := term.ReadPassword(int(in.Fd()))
	fmt.Fprintln(s.err)
	return string(typed), err
}

type signKeygen struct {
	Name         string `arg:"" help:"Your name, as office.toml writes it."`
	File         string `arg:"" help:"Where the key is put." type:"path"`
	Demo         bool   `help:"A key for a demonstration: it says so, and counts in rehearsals only."`
	NoPassphrase bool   `help:"Protect it by nothing but where it lies."`
}

// Run makes a key.
func (c *signKeygen) Run(s *streams) error {
	passphrase := ""
	if !c.NoPassphrase && !c.Demo {
		var err error
		if passphrase, err = askPassphrase(s, "a passphrase for the key: "); err != nil {
			return err
		}
		again, err := askPassphrase(s, "once more: ")
		if err != nil {
			return err
		}
		if passphrase != again || len(passphrase) < 10 {
			return fault.Invalidf("", "the two differ, or have fewer than ten letters").WithHint("take a few words that do not belong together")
		}
	}
	secret, err := role.Generate(c.Name, c.Demo, rand.Reader)
	if err != nil {
		return err
	}
	text, err := secret.Marshal(passphrase)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(c.File, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fault.Conflictf(c.File, "cannot be made: %v", err).WithHint("name a file that does not exist yet")
	}
	if _, err := f.Write(text); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	fmt.Fprintf(s.out, "key = %q\n", secret.Public().String())
	s.paper.para("", "This line belongs under your name in office.toml. The file "+c.File+" stays with you: whoever has it decides in your name. If it is lost or stolen, tell oversight the day.")
	return nil
}

type signPublic struct {
	File string `arg:"" help:"Your role key." type:"path"`
}

// Run prints the public form.
func (c *signPublic) Run(s *streams) error {
	secret, err := readRoleKey(c.File, s)
	if err != nil {
		return err
	}
	fmt.Fprintln(s.out, secret.Public())
	return nil
}
