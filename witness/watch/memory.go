package watch

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/folder"
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

// remember reads what is remembered of a log in a folder, which may be nil;
// nothing if the folder has no memory yet.
func remember(ctx context.Context, state *folder.Folder, log string, now time.Time) (*memory, error) {
	empty := &memory{Log: log, Since: now}
	if state == nil {
		return empty, nil
	}
	data, err := state.Get(ctx, memoryFile)
	if fault.KindOf(err) == fault.NotFound {
		return empty, nil
	}
	if err != nil {
		return nil, err
	}
	var m memory
	if err := json.Unmarshal(data, &m); err != nil {
		return nil, fault.Invalidf(memoryFile, "is not what a monitor remembers: %v", err).WithHint("move it away to look at the whole log anew")
	}
	if m.Log != log {
		return nil, fault.Conflictf(memoryFile, "is about another log, or the log has another key").WithHint("keep one state folder for each log")
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

// news is what a look changed.
type news struct {
	fresh []Record // found for the first time, or again
	ended bool     // something is no longer so
}

func (n news) any() bool { return len(n.fresh) > 0 || n.ended }

// note takes down what a look found. What such a look would have found and did
// not is no longer so; one that could not see everything ends nothing.
func (m *memory) note(origin string, found []monitor.Alarm, now time.Time, all bool) news {
	at := make(map[string]int)
	for i, r := range m.Alarms {
		at[r.ID] = i
	}
	is := make(map[string]bool)
	var n news
	for _, a := range found {
		name := id(origin, a)
		is[name] = true
		i, known := at[name]
		switch {
		case !known:
			at[name] = len(m.Alarms)
			m.Alarms = append(m.Alarms, Record{Alarm: a, ID: name, Found: now})
			n.fresh = append(n.fresh, m.Alarms[len(m.Alarms)-1])
		case !m.Alarms[i].standing():
			m.Alarms[i] = Record{Alarm: a, ID: name, Found: now}
			n.fresh = append(n.fresh, m.Alarms[i])
		default:
			m.Alarms[i].Alarm = a
		}
	}
	for i := range m.Alarms {
		if r := &m.Alarms[i]; all && r.standing() && passing(r.Kind) && !is[r.ID] {
			r.Until, n.ended = now, true
		}
	}
	return n
}

// save writes the memory down, after the evidence of what is new: what is
// remembered was kept.
func (m *memory) save(ctx context.Context, state *folder.Folder, fresh []Record) error {
	if state == nil {
		return nil
	}
	for _, r := range fresh {
		if err := replace(ctx, state, r.file(), m.evidence(r)); err != nil {
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
	return replace(ctx, state, memoryFile, data)
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

// publish brings a folder of feeds, which may be nil, up to what is remembered.
func (m *memory) publish(ctx context.Context, feed, state *folder.Folder, origin string) error {
	if feed == nil {
		return nil
	}
	for _, r := range m.Alarms {
		data, err := state.Get(ctx, r.file())
		if err != nil {
			return err
		}
		if err := replace(ctx, feed, r.file(), data); err != nil {
			return err
		}
	}
	h := &history{origin: origin, since: m.Since, alarms: m.Alarms}
	for name, write := range map[string]func() ([]byte, error){atomFile: h.atom, jsonFile: h.json} {
		data, err := write()
		if err != nil {
			return err
		}
		if err := replace(ctx, feed, name, data); err != nil {
			return err
		}
	}
	return nil
}

// replace writes a file, and leaves one alone that says the same.
func replace(ctx context.Context, f *folder.Folder, name string, data []byte) error {
	if old, err := f.Get(ctx, name); err == nil && bytes.Equal(old, data) {
		return nil
	}
	return f.Replace(ctx, name, data)
}
