package main

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/mod/sumdb/note"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/ledger"
	"github.com/rogatory/rogatory/witness"
)

// clock tells the simulated time. Witnesses ask it from goroutines of their own.
type clock struct{ unix atomic.Int64 }

func (c *clock) now() time.Time     { return time.UnixMicro(c.unix.Load()).UTC() }
func (c *clock) set(when time.Time) { c.unix.Store(when.UnixMicro()) }

// A circle is three witnesses of whom two must cosign. Two are honest; the third
// cosigns whatever it is shown, and only a dishonest operator asks it.
type circle struct {
	*clock
	vkey    string
	keys    [3]witness.Key
	urls    [3]string
	servers []*witness.Server
	doors   []net.Listener
}

// newCircle opens the witnesses of the log with this key, in a folder.
func newCircle(c *chance, clock *clock, dir, vkey string) (*circle, error) {
	w := &circle{clock: clock, vkey: vkey}
	logs, err := witness.ParseLogs(vkey + "\n")
	if err != nil {
		return nil, err
	}
	for i := range w.keys {
		name := string(rune('a' + i))
		if w.keys[i], err = witness.NewKey(c, name+".witness.example"); err != nil {
			return nil, err
		}
		var door http.Handler = yes{w.keys[i].Cosigner(clock.now)}
		if i < 2 {
			place := filepath.Join(dir, "witness-"+name)
			if err := witness.Init(place, w.keys[i]); err != nil {
				return nil, err
			}
			s, err := witness.Open(place, logs, clock.now, slog.New(slog.DiscardHandler))
			if err != nil {
				return nil, err
			}
			w.servers = append(w.servers, s)
			door = s
		}
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		w.doors = append(w.doors, l)
		go http.Serve(l, door) // until close
		w.urls[i] = "http://" + l.Addr().String()
	}
	return w, nil
}

func (w *circle) close() {
	for _, l := range w.doors {
		l.Close()
	}
	for _, s := range w.servers {
		s.Close()
	}
}

// policy asks for two of these witnesses.
func (w *circle) policy(who ...int) (witness.Policy, error) {
	var text strings.Builder
	group := "group two 2"
	for _, i := range who {
		fmt.Fprintf(&text, "witness w%d %s %s\n", i, w.keys[i].Verifier(), w.urls[i])
		group += fmt.Sprintf(" w%d", i)
	}
	return witness.ParsePolicy([]byte(text.String() + group + "\nquorum two\n"))
}

// client asks two of the witnesses.
func (w *circle) client(who ...int) (*witness.Client, error) {
	p, err := w.policy(who...)
	if err != nil {
		return nil, err
	}
	v, _, err := ledger.ParseLogKey(w.vkey)
	if err != nil {
		return nil, err
	}
	return witness.NewClient(v, p, w.now)
}

// yes is a witness that looks at nothing.
type yes struct{ note.Signer }

func (y yes) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	lines, err2 := y.cosign(body)
	if err != nil || err2 != nil || r.Method != http.MethodPost {
		http.Error(w, "no", http.StatusNotFound)
		return
	}
	w.Write(lines)
}

func (y yes) cosign(body []byte) ([]byte, error) {
	r, err := witness.ParseRequest(body)
	if err != nil {
		return nil, err
	}
	return y.sign(r.Checkpoint)
}

// sign gives the line of its cosignature.
func (y yes) sign(checkpoint []byte) ([]byte, error) {
	text, _, ok := bytes.Cut(checkpoint, []byte("\n\n"))
	if !ok {
		return nil, fault.Invalidf("checkpoint", "has no signature")
	}
	signed, err := note.Sign(&note.Note{Text: string(text) + "\n"}, y.Signer)
	if err != nil {
		return nil, err
	}
	return signed[bytes.LastIndex(signed, []byte("— ")):], nil
}
