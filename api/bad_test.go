package api

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
	"time"
)

// Bad input on every endpoint of the people of the office is told as such: never
// a failure of the office, and never done.
func TestBadInputIsToldAsSuch(t *testing.T) {
	t.Parallel()
	o := newRig(t)
	ref := o.sharedCase()
	letters := map[rune]*http.Client{}
	for l, name := range lettered {
		letters[l] = o.signIn(name)
	}
	deep := []byte(strings.Repeat(`{"a":`, 100) + "1" + strings.Repeat("}", 100))
	bodies := map[string][]byte{
		"nothing": {}, "no JSON": []byte("why"), "a number": []byte("7"), "null": []byte("null"), "a list": []byte("[]"),
		"an unknown member": []byte(`{"wherefore": 1}`), "a member twice": []byte(`{"why": "a", "why": "b"}`), "twice in capitals": []byte(`{"why": "a", "WHY": "b"}`),
		"two values": []byte(`{"why":"a"}{"why":"b"}`), "deep": deep, "not UTF-8": []byte("{\"why\": \"\xff\xfe\"}"), "cut off": []byte(`{"why": "a`),
		"wrong types":   []byte(`{"why": 1, "to": [], "text": {}, "since": "soon", "document": 3, "case": 4, "role": []}`),
		"a hidden sign": []byte(`{"why": "a\u202eb", "text": "a\u202eb"}`), "nul": []byte(`{"why": "a\u0000b", "text": "abc\u0000"}`),
		"too large": append([]byte(`{"why": "`), append(bytes.Repeat([]byte("a"), instructionLimit+1), []byte(`"}`)...)...),
	}
	kinds := map[string]http.Header{
		"no type": {}, "a form": {"Content-Type": {"application/x-www-form-urlencoded"}}, "text": {"Content-Type": {"text/plain"}},
		"another charset": {"Content-Type": {"application/json; charset=utf-16"}}, "a broken type": {"Content-Type": {"application/json; ; ="}},
		"compressed": {"Content-Type": {"application/json"}, "Content-Encoding": {"gzip"}},
	}
	asJSON := http.Header{"Content-Type": {"application/json"}}
	for _, x := range expectations {
		if x.who == "" {
			continue
		}
		client := letters[rune(x.who[0])]
		method, _, _ := strings.Cut(x.pattern, " ")
		path := strings.Replace(x.path, "CASE", string(ref), 1)
		send := func(path string, body []byte, header http.Header) *answer {
			r := o.request(method, path, body)
			r.Header = header.Clone()
			return o.send(client, r)
		}
		t.Run(x.pattern, func(t *testing.T) {
			bad := func(what string, got *answer) {
				t.Helper()
				if got.status < 400 || got.status >= 500 || got.header.Get("Content-Type") != "application/problem+json" {
					t.Errorf("%s: %d %s", what, got.status, got.body)
				}
			}
			if x.body != "" {
				for what, body := range bodies {
					bad(what, send(path, body, asJSON))
				}
				for what, header := range kinds {
					bad(what, send(path, []byte(`{"why": "a"}`), header))
				}
			}
			for _, query := range []string{"?nobody=1", "?as=king", "?as=judge&as=judge", "?%zz", "?why=a&why=b", "?limit=0", "?limit=501", "?limit=x", "?n=101", "?open=maybe", "?due_before=soon", "?after=%00"} {
				if got := send(path+query, []byte(x.body), asJSON); got.status < 400 || got.status >= 500 {
					t.Errorf("%s: %d %s", query, got.status, got.body)
				}
			}
			for _, wrong := range []string{"26-0", strings.Repeat("A", 4000), "26-E7MVEEHX-%00", "%e2%80%ae", "*", "26-E7MVEEHX-R%20or%201=1"} {
				if strings.Contains(x.path, "CASE") {
					bad(wrong, send(strings.Replace(x.path, "CASE", wrong, 1), []byte(x.body), asJSON))
				}
			}
			for _, trick := range []string{path + "/", path + "/..", "/." + path, "/" + path, strings.Replace(path, "/v1/", "/v1//", 1), strings.Replace(path, "/v1/", "/v1/%2e%2e/v1/", 1), strings.ToUpper(path)} {
				bad(trick, send(trick, []byte(x.body), asJSON))
			}
		})
	}
	if strings.Contains(o.logged.String(), "could not answer") {
		t.Errorf("the office failed: %s", o.logged.String())
	}
}

