package verifier

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rogatory/rogatory/ledger/monitor"
	"github.com/rogatory/rogatory/proof/entry"
	"github.com/rogatory/rogatory/proof/entry/words"
	"github.com/rogatory/rogatory/witness"
)

// genuine is where a proof, its key and a policy stand, as package words tests them.
const genuine = "../../proof/entry/words/testdata/"

func read(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(name)
	fatal(t, err)
	return data
}

// made is the page as everybody makes it.
var made struct {
	once sync.Once
	dir  string
	said []byte
	err  error
}

func TestMain(m *testing.M) {
	status := m.Run()
	os.RemoveAll(made.dir)
	os.Exit(status)
}

// built makes the page, once, and gives its path.
func built(t *testing.T) string {
	t.Helper()
	made.once.Do(func() {
		if made.dir, made.err = os.MkdirTemp("", "verifier"); made.err == nil {
			made.said, made.err = exec.Command("go", "run", "./build", "-o", filepath.Join(made.dir, "verifier.html")).CombinedOutput()
		}
	})
	if made.err != nil {
		t.Fatalf("%v\n%s", made.err, made.said)
	}
	return filepath.Join(made.dir, "verifier.html")
}

// invisible are signs that the page shows instead of obeying.
var invisible = regexp.MustCompile(`[\p{Cc}\p{Cf}]`)

func plain(s string) string {
	return invisible.ReplaceAllStringFunc(s, func(r string) string { return fmt.Sprintf("<U+%04X>", []rune(r)[0]) })
}

// lines are what is said, in order.
func lines(text *words.Text) []string {
	list := append([]string{text.Title}, text.Lead...)
	for _, s := range text.Sections {
		list = append(list, s.Title)
		for _, b := range s.Blocks {
			if b.Title != "" {
				list = append(list, b.Title)
			}
			for _, l := range b.Text {
				list = append(list, plain(l))
			}
			for _, f := range b.Facts {
				list = append(list, f.Label, plain(f.Value))
			}
			list = append(list, b.After...)
		}
	}
	return list
}

// A reader has the page open.
type reader struct {
	*chromium
	page string
}

func opens(t *testing.T) *reader {
	r := &reader{newChromium(t), "file://" + built(t)}
	r.Goes(r.page)
	r.ready()
	return r
}

// ready waits until the program runs.
func (r *reader) ready() {
	r.Helper()
	r.Evaluates(`new Promise((done) => { const look = () => document.getElementById("check").disabled ? setTimeout(look, 20) : done(true); look(); })`, nil)
}

// checks presses the button and waits for what is said.
func (r *reader) checks() []string {
	r.Helper()
	r.Evaluates(`document.getElementById("says").textContent = ""; document.getElementById("check").click();
		new Promise((done) => { const look = () => document.getElementById("says").textContent ? done(true) : setTimeout(look, 20); look(); })`, nil)
	return r.said()
}

func (r *reader) said() (list []string) {
	r.Helper()
	r.Evaluates(`[...document.querySelectorAll("#result h2, #result h3, #result p:not(.row), #result li, #result dt, #result dd")].map((e) => e.textContent)`, &list)
	return list
}

func (r *reader) same(name string, got, want []string) {
	r.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		r.Errorf("%s: %s", name, diff)
	}
}

// expected is what the words say of a file, without the page.
func expected(t *testing.T, proof []byte, vkey, policy, language string) []string {
	t.Helper()
	trust, err := monitor.NewTrust(strings.TrimSpace(string(read(t, genuine+vkey))), nil)
	fatal(t, err)
	if policy != "" {
		p, err := witness.ParsePolicy(read(t, genuine+policy))
		fatal(t, err)
		trust.Witnesses = &p.Quorum
	}
	found, standing, err := words.Check(proof, trust)
	if err != nil {
		return lines(words.Refusal(standing, err, language))
	}
	return lines(words.Of(found, language))
}

