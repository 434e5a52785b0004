// Package postgres runs a private PostgreSQL server for tests and tools: its
// own cluster in its own folder, on a Unix socket nobody else finds, with fsync
// on, because what is tested is that nothing is lost. The server ends with the
// process that started it, however that ends. It never touches a server that
// runs already.
package postgres

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// ErrAbsent says that PostgreSQL's programs are not on this machine.
var ErrAbsent = errors.New("PostgreSQL is not installed; sudo make deps")

// patience bounds every wait for the server; recovery after a kill is the
// longest.
const patience = 30 * time.Second

// A Server is one private cluster. Its methods are for one goroutine.
type Server struct {
	bin, dir string
	own      bool // dir was made by Start and is removed by Stop
	as       *syscall.Credential
	run      *exec.Cmd // nil while it does not run
	leash    *os.File  // closing it, or ending the process, stops the server
	exited   chan struct{}
}

// Start makes a cluster in dir and runs it. The folder and those above it must
// be open to the user the server runs as; an empty dir stands for a new one
// among the temporary files, removed by Stop.
func Start(dir string) (*Server, error) {
	bin, err := programs()
	if err != nil {
		return nil, err
	}
	s := &Server{bin: bin, dir: dir, as: credential()}
	if dir == "" {
		s.dir, err = os.MkdirTemp("", "postgres")
		s.own = true
	} else {
		err = os.MkdirAll(dir, 0o755)
	}
	if err != nil {
		return nil, fmt.Errorf("make a folder for PostgreSQL: %w", err)
	}
	if len(s.socket()) > 100 {
		return nil, fmt.Errorf("%s: too long a path for a Unix socket; choose a shorter folder", s.dir)
	}
	if err := s.create(); err != nil {
		return nil, errors.Join(err, s.remove())
	}
	if err := s.start(); err != nil {
		return nil, errors.Join(err, s.remove())
	}
	return s, nil
}

// create makes the cluster. Whether initdb itself reaches the disk is of no
// interest; what the server writes later is.
func (s *Server) create() error {
	if s.as != nil {
		if err := os.Chown(s.dir, int(s.as.Uid), int(s.as.Gid)); err != nil {
			return fmt.Errorf("hand the folder to PostgreSQL: %w", err)
		}
	}
	cmd := exec.Command(filepath.Join(s.bin, "initdb"), "--pgdata", s.data(), "--username", "rogatory",
		"--auth", "trust", "--encoding", "UTF8", "--locale", "C", "--no-sync")
	cmd.Dir = s.dir
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: s.as}
	out, err := cmd.CombinedOutput()
	if err != nil {
		return fmt.Errorf("initdb in %s: %w: %s", s.dir, err, out)
	}
	return nil
}

// onLeash runs its arguments until they end or its input does, so that no
// server is left behind by a test binary that is killed.
const onLeash = `exec 3<&0
"$@" 3<&- >>log 2>&1 & pid=$!
(read -r _ <&3; kill -INT "$pid") >/dev/null 2>&1 &
wait "$pid"`

func (s *Server) start() error {
	read, write, err := os.Pipe()
	if err != nil {
		return err
	}
	defer read.Close()
	cmd := exec.Command("/bin/sh", "-c", onLeash, "sh", filepath.Join(s.bin, "postgres"), "-D", s.data(), "-k", s.dir,
		"-c", "listen_addresses=", "-c", "port=5432", "-c", "fsync=on", "-c", "synchronous_commit=on", "-c", "max_connections=200")
	cmd.Dir, cmd.Stdin = s.dir, read
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: s.as}
	if err := cmd.Start(); err != nil {
		write.Close()
		return fmt.Errorf("start PostgreSQL: %w", err)
	}
	exited := make(chan struct{})
	go func() {
		_ = cmd.Wait() // how it ended is in its log
		close(exited)
	}()
	s.run, s.leash, s.exited = cmd, write, exited
	return s.await()
}