// A form that is not as it was announced records nothing.
func TestAFormIsAsItWasAnnounced(t *testing.T) {
	t.Parallel()
	l := begin(newRig(t)).applied()
	l.does("Jo", "judge", "grant", l.grant())
	list := [2]string{"files", `{"files": [{"measure": 0, "name": "a.csv"}, {"measure": 0, "name": "b.csv"}]}`}
	a, b := [2]string{"file", "aaa"}, [2]string{"file", "bbb"}
	kind, whole := form(t, list, a, b)
	formed := func(parts ...[2]string) []byte {
		k, body := form(t, parts...)
		_, old, _ := strings.Cut(k, "boundary=")
		_, now, _ := strings.Cut(kind, "boundary=")
		return bytes.ReplaceAll(body, []byte(old), []byte(now))
	}
	for _, c := range []struct {
		name   string
		kind   string
		body   []byte
		status int
	}{
		{"nothing", kind, nil, 400},
		{"no form", kind, []byte("files"), 400},
		{"another type", "application/json", []byte("{}"), 415},
		{"no boundary", "multipart/form-data", whole, 415},
		{"the list behind the files", kind, formed(a, list, b), 400},
		{"no list", kind, formed(a, b), 400},
		{"a list that is none", kind, formed([2]string{"files", "a.csv"}, a, b), 400},
		{"a list of nothing", kind, formed([2]string{"files", `{"files": []}`}), 400},
		{"a list with more to it", kind, formed([2]string{"files", `{"files": [{"measure": 0, "name": "a.csv", "kept": "other"}]}`}, a), 400},
		{"a name twice", kind, formed([2]string{"files", `{"files": [{"measure": 0, "name": "a.csv"}, {"measure": 0, "name": "A.csv"}]}`}, a, b), 400},
		{"a path for a name", kind, formed([2]string{"files", `{"files": [{"measure": 0, "name": "../a.csv"}]}`}, a), 400},
		{"the manifest's name", kind, formed([2]string{"files", `{"files": [{"measure": 0, "name": "release.json"}]}`}, a), 400},
		{"a measure there is not", kind, formed([2]string{"files", `{"files": [{"measure": 9, "name": "a.csv"}]}`}, a), 400},
		{"a measure that was not granted", kind, formed([2]string{"files", `{"files": [{"measure": 1, "name": "a.csv"}]}`}, a), 403},
		{"a file too few", kind, formed(list, a), 400},
		{"a file too many", kind, formed(list, a, b, b), 400},
		{"something else between", kind, formed(list, a, [2]string{"note", "x"}, b), 400},
		{"cut off in a file", kind, whole[:bytes.Index(whole, []byte("bbb"))+1], 400},
		{"cut off before the end", kind, whole[:len(whole)-5], 400},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := l.uploads("Cem", c.kind, c.body); got.status != c.status {
				t.Errorf("%d, want %d: %s", got.status, c.status, got.body)
			}
			if l.stage() != "granted" {
				t.Fatalf("the case is %s", l.stage())
			}
		})
	}
	sent := l.tries("Cem", "custodian", "collect", m{"files": []m{{"name": "a.csv", "measure": 0, "size": 1, "sha256": "x"}}})
	if p := sent.problem(l.rig, http.StatusBadRequest); p.Where != "do" || l.stage() != "granted" {
		t.Errorf("files are declared that nobody has sent: %+v", p)
	}
	l.uploads("Cem", kind, whole).into(l.rig, http.StatusCreated, nil)
}

