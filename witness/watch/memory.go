package watch

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/ledger/monitor"
)

// memoryFile is where a monitor remembers, in its state folder.
const memoryFile = "monitor.json"

// A memory is what is remembered from one look to the next.
type memory struct {
	Log      string    // the verifier key of the log
	Since    time.Time // when the first look was
	Follower []byte    // what the follower keeps; empty: it has seen nothing
	Alarms   []Record  // without their evidence, which lies in files of its own
}

// remember reads what is remembered of a log in a folder; nothing if the folder
// has no memory yet.
func remember(dir, log string, now time.Time) (*memory, error) {
	empty := &memory{Log: log, Since: now}
	if dir == "" {
		return empty, nil
	}
	name := filepath.Join(dir, memoryFile)
	data, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return empty, nil
	}
	if err != nil {
		return nil, err
	}
	var m memory
	if err := json.Unmarshal(data, &m); err != nil {
		return nil, fault.Invalidf(name, "is not what a monitor remembers: %v", err).WithHint("move it away to look at the whole log anew")
	}
	if m.Log != log {
		return nil, fault.Conflictf(name, "is about another log, or the log has another key").WithHint("keep one state folder for each log")
	}
	return &m, nil
}

// passing kinds say how things are and not what was published: they end.
func passing(k monitor.Kind) bool {
	switch k {
	case monitor.Overdue, monitor.OverdueSilent, monitor.BrokenPromise, monitor.Silent, monitor.NoQuorum, monitor.BadCheckpoint, monitor.Withheld:
		return true
	}
	return false
}

// note takes down what a look found. It gives what was not so before.
func (m *memory) note(origin string, found []monitor.Alarm, now time.Time) []Record {
	at := make(map[string]int)
	for i, r := range m.Alarms {
		at[r.ID] = i
	}
	is := make(map[string]bool)
	var fresh []Record
	for _, a := range found {
		name := id(origin, a)
		is[name] = true
		i, known := at[name]
		switch {
		case !known:
			at[name] = len(m.Alarms)
			m.Alarms = append(m.Alarms, Record{Alarm: a, ID: name, Found: now})
			fresh = append(fresh, m.Alarms[len(m.Alarms)-1])
		case !m.Alarms[i].standing():
			m.Alarms[i] = Record{Alarm: a, ID: name, Found: now}
			fresh = append(fresh, m.Alarms[i])
		default:
			m.Alarms[i].Alarm = a
		}
	}
	for i := range m.Alarms {
		if r := &m.Alarms[i]; r.standing() && passing(r.Kind) && !is[r.ID] {
			r.Until = now
		}
	}
	return fresh
}

// save writes the memory down, after the evidence of what is new: what is
// remembered was kept.
func (m *memory) save(dir string, fresh []Record) error {
	if dir == "" {
		return nil
	}
	if err := os.MkdirAll(filepath.Join(dir, alarmFolder), 0o755); err != nil {
		return err
	}
	for _, r := range fresh {
		if err := replace(filepath.Join(dir, r.file()), m.evidence(r)); err != nil {
			return err
		}
	}
	kept := *m
	kept.Alarms = nil
	for _, r := range m.Alarms {
		r.Evidence = nil
		kept.Alarms = append(kept.Alarms, r)
	}
	data, err := json.Marshal(kept)
	if err != nil {
		return fmt.Errorf("write down what is remembered: %w", err)
	}
	return replace(filepath.Join(dir, memoryFile), data)
}

// An evidenceFile is an alarm with all that proves it: whoever has it and the key
// of the log needs nobody's word.
type evidenceFile struct {
	Log string `json:"log"` // the verifier key; whoever checks has it from elsewhere
	alarmJSON
}

func (m *memory) evidence(r Record) []byte {
	// Every part of it can be printed: there is neither a function nor a cycle.
	data, _ := json.MarshalIndent(evidenceFile{m.Log, r.json()}, "", " ")
	return append(data, '\n')
}

// publish brings a folder of feeds up to what is remembered in the state folder.
func (m *memory) publish(feed, state, origin string) error {
	if feed == "" {
		return nil
	}
	if err := os.MkdirAll(filepath.Join(feed, alarmFolder), 0o755); err != nil {
		return err
	}
	for _, r := range m.Alarms {
		data, err := os.ReadFile(filepath.Join(state, r.file()))
		if err != nil {
			return err
		}
		if err := replace(filepath.Join(feed, r.file()), data); err != nil {
			return err
		}
	}
	h := &history{origin: origin, since: m.Since, alarms: m.Alarms}
	for name, write := range map[string]func() ([]byte, error){atomFile: h.atom, jsonFile: h.json} {
		data, err := write()
		if err != nil {
			return err
		}
		if err := replace(filepath.Join(feed, name), data); err != nil {
			return err
		}
	}
	return nil
}

// replace writes a file that stands there whole and durable, or not at all; one
// that says the same already stays as it is. Others may read it.
func replace(path string, data []byte) error {
	if old, err := os.ReadFile(path); err == nil && bytes.Equal(old, data) {
		return nil
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	defer f.Close()
	if _, err := f.Write(data); err != nil {
		return err
	}
	if err := f.Chmod(0o644); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
