package watch

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/witness"
)

// logsFile is where a witness is told which logs it knows.
const logsFile = "logs"

// Keygen makes a witness in a folder, and says what others need of it.
func Keygen(dir, name string, out io.Writer) error {
	k, err := witness.NewKey(rand.Reader, name)
	if err != nil {
		return err
	}
	if err := witness.Init(dir, k); err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%s\n\nThis is the public key: logs name the witness by it in their policy.\nThe private key lies in %s. Nobody else may read the folder, and no copy of it may be put back later:\na witness that forgets what it saw begins anew, in another folder.\nWrite the key of each log it shall watch into %s, a line each, taken from somebody who is not the log.\n",
		k.Verifier(), dir, filepath.Join(dir, logsFile))
	return err
}

// A Witness is a witness as a person runs it.
type Witness struct {
	Data   string // the folder that Keygen made
	Logs   string // the list of logs; empty: the file in the folder
	Listen string
}

// Serve cosigns until ctx ends.
func (c Witness) Serve(ctx context.Context, out io.Writer, log *slog.Logger) error {
	logs, err := c.logs()
	if err != nil {
		return err
	}
	s, err := witness.Open(c.Data, logs, time.Now, log)
	if err != nil {
		return err
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", c.Listen)
	if err != nil {
		return errors.Join(fmt.Errorf("listen: %w", err), s.Close())
	}
	fmt.Fprintf(out, "%s\nlistening on %s for %s\n", s.Verifier(), listener.Addr(), count(len(logs), "log", "logs"))
	return errors.Join(serve(ctx, listener, s, log), s.Close())
}

func (c Witness) logs() (witness.Logs, error) {
	name := c.Logs
	if name == "" {
		name = filepath.Join(c.Data, logsFile)
	}
	hint := "write the verifier key of each log into it, a line each"
	text, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fault.NotFoundf(name, "there is no list of logs").WithHint(hint)
	}
	if err != nil {
		return nil, err
	}
	logs, err := witness.ParseLogs(string(text))
	if err == nil && len(logs) == 0 {
		err = fault.Invalidf(name, "names no log").WithHint(hint)
	}
	return logs, err
}

// serve answers until ctx ends, and then finishes what is under way. Whoever sends
// slowly is not waited for: requests are small.
func serve(ctx context.Context, listener net.Listener, handler http.Handler, log *slog.Logger) error {
	s := &http.Server{
		Handler: handler, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn),
		ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 15 * time.Second, WriteTimeout: 15 * time.Second,
		IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 16 << 10,
	}
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(listener) }()
	select {
	case err := <-ended:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 20*time.Second)
	defer cancel()
	return s.Shutdown(last)
}