// TestARealBrowserChecks: the page, opened from a file, says of every proof what the
// program says of it, and asks nobody for anything.
func TestARealBrowserChecks(t *testing.T) {
	r := opens(t)
	dir := t.TempDir()
	proof := read(t, genuine+"proof.txt")
	put := func(name string, data []byte) string {
		path := filepath.Join(dir, name)
		fatal(t, os.WriteFile(path, data, 0o600))
		return path
	}
	absolute := func(name string) string {
		path, err := filepath.Abs(genuine + name)
		fatal(t, err)
		return path
	}

	// Nothing chosen: it says so where it is missing, and goes there.
	r.checks()
	var at string
	r.Evaluates("document.activeElement.id + document.getElementById('proof-error').textContent + document.getElementById('key-error').textContent", &at)
	if want := "proof" + words.Page("en")["missing.proof"] + words.Page("en")["missing.key"]; at != want {
		t.Errorf("with nothing chosen: %q, want %q", at, want)
	}

	r.chooses("#proof", absolute("proof.txt"))
	r.chooses("#keyfile", absolute("log.vkey"))
	r.same("without witnesses", r.checks(), expected(t, proof, "log.vkey", "", "en"))
	r.chooses("#policy", absolute("policy.txt"))
	began := time.Now()
	r.same("with witnesses", r.checks(), expected(t, proof, "log.vkey", "policy.txt", "en"))
	t.Logf("checked in %v", time.Since(began).Round(time.Millisecond))
	r.Evaluates("document.activeElement.id", &at)
	if at != "verdict" {
		t.Errorf("what is said does not have the focus, but %q", at)
	}
	for _, language := range words.Languages() {
		r.Evaluates(`document.querySelector(".tongues [lang=`+language+`]").click()`, nil)
		r.same(language, r.said(), expected(t, proof, "log.vkey", "policy.txt", language))
		r.Evaluates(`document.documentElement.lang + " " + document.documentElement.dir + " " + document.title`, &at)
		if want := language + " " + direction(language) + " " + words.Page(language)["title"]; at != want {
			t.Errorf("the page is %q, want %q", at, want)
		}
		if language == "en" || language == "ar" {
			r.pictures("checked-" + language)
		}
	}
	r.Evaluates(`document.querySelector(".tongues [lang=en]").click()`, nil)
	// What stands in a proof is text, whatever it looks like.
	var marked int
	r.Evaluates(`document.querySelectorAll("#result b, #result img, #result script").length`, &marked)
	if marked != 0 {
		t.Error("what stands in the file became markup")
	}

	for _, c := range []struct {
		name string
		file []byte
	}{
		{"tampered", read(t, genuine+"tampered.txt")},
		{"truncated", proof[:len(proof)*2/3]},
		{"empty", nil},
		{"something else", []byte("%PDF-1.7 <img src=x onerror=alert(1)>\xff\xfe")},
		{"of another log", bytes.Replace(proof, []byte("office.example/log"), []byte("other.example"), 1)},
	} {
		r.chooses("#proof", put("proof", c.file))
		r.same(c.name, r.checks(), expected(t, c.file, "log.vkey", "policy.txt", "en"))
		if c.name == "tampered" {
			r.pictures("tampered-en")
		}
	}

	// A huge file is refused before a byte of it is read.
	huge := put("huge", nil)
	fatal(t, os.Truncate(huge, 3<<30))
	r.chooses("#proof", huge)
	r.Evaluates("Blob.prototype.arrayBuffer = () => { throw new Error('it is read') }", nil)
	if got := r.checks(); got[0] != lines(words.Refusal(words.TooLong, os.ErrInvalid, "en"))[0] || !strings.Contains(strings.Join(got, " "), "3221225472") {
		t.Errorf("a huge file: %q", got)
	}
	r.content(r.page)
}

// TestLanguageOfTheAddress: a link to the page can name the language.
func TestLanguageOfTheAddress(t *testing.T) {
	c := newChromium(t)
	page := "file://" + built(t)
	c.Goes(page + "#zh-Hans")
	var got string
	c.Evaluates("document.documentElement.lang + document.querySelector('h1').textContent", &got)
	if want := words.Nearest("zh-Hans") + words.Page("zh")["title"]; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	c.content(page)
}

// TestKeysAndPolicies: what is given wrong beside the proof is named, and nothing is
// said to be proved. The key of another log proves nothing of this one.
func TestKeysAndPolicies(t *testing.T) {
	r := opens(t)
	path, err := filepath.Abs(genuine)
	fatal(t, err)
	r.chooses("#proof", filepath.Join(path, "proof.txt"))
	types := func(key string) {
		quoted, err := json.Marshal(key)
		fatal(t, err)
		r.Evaluates("document.getElementById('key').value = "+string(quoted), nil)
	}
	for _, c := range []struct {
		key  string
		want words.Standing
	}{{"hello", words.NoKey}, {string(read(t, genuine+"other.vkey")), words.OtherLog}} {
		types(c.key)
		if got := r.checks(); got[0] != words.Refusal(c.want, os.ErrInvalid, "en").Title {
			t.Errorf("%s: %q", c.want, got)
		}
	}
	types("  " + string(read(t, genuine+"log.vkey")) + "\n")
	r.same("a key with spaces around it", r.checks(), expected(t, read(t, genuine+"proof.txt"), "log.vkey", "", "en"))
	quoted, err := json.Marshal(string(read(t, genuine+"tampered.txt")))
	fatal(t, err)
	r.Evaluates(`(() => {
		const dropped = new DataTransfer();
		dropped.items.add(new File([`+string(quoted)+`], "dropped.txt"));
		const drop = new DragEvent("drop", { dataTransfer: dropped, bubbles: true, cancelable: true });
		document.getElementById("proof").dispatchEvent(drop);
		if (!drop.defaultPrevented) throw new Error("the browser goes to what is dropped");
	})()`, nil)
	r.same("a file that is dropped", r.checks(), expected(t, read(t, genuine+"tampered.txt"), "log.vkey", "", "en"))
	r.chooses("#policy", filepath.Join(path, "proof.txt"))
	if got := r.checks(); got[0] != words.Refusal(words.NoPolicy, os.ErrInvalid, "en").Title {
		t.Errorf("a policy that is none: %q", got)
	}
	r.content(r.page)
}