// What is collected is not kept in memory on its way.
func TestFilesAreTakenAsTheyCome(t *testing.T) {
	l := begin(newRig(t)).applied()
	l.does("Jo", "judge", "grant", l.grant())
	const size = 96 << 20
	kind, body := form(t, [2]string{"files", `{"files": [{"measure": 0, "name": "a.bin"}]}`}, [2]string{"file", "HERE"})
	before, behind, _ := bytes.Cut(body, []byte("HERE"))
	most := uint64(0)
	content := &watchedReader{io.LimitReader(zeros{}, size), func() {
		var now runtime.MemStats
		runtime.ReadMemStats(&now)
		most = max(most, now.HeapAlloc)
	}, 0}
	client := l.at("Cem")
	client.Transport = client.Transport.(replay).wire // the replay keeps what it has seen
	r, err := http.NewRequest(http.MethodPost, origin+"/v1/cases/"+string(l.ref)+"/files", io.MultiReader(bytes.NewReader(before), content, bytes.NewReader(behind)))
	l.ok(err)
	r.Header.Set("Content-Type", kind)
	runtime.GC()
	var start runtime.MemStats
	runtime.ReadMemStats(&start)
	var got struct{ Files []File }
	l.send(client, r).into(l.rig, http.StatusCreated, &got)
	if got.Files[0].Size != size {
		t.Errorf("%d bytes were kept of %d", got.Files[0].Size, size)
	}
	if grown := int64(most) - int64(start.HeapAlloc); grown > size/2 {
		t.Errorf("while %d bytes came the heap grew by %d", size, grown)
	}
}

// However long files take to come and to go, the deadlines of the connection are put
// off with every part: here they have passed before the first.
func TestWhoSendsMuchHasTime(t *testing.T) {
	t.Parallel()
	l := begin(newRig(t)).applied()
	l.does("Jo", "judge", "grant", l.grant())
	web := httptest.NewUnstartedServer(l.server.Handler())
	web.Config.ReadHeaderTimeout, web.Config.ReadTimeout, web.Config.WriteTimeout = time.Minute, 1, 1
	web.Start()
	t.Cleanup(web.Close)
	kind, body := form(t, [2]string{"files", `{"files": [{"measure": 0, "name": "a.csv"}]}`}, [2]string{"file", strings.Repeat("x", 1<<20)})
	r, err := http.NewRequest(http.MethodPost, web.URL+"/v1/cases/"+string(l.ref)+"/files", bytes.NewReader(body))
	l.ok(err)
	r.Header.Set("Content-Type", kind)
	r.Header.Set("Cookie", l.cookie(l.door, "Cem"))
	l.send(web.Client(), r).into(l.rig, http.StatusCreated, nil)
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) { return len(b), nil }

// A watchedReader looks about every few megabytes.
type watchedReader struct {
	from io.Reader
	look func()
	read int
}

func (w *watchedReader) Read(b []byte) (int, error) {
	n, err := w.from.Read(b)
	if w.read/(4<<20) != (w.read+n)/(4<<20) {
		w.look()
	}
	w.read += n
	return n, err
}

// A signature header is one signature.
func TestASignatureHeaderIsOne(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		values []string
		ok     bool
	}{{nil, true}, {[]string{"AAAA"}, true}, {[]string{""}, false}, {[]string{"AAAA", "AAAA"}, false}, {[]string{"A A"}, false}, {[]string{"-_-_"}, false}} {
		r := &http.Request{Header: http.Header{"Rogatory-Signature": c.values}}
		if c.values == nil {
			r.Header = http.Header{}
		}
		if _, err := signatureOf(r); (err == nil) != c.ok {
			t.Errorf("%s: %v", fmt.Sprint(c.values), err)
		}
	}
}
