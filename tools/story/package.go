package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"

	"github.com/rogatory/rogatory/seal"
)

// receiptOf verifies the signed receipt with the key that the office publishes.
func (c *matter) receiptOf(doc []byte) {
	keys := c.anybody("/v1/keys").list("receipts")
	v, err := note.NewVerifier(keys[0].(string))
	must(err)
	n, err := note.Open([]byte(c.receipt), note.VerifierList(v))
	if err != nil {
		fail("the receipt does not verify: %v\n%s", err, c.receipt)
	}
	for _, line := range []string{"case " + c.ref, fmt.Sprintf("sha256 %x", sha256.Sum256(doc)), "received " + c.now.Format(time.RFC3339), "sender verified", "rehearsal"} {
		expect(strings.Contains(n.Text, line+"\n"), "the line %q in the receipt:\n%s", line, n.Text)
	}
}

// fetched fetches the package, opens it with the authority's own key and compares.
func (c *matter) fetched(files []file) {
	listed := c.standing().says("ready", true).list("files")
	got := c.asks(http.MethodGet, "/package", nil).wants(http.StatusOK)
	for _, f := range files {
		expect(!bytes.Contains(got.body, []byte(f.content)), "nothing of %s in clear in the package", f.name)
	}
	dir := filepath.Join(c.dir, c.office.name+"-"+c.ref)
	manifest, err := seal.Open(bytes.NewReader(got.body), c.from.identity.String(), dir)
	must(err)
	defer os.RemoveAll(dir)
	inside, err := os.ReadDir(dir)
	must(err)
	expect(len(inside) == len(files)+1 && len(listed) == len(files), "%d files and release.json in the package, got %v", len(files), inside)
	for _, f := range files {
		text, err := os.ReadFile(filepath.Join(dir, f.name))
		must(err)
		sum := fmt.Sprintf("%x", sha256.Sum256(text))
		expect(string(text) == f.content && bytes.Contains(manifest, []byte(sum)), "%s as it was collected and listed by its hash; got %q", f.name, text)
	}
	expect(!bytes.Contains(manifest, []byte("stress-10")), "nothing of the third item: %s", manifest)
}

// manifest is that of the package, as whoever fetches it reads it.
func (c *matter) manifest() (out m) {
	got := c.asks(http.MethodGet, "/package", nil).wants(http.StatusOK)
	dir := filepath.Join(c.dir, c.office.name+"-"+c.ref)
	defer os.RemoveAll(dir)
	text, err := seal.Open(bytes.NewReader(got.body), c.from.identity.String(), dir)
	must(err)
	must(json.Unmarshal(text, &out))
	return out
}
