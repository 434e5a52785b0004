package main

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"net/url"
	"os"
	"path/filepath"

	"filippo.io/age"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/seal"
)

type requestCommand struct {
	Submit   requestSubmit   `cmd:"" help:"Send a request to an office, signed; prints the receipt."`
	Status   requestStatus   `cmd:"" help:"How a request stands: by its case, or without a key by the code of its receipt."`
	Answer   requestAnswer   `cmd:"" help:"Answer what an office asked, with the request written anew."`
	Withdraw requestWithdraw `cmd:"" help:"Withdraw a request."`
	Fetch    requestFetch    `cmd:"" help:"Fetch what was released, open it and check it against its manifest."`
	Keygen   requestKeygen   `cmd:"" help:"Make the two keys an authority needs: to sign with, and to open what is released."`
}

type requestSubmit struct {
	asking
	File string `arg:"" optional:"" help:"The request document; - is standard input. In a demonstration its example." type:"path"`
	Once string `help:"Your key for this message; the same bytes have the same one by themselves." placeholder:"KEY"`
}

// Run sends a request.
func (c *requestSubmit) Run(s *streams) error {
	ctx, stop := s.working()
	defer stop()
	if c.File == "" && c.Demo != "" {
		c.File = filepath.Join(c.Demo, "request.json")
	}
	if c.File == "" {
		return fault.Invalidf("", "no request is named").WithHint("rogatory request submit FILE")
	}
	body, err := readDocument(c.File, s.in)
	if err != nil {
		return err
	}
	if c.Once == "" {
		c.Once = onceFor(body)
	}
	return c.print(ctx, s, call{"POST", "/v1/requests", "application/json", body, c.Once})
}

type requestStatus struct {
	asking
	Case string `arg:"" help:"The case, or the code of a receipt."`
}

// Run asks how a request stands.
func (c *requestStatus) Run(s *streams) error {
	ctx, stop := s.working()
	defer stop()
	if err := c.fill(); err != nil {
		return err
	}
	path := "/v1/requests/" + url.PathEscape(c.Case)
	if len(c.Case) > 20 {
		path = "/v1/receipts/" + url.PathEscape(c.Case)
		c.Key, c.KeyID, c.Demo = "", "", ""
	}
	return c.print(ctx, s, call{method: "GET", path: path})
}

type requestAnswer struct {
	asking
	Case string `arg:"" help:"The case."`
	File string `arg:"" help:"The request written anew; - is standard input." type:"path"`
}

// Run answers.
func (c *requestAnswer) Run(s *streams) error {
	ctx, stop := s.working()
	defer stop()
	body, err := readDocument(c.File, s.in)
	if err != nil {
		return err
	}
	return c.print(ctx, s, call{"POST", "/v1/requests/" + url.PathEscape(c.Case) + "/answer", "application/json", body, onceFor(body)})
}

type requestWithdraw struct {
	asking
	Case string `arg:"" help:"The case."`
	Why  string `help:"Why." required:""`
}

// Run withdraws.
func (c *requestWithdraw) Run(s *streams) error {
	ctx, stop := s.working()
	defer stop()
	body, err := json.Marshal(map[string]string{"why": c.Why})
	if err != nil {
		return err
	}
	return c.print(ctx, s, call{"POST", "/v1/requests/" + url.PathEscape(c.Case) + "/withdraw", "application/json", body, ""})
}

type requestFetch struct {
	asking
	Case     string `arg:"" help:"The case."`
	Dir      string `arg:"" help:"A folder that does not exist yet, or is empty." type:"path"`
	Identity string `help:"The age identity that opens it." placeholder:"FILE" type:"path"`
}

// Run fetches a package. What does not agree with its manifest is not kept.
func (c *requestFetch) Run(s *streams) error {
	ctx, stop := s.working()
	defer stop()
	if c.Identity == "" && c.Demo != "" {
		c.Identity = filepath.Join(c.Demo, "requester.age")
	}
	identity, err := os.ReadFile(c.Identity)
	if err != nil {
		return fault.NotFoundf("--identity", "cannot be read: %v", err).WithHint("it is what request keygen made, or age-keygen")
	}
	answer, err := c.do(ctx, call{method: "GET", path: "/v1/requests/" + url.PathEscape(c.Case) + "/package"})
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	manifest, err := seal.Open(answer.Body, string(identity), c.Dir)
	if err != nil {
		return err
	}
	var m struct {
		Files []struct{ Name string }
	}
	if err := json.Unmarshal(manifest, &m); err != nil {
		return err
	}
	s.paper.line("%d files and release.json in %s, each with the hash that the manifest lists", len(m.Files), c.Dir)
	return nil
}

type requestKeygen struct {
	Dir string `arg:"" help:"A folder that does not exist yet." type:"path"`
}

// Run makes keys. The private ones stay where they are made; the public ones are
// handed to the office over a contact that it verifies.
func (c *requestKeygen) Run(s *streams) error {
	if err := os.Mkdir(c.Dir, 0o700); err != nil {
		return fault.Conflictf(c.Dir, "cannot be made: %v", err).WithHint("name a folder that does not exist yet")
	}
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return err
	}
	publicPEM, privatePEM, err := pemOf(public, private)
	if err != nil {
		return err
	}
	identity, err := age.GenerateX25519Identity()
	if err != nil {
		return err
	}
	for name, text := range map[string]string{
		"signing.pem": string(privatePEM), "signing-public.pem": string(publicPEM),
		"opening.age": identity.String() + "\n", "opening-public.txt": identity.Recipient().String() + "\n",
	} {
		if err := os.WriteFile(filepath.Join(c.Dir, name), []byte(text), 0o600); err != nil {
			return err
		}
	}
	s.paper.line("made %s", c.Dir)
	s.paper.para("  ", "signing.pem and opening.age are yours alone. Hand signing-public.pem and opening-public.txt to the office, which calls you back over a contact of its own before it enrols them.")
	return nil
}

// pemOf writes a pair of keys as SubjectPublicKeyInfo and PKCS 8.
func pemOf(public ed25519.PublicKey, private ed25519.PrivateKey) (publicPEM, privatePEM []byte, err error) {
	publicDER, err := x509.MarshalPKIXPublicKey(public)
	if err != nil {
		return nil, nil, err
	}
	privateDER, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return nil, nil, err
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: publicDER}), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: privateDER}), nil
}
