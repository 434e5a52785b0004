package api

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"testing"

	"github.com/rogatory/rogatory/fault"
)

// A form that is taken has every file that was announced, and nothing else.
func FuzzForm(f *testing.F) {
	part := func(name, content string) string {
		return "--B\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + content + "\r\n"
	}
	list := part("files", `{"files": [{"measure": 0, "name": "a"}, {"measure": 1, "name": "b"}]}`)
	for _, seed := range []string{
		"", "--B--\r\n", list + "--B--\r\n", list + part("file", "a") + part("file", "b") + "--B--\r\n", list + part("file", "a") + part("file", "b"),
		list + part("file", "a") + part("file", "b") + part("file", "c") + "--B--\r\n", part("file", "a") + list + "--B--\r\n", part("files", "{}") + "--B--\r\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		parts := multipart.NewReader(bytes.NewReader(body), "B")
		what, err := announced(parts)
		if err != nil {
			if kind := fault.KindOf(err); kind != fault.Invalid && kind != fault.Internal {
				t.Fatalf("a form that cannot be read is %v", err)
			}
			return
		}
		for i, x := range what.Files {
			if _, err := io.Copy(io.Discard, &fileReader{parts: parts, name: x.Name, last: i == len(what.Files)-1}); err != nil {
				return
			}
		}
		again, files := multipart.NewReader(bytes.NewReader(body), "B"), -1
		for ; ; files++ {
			if _, err := again.NextPart(); err != nil {
				break
			}
		}
		if files != len(what.Files) {
			t.Fatalf("%d files were taken and %d came", len(what.Files), files)
		}
	})
}

// A query that is taken was asked for whole, and nothing in it is there twice.
func FuzzQuery(f *testing.F) {
	for _, seed := range []string{"", "limit=5", "limit=5&limit=6", "after=%zz", "open=true&due_before=2026-09-01T09:00:00Z", "as=judge", "nobody=1", "limit=0x10"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		q := queryOf(&http.Request{URL: &url.URL{RawQuery: raw}})
		n, open := q.number("limit", 50, 500), q.yes("open")
		q.text("after")
		q.moment("due_before")
		if q.checked() != nil {
			return
		}
		values, err := url.ParseQuery(raw)
		if err != nil || n < 1 || n > 500 || open != (values.Get("open") == "true") {
			t.Fatalf("%q was taken: %v, %d, %v", raw, err, n, open)
		}
		for name, said := range values {
			if name != "as" && len(said) > 1 {
				t.Fatalf("%q was taken, with %s %d times", raw, name, len(said))
			}
		}
	})
}
