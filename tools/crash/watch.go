package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"time"
)

// A worker is a process that works, seen from whoever watches it.
type worker struct {
	orders orders
	run    *exec.Cmd
	in     io.WriteCloser
	errors bytes.Buffer
	heard  chan struct{} // closed when everything it said is in the ledger
	died   chan struct{} // closed when it is gone
}

// hire starts a worker that is not told to begin yet.
func hire(o orders, l *ledger) (*worker, error) {
	program, err := os.Executable()
	if err != nil {
		return nil, err
	}
	text, err := json.Marshal(o)
	if err != nil {
		return nil, err
	}
	read, write, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer write.Close()
	w := &worker{orders: o, run: exec.Command(program), heard: make(chan struct{}), died: make(chan struct{})}
	w.run.Env = append(os.Environ(), ordersIn+"="+string(text))
	w.run.ExtraFiles = []*os.File{write}
	w.run.Stderr = &w.errors
	w.in, err = w.run.StdinPipe()
	if err != nil {
		return nil, errors.Join(err, read.Close())
	}
	if err := w.run.Start(); err != nil {
		return nil, errors.Join(err, read.Close())
	}
	go func() {
		defer close(w.heard)
		defer read.Close()
		for lines := bufio.NewScanner(read); lines.Scan(); {
			n, err := parseNote(lines.Text())
			if err != nil {
				n = note{word: wordJob, text: err.Error()}
			}
			l.take(n)
		}
	}()
	go func() {
		_ = w.run.Wait() // how it ended is not of interest: it is killed
		close(w.died)
	}()
	return w, nil
}

// begin tells the worker to open the office and work.
func (w *worker) begin(again []int) error {
	w.orders.Again = again
	text, err := json.Marshal(w.orders)
	if err != nil {
		return err
	}
	_, err = w.in.Write(append(text, '\n'))
	return err
}

// kill ends the worker as a loss of power would, and returns when everything it
// had said was heard.
func (w *worker) kill() error {
	if err := w.run.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	<-w.died
	<-w.heard
	return nil // its input was closed when it was gone
}

// starting bounds how long a worker may take to accept its first command.
const starting = 30 * time.Second

// accepts waits until the worker has accepted something.
func (w *worker) accepts(l *ledger) error {
	select {
	case <-l.progress:
		return nil
	case <-w.died:
		<-w.heard
		return fmt.Errorf("a worker ended by itself: %s", w.errors.String())
	case <-time.After(starting):
		return errors.Join(fmt.Errorf("a worker accepted nothing in %v: %s", starting, w.errors.String()), w.kill())
	}
}