// TestNothingLeaves: whatever a script in the page would try, the page's own policy
// forbids it.
func TestNothingLeaves(t *testing.T) {
	r := opens(t)
	for _, try := range []string{
		`fetch("https://example.com").then(() => "went", () => "stayed")`,
		`fetch("file:///etc/hostname").then(() => "went", () => "stayed")`,
		`new Promise((done) => { const i = new Image(); i.onload = () => done("went"); i.onerror = () => done("stayed"); i.src = "https://example.com/a.png" })`,
		`new Promise((done) => { const s = document.createElement("script"); s.onload = () => done("went"); s.onerror = () => done("stayed"); s.src = "https://example.com/a.js"; document.head.append(s) })`,
		`new Promise((done) => { const s = document.createElement("script"); s.textContent = "window.ran = true"; document.head.append(s); done(window.ran ? "went" : "stayed") })`,
		`new Promise((done) => { document.addEventListener("securitypolicyviolation", () => done("stayed"), { once: true }); try { new WebSocket("wss://example.com") } catch { done("stayed") } })`,
	} {
		var got string
		r.Evaluates(try, &got)
		if got != "stayed" {
			t.Errorf("%s: %s", try, got)
		}
	}
}

// TestWithoutScripts: the page says what it needs, in every language, and how to do
// without.
func TestWithoutScripts(t *testing.T) {
	c := newChromium(t)
	page := "file://" + built(t)
	c.Does("Emulation.setScriptExecutionDisabled", map[string]any{"value": true}, nil)
	c.Goes(page)
	text := c.Text()
	for _, language := range words.Languages() {
		if !strings.Contains(text, words.Page(language)["noscript"]) {
			t.Errorf("%s: the page says nothing without scripts:\n%s", language, text)
		}
	}
	if !strings.Contains(text, "rogatory verify FILE --vkey KEY") || strings.Contains(text, words.Page("en")["proof.hint"]) {
		t.Errorf("without scripts:\n%s", text)
	}
}

// TestABrowserThatCannot: one in which the program cannot start says so, in the
// language that is chosen, and how to do without.
func TestABrowserThatCannot(t *testing.T) {
	c := newChromium(t)
	c.Does("Page.addScriptToEvaluateOnNewDocument", map[string]any{"source": "delete window.DecompressionStream"}, nil)
	c.Goes("file://" + built(t))
	for _, language := range []string{"ru", "en"} {
		var got string
		c.Evaluates(`document.querySelector(".tongues [lang=`+language+`]").click();
			new Promise((done) => { const look = () => document.getElementById("state").textContent.includes("rogatory") ? done(document.getElementById("state").textContent) : setTimeout(look, 20); look(); })`, &got)
		if want := words.Page(language)["failed"] + " rogatory verify FILE --vkey KEY"; got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// TestPage: the page is one file, the same each time, and a script that would end in
// the markup makes none.
func TestPage(t *testing.T) {
	a, err := Page([]byte("program"), []byte("let go;"))
	fatal(t, err)
	b, err := Page([]byte("program"), []byte("let go;"))
	fatal(t, err)
	if !bytes.Equal(a, b) {
		t.Error("the page is another each time")
	}
	for _, part := range []string{"default-src 'none'", "'wasm-unsafe-eval'", hash("let go;"), hash(file("page.js")), hash(file("page.css")), "connect-src"} {
		if bytes.Contains(a, []byte(part)) != (part != "connect-src") {
			t.Errorf("%s in the page: %v", part, part == "connect-src")
		}
	}
	if regexp.MustCompile(`(src|href)="(https?:|//)`).Match(a) || bytes.Contains(a, []byte("unsafe-inline")) {
		t.Error("the page needs somebody else")
	}
	for _, bad := range []string{"'</Script>'", "<!-- x"} {
		if _, err := Page(nil, []byte(bad)); err == nil {
			t.Errorf("a page with %s", bad)
		}
	}
	if len(read(t, genuine+"proof.txt")) > entry.MaxFile {
		t.Error("the genuine proof is too large")
	}
}
