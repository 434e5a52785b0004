package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"time"

	"github.com/rogatory/rogatory/ledger/monitor"
	"github.com/rogatory/rogatory/witness"
)

// A task is what the process that replays is told.
type task struct {
	Place, VKey string
	Policy      []byte
	Now         time.Time
}

// A replay is what it found.
type replay struct {
	Leaves  uint64
	Seconds float64
	CPU     float64 // seconds of all processors, of the whole process
	Peak    int64   // bytes, likewise
}

func (t task) trust() (monitor.Trust, error) {
	p, err := witness.ParsePolicy(t.Policy)
	if err != nil {
		return monitor.Trust{}, err
	}
	return monitor.NewTrust(t.VKey, &p.Quorum)
}

// replayApart replays in a process of its own, so that its memory is its own.
func (t task) replayApart() (*replay, error) {
	text, err := json.Marshal(t)
	if err != nil {
		return nil, err
	}
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	c := exec.Command(self, "-replay", string(text))
	c.Stderr = os.Stderr
	out, err := c.Output()
	if err != nil {
		return nil, err
	}
	r := new(replay)
	if err := json.Unmarshal(out, r); err != nil {
		return nil, err
	}
	r.Peak = c.ProcessState.SysUsage().(*syscall.Rusage).Maxrss << 10 // Linux counts in KiB
	r.CPU = (c.ProcessState.UserTime() + c.ProcessState.SystemTime()).Seconds()
	return r, nil
}

// run reads the whole log as somebody does who sees it for the first time: every
// leaf parsed, hashed, judged, every signature verified, every report compared with
// the sum of the tallies.
func (t task) run() error {
	trust, err := t.trust()
	if err != nil {
		return err
	}
	source, err := witness.NewSource(t.Place)
	if err != nil {
		return err
	}
	f := monitor.NewFollower(trust, source, nil)
	f.Progress = progress("replay")
	start := time.Now()
	found, err := f.Follow(context.Background(), t.Now)
	if err != nil {
		return err
	}
	if len(found.Alarms) > 0 {
		return fmt.Errorf("an honest log raises %d alarms, first %s at %d: %s", len(found.Alarms), found.Alarms[0].Kind, found.Alarms[0].Index, found.Alarms[0].Text)
	}
	if !found.Checkpoint.Quorum {
		return fmt.Errorf("the checkpoint is not cosigned")
	}
	return json.NewEncoder(os.Stdout).Encode(replay{Leaves: found.Monitor.Size(), Seconds: time.Since(start).Seconds()})
}

// progress tells a terminal how far something is, ten times a second at most.
func progress(what string) func(done, of uint64) {
	if s, err := os.Stderr.Stat(); err != nil || s.Mode()&os.ModeCharDevice == 0 {
		return func(done, of uint64) {}
	}
	last := time.Now()
	return func(done, of uint64) {
		if done == of {
			fmt.Fprintf(os.Stderr, "\r\x1b[K")
		} else if time.Since(last) > 100*time.Millisecond {
			fmt.Fprintf(os.Stderr, "\r%s: %3d%% of %d leaves", what, 100*done/of, of)
			last = time.Now()
		}
	}
}
