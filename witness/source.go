package witness

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/rogatory/rogatory/fault"
)

// What is read of one file of a log at most. What is longer is no file of a log.
const (
	maxBundle      = 256 * (2 + 1<<16) // entries as long as an entry can be
	maxTile        = 256 * 32
	maxProvisional = 1 << 20
)

// A Source is what a log publishes: static files, over the network or in a
// folder. It verifies nothing and remembers nothing: what it gives is what is
// there at that moment, and who asks verifies it.
type Source struct{ files files }

// files gives a published file; fault.NotFound if it is not there, fault.Invalid
// if what is there is longer than such a file can be.
type files interface {
	get(ctx context.Context, name string, most int64) ([]byte, error)
}

// NewSource opens what a log publishes at an address (http, https) or in a folder.
func NewSource(where string) (*Source, error) {
	if !strings.Contains(where, "://") {
		root, err := os.OpenRoot(where)
		if err != nil {
			return nil, fault.NotFoundf(where, "is no folder of a log").WithHint("name the published folder of a log, or its address beginning with https://")
		}
		return &Source{shelf{root}}, nil
	}
	u, err := url.Parse(where)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.RawQuery != "" || u.Fragment != "" {
		return nil, fault.Invalidf(clip(where), "is no address of a log").WithHint("use one like https://office.example/log")
	}
	u.Path = strings.TrimRight(u.Path, "/")
	return &Source{&web{base: u.String(), http: newReader()}}, nil
}

// A shelf is a published folder. No name leads out of it.
type shelf struct{ root *os.Root }

func (s shelf) get(_ context.Context, name string, most int64) ([]byte, error) {
	info, err := s.root.Stat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, absent(name)
	}
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() { // whoever opens a pipe waits for ever
		return nil, fault.Invalidf(name, "what is published under this name is no file")
	}
	f, err := s.root.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, most+1))
	if err == nil && int64(len(data)) > most {
		return nil, excess(name, most)
	}
	return data, err
}

func absent(name string) error { return fault.NotFoundf(name, "is not published") }

func excess(name string, most int64) error {
	return fault.Invalidf(name, "what is published under this name is longer than %d bytes", most)
}

const (
	readPatience = time.Minute // for one file
	retries      = 3
	pause        = time.Second // before asking again, then twice as long
	hops         = 3           // redirects followed
)

// A web is a log that is read over the network.
type web struct {
	base string
	http *http.Client
}

// newReader follows a few redirects, as those who serve static files make them,
// and none that gives up the protection of the connection.
func newReader() *http.Client {
	c := newHTTP()
	c.CheckRedirect = func(r *http.Request, via []*http.Request) error {
		if len(via) > hops {
			return fmt.Errorf("more than %d redirects", hops)
		}
		if via[0].URL.Scheme == "https" && r.URL.Scheme != "https" {
			return errors.New("a redirect from https to " + r.URL.Scheme)
		}
		return nil
	}
	return c
}

// get asks for a file, and asks again where the other side is busy or the
// connection broke: whatever is still missing then counts as not to be had.
func (w *web) get(ctx context.Context, name string, most int64) ([]byte, error) {
	wait := pause
	for try := 1; ; try++ {
		data, err := w.once(ctx, name, most)
		var again *transient
		if !errors.As(err, &again) {
			return data, err
		}
		if try == retries {
			return nil, again.error
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(wait):
		}
		wait *= 2
	}
}

// transient is an error that may pass.
type transient struct{ error }

func (w *web) once(ctx context.Context, name string, most int64) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, readPatience)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, w.base+"/"+name, nil)
	if err != nil {
		return nil, err
	}
	r.Header.Set("User-Agent", "rogatory-witness")
	resp, err := w.http.Do(r)
	if err != nil {
		return nil, &transient{fault.Busyf(name, "cannot be fetched: %v", err)}
	}
	defer resp.Body.Close()
	switch code := resp.StatusCode; {
	case code == http.StatusNotFound, code == http.StatusGone:
		return nil, absent(name)
	case code == http.StatusTooManyRequests, code >= 500:
		return nil, &transient{fault.Busyf(name, "cannot be fetched: the server answers %d", code)}
	case code != http.StatusOK:
		return nil, fault.Busyf(name, "cannot be fetched: the server answers %d", code)
	}
	data, err := io.ReadAll(io.LimitReader(resp.Body, most+1))
	if err != nil {
		return nil, &transient{fault.Busyf(name, "cannot be fetched: %v", err)}
	}
	if int64(len(data)) > most {
		return nil, excess(name, most)
	}
	return data, nil
}