// await returns once the server answers.
func (s *Server) await() error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	for {
		conn, err := pgx.Connect(ctx, s.address("postgres"))
		if err == nil {
			return conn.Close(ctx)
		}
		select {
		case <-s.exited:
			s.gone()
			return fmt.Errorf("PostgreSQL ended at once: %s", s.log())
		case <-ctx.Done():
			return fmt.Errorf("PostgreSQL does not answer: %w: %s", err, s.log())
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// URL gives the address of a database and creates it if it is missing. Where
// that fails the address leads nowhere, and whoever connects is told.
func (s *Server) URL(database string) string {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if conn, err := pgx.Connect(ctx, s.address("postgres")); err == nil {
		_, _ = conn.Exec(ctx, "CREATE DATABASE "+pgx.Identifier{database}.Sanitize())
		_ = conn.Close(ctx)
	}
	return s.address(database)
}

// Restart stops the server as an administrator would, cutting every
// connection, and starts it again. It also starts one that was killed.
func (s *Server) Restart() error {
	if err := s.end(syscall.SIGINT); err != nil {
		return err
	}
	// Backends of a killed server hold its memory until they notice.
	for deadline := time.Now().Add(patience); ; time.Sleep(50 * time.Millisecond) {
		err := s.start()
		if err == nil || time.Now().After(deadline) {
			return err
		}
	}
}

// Kill ends the server with no time to write anything.
func (s *Server) Kill() error { return s.end(syscall.SIGKILL) }

// Stop ends the server and removes what Start made.
func (s *Server) Stop() error {
	return errors.Join(s.end(syscall.SIGINT), s.remove())
}

func (s *Server) end(signal syscall.Signal) error {
	if s.run == nil {
		return nil
	}
	text, err := os.ReadFile(filepath.Join(s.data(), "postmaster.pid"))
	if err != nil {
		return fmt.Errorf("find PostgreSQL's process: %w", err)
	}
	line, _, _ := strings.Cut(string(text), "\n")
	pid, err := strconv.Atoi(line)
	if err != nil {
		return fmt.Errorf("find PostgreSQL's process: %w", err)
	}
	if err := syscall.Kill(pid, signal); err != nil {
		return fmt.Errorf("end PostgreSQL: %w", err)
	}
	select {
	case <-s.exited:
		s.gone()
		return nil
	case <-time.After(patience):
		return fmt.Errorf("PostgreSQL does not end: %s", s.log())
	}
}

func (s *Server) gone() {
	s.leash.Close()
	s.run = nil
}

func (s *Server) remove() error {
	if !s.own {
		return nil
	}
	return os.RemoveAll(s.dir)
}

func (s *Server) data() string   { return filepath.Join(s.dir, "data") }
func (s *Server) socket() string { return filepath.Join(s.dir, ".s.PGSQL.5432") }

func (s *Server) address(database string) string {
	return fmt.Sprintf("postgres://rogatory@/%s?host=%s&port=5432&sslmode=disable", database, s.dir)
}

// log gives the end of what the server said.
func (s *Server) log() string {
	text, err := os.ReadFile(filepath.Join(s.dir, "log"))
	if err != nil {
		return err.Error()
	}
	return string(text[max(0, len(text)-2000):])
}

// programs finds the folder of the newest PostgreSQL, where Debian puts it or
// on the path.
func programs() (string, error) {
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil {
		return "", err
	}
	if len(found) > 0 {
		return filepath.Dir(slices.MaxFunc(found, func(a, b string) int { return major(a) - major(b) })), nil
	}
	path, err := exec.LookPath("initdb")
	if err != nil {
		return "", ErrAbsent
	}
	path, err = filepath.EvalSymlinks(path)
	if err != nil {
		return "", err
	}
	return filepath.Dir(path), nil
}

func major(initdb string) int {
	n, err := strconv.Atoi(strings.Split(initdb, "/")[4])
	if err != nil {
		return 0
	}
	return n
}
