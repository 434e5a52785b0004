// Package verifier makes one page that checks a proof file in a browser: it says
// what the file proves, and what not, in the words of package words.
//
// It promises that the page is one file, which works without any server, and that
// it cannot send anything anywhere: its own policy lets it run the two scripts in
// it and the program, and forbids every connection.
//
// It refuses to make a page with a script that could end early in the markup.
package verifier

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"encoding/json"
	"strings"
	"text/template"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/proof/entry/words"
)

//go:embed page
var files embed.FS

// A tongue is a language of the page.
type tongue struct {
	Tag, Name, Direction string
	Words                map[string]string
}

// Page makes the page. program is the WebAssembly of package wasm; exec is
// wasm_exec.js of the Go distribution that compiled it.
func Page(program, exec []byte) ([]byte, error) {
	style, script, page := file("page.css"), file("page.js"), file("page.html")
	for _, s := range []string{style, script, string(exec)} {
		if i := strings.Index(strings.ToLower(s), "</"+"s"); i >= 0 || strings.Contains(s, "<!--") {
			return nil, fault.Invalidf("page", "a script or style would end early in the page")
		}
	}
	packed, err := pack(program)
	if err != nil {
		return nil, err
	}
	all, said := []tongue{}, make(map[string]map[string]string)
	for _, tag := range words.Languages() {
		said[tag] = words.Page(tag)
		all = append(all, tongue{tag, words.Name(tag), direction(tag), said[tag]})
	}
	text, err := json.Marshal(said) // which escapes < and >
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	err = template.Must(template.New("page").Option("missingkey=error").Parse(page)).Execute(&out, map[string]any{
		"Policy": policy(style, string(exec), script), "English": said["en"], "Languages": all,
		"Style": style, "Exec": string(exec), "Script": script, "Words": string(text), "Program": packed,
	})
	return out.Bytes(), err
}

// policy lets nothing happen but what the page holds.
func policy(style string, scripts ...string) string {
	var hashes strings.Builder
	for _, s := range scripts {
		hashes.WriteString(hash(s) + " ")
	}
	return "default-src 'none'; script-src " + hashes.String() + "'wasm-unsafe-eval'; style-src " + hash(style) +
		"; img-src data:; base-uri 'none'; form-action 'none'"
}

func hash(s string) string {
	h := sha256.Sum256([]byte(s))
	return "'sha256-" + base64.StdEncoding.EncodeToString(h[:]) + "'"
}

func direction(tag string) string {
	if tag == "ar" {
		return "rtl"
	}
	return "ltr"
}

func file(name string) string {
	text, err := files.ReadFile("page/" + name)
	if err != nil {
		panic(err) // it is part of the program
	}
	return string(text)
}

// pack gives data as the base64 of its gzip, the same each time.
func pack(data []byte) (string, error) {
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return "", err
	}
	if _, err := z.Write(data); err != nil {
		return "", err
	}
	if err := z.Close(); err != nil {
		return "", err
	}
	return base64.StdEncoding.EncodeToString(b.Bytes()), nil
}
