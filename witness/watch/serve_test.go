package watch

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"
)

// A witness answers where it says that it listens, gives its folder back when it
// is stopped, and finishes what is under way.
func TestServe(t *testing.T) {
	dir := t.TempDir()
	var said bytes.Buffer
	if err := Keygen(dir, "w.example", &said); err != nil {
		t.Fatal(err)
	}
	_, vkey, err := note.GenerateKey(nil, origin)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, logsFile), []byte(vkey), 0o600); err != nil {
		t.Fatal(err)
	}
	w := Witness{Data: dir, Listen: "127.0.0.1:0"}
	for range 2 { // the second only if the first has given the folder back
		ctx, stop := context.WithCancel(t.Context())
		r, out := io.Pipe()
		ended := make(chan error, 1)
		go func() { ended <- w.Serve(ctx, out, slog.New(slog.DiscardHandler)) }()
		lines := bufio.NewScanner(r)
		lines.Scan()
		if !strings.HasPrefix(said.String(), lines.Text()+"\n") {
			t.Errorf("says it is %s", lines.Text())
		}
		lines.Scan()
		address := strings.Fields(lines.Text())[2]
		if !strings.HasSuffix(lines.Text(), " for 1 log") {
			t.Errorf("says %s", lines.Text())
		}
		resp, err := http.Get("http://" + address + "/x/checkpoint")
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != http.StatusNotFound {
			t.Error(resp.Status)
		}
		if err := w.Serve(ctx, io.Discard, nil); err == nil {
			t.Error("two witnesses serve from one folder")
		}
		stop()
		if err := <-ended; err != nil {
			t.Fatal(err)
		}
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	listener.Close()
	if err := serve(t.Context(), listener, nil, slog.New(slog.DiscardHandler)); err == nil {
		t.Error("serves where nobody listens")
	}
}
