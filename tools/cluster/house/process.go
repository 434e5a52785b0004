// Package house runs offices as others run them: the program itself, in
// processes of their own, reached over HTTP and by nothing else. Tools use it that
// kill an office, flood it, or measure it from outside.
package house

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"
)

// Build builds the program into a folder.
func Build(ctx context.Context, dir string) (string, error) {
	program := filepath.Join(dir, "rogatory")
	out, err := exec.CommandContext(ctx, "go", "build", "-o", program, "github.com/rogatory/rogatory/cmd/rogatory").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("build the program: %w: %s", err, out)
	}
	return program, nil
}

// Address is a port of this machine that nobody listens on.
func Address() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

// A Process is an office that is open.
type Process struct {
	At   string // where it listens, as scheme and authority
	run  *exec.Cmd
	out  tail
	log  *os.File
	died chan struct{} // closed when it is gone
}

// Start opens an office; nobody waits until it answers. A clock that is not zero
// stands still there for as long as it is open. What it logs is added to the file
// serve.log in its folder.
func (p *Plan) Start(clock time.Time, arguments ...string) (*Process, error) {
	log, err := os.OpenFile(p.log(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	s := &Process{At: "http://" + p.Listen, log: log, died: make(chan struct{})}
	s.run = exec.Command(p.Program, append([]string{"serve", "--data", p.Dir}, arguments...)...)
	s.run.Stdout, s.run.Stderr = &s.out, log
	s.run.Env = environment(clock)
	if err := s.run.Start(); err != nil {
		return nil, errors.Join(err, log.Close())
	}
	go func() {
		_ = s.run.Wait() // how it ended is in its log
		close(s.died)
	}()
	return s, nil
}

// environment is that of the program; a clock that is not zero is its clock.
func environment(clock time.Time) []string {
	if clock.IsZero() {
		return os.Environ()
	}
	return append(os.Environ(), "ROGATORY_CLOCK="+clock.UTC().Format(time.RFC3339))
}

// Run runs the program once, on the office's folder.
func (p *Plan) Run(ctx context.Context, clock time.Time, command ...string) error {
	run := exec.CommandContext(ctx, p.Program, append(command, "--data", p.Dir)...)
	run.Env = environment(clock)
	if out, err := run.CombinedOutput(); err != nil {
		return fmt.Errorf("rogatory %s: %w: %s", strings.Join(command, " "), err, out)
	}
	return nil
}

// starting bounds how long an office may take to open.
const starting = 60 * time.Second

// Ready waits until an office answers that reaches its records.
func (s *Process) Ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, starting)
	defer cancel()
	for {
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, s.At+"/readyz", nil)
		if err != nil {
			return err
		}
		answer, err := http.DefaultClient.Do(r)
		if err == nil {
			answer.Body.Close()
			if answer.StatusCode == http.StatusOK {
				return nil
			}
		}
		select {
		case <-s.died:
			return fmt.Errorf("the office ended by itself: %s", s.last())
		case <-ctx.Done():
			return fmt.Errorf("the office does not answer: %s", s.last())
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// last is the end of what was logged.
func (s *Process) last() string {
	text, err := os.ReadFile(s.log.Name())
	if err != nil {
		return err.Error()
	}
	return string(text[max(0, len(text)-1500):])
}

// Kill ends an office as a loss of power would.
func (s *Process) Kill() error { return s.end(syscall.SIGKILL) }

// Stop lets an office finish what is under way.
func (s *Process) Stop() error { return s.end(syscall.SIGINT) }

// stopping bounds how long an office may take to close.
const stopping = 45 * time.Second

func (s *Process) end(with syscall.Signal) error {
	if err := s.run.Process.Signal(with); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	select {
	case <-s.died:
		return s.log.Close()
	case <-time.After(stopping):
		return errors.Join(errors.New("an office does not end"), s.run.Process.Kill())
	}
}

// lines is what the office has printed so far.
func (s *Process) lines() []string { return strings.Split(s.out.String(), "\n") }

// A tail keeps what is written to it, for whoever reads it meanwhile.
type tail struct {
	mu   sync.Mutex // guards what follows
	text bytes.Buffer
}

func (t *tail) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.text.Write(b)
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.text.String()
}

// Peak is the most memory the process has had, in bytes; 0 where the system does
// not tell.
func (s *Process) Peak() (int64, error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.run.Process.Pid))
	if errors.Is(err, os.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(status)) {
		var kilobytes int64
		if n, _ := fmt.Sscanf(line, "VmHWM: %d kB", &kilobytes); n == 1 {
			return kilobytes << 10, nil
		}
	}
	return 0, errors.New("no VmHWM in the status of the process")
}
