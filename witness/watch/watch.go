// Package watch is a monitor of somebody else's log as a person runs it: it looks
// once or stays, says what it found in plain words or as JSON, remembers from one
// look to the next, and writes feeds and evidence for others to read.
//
// It promises to say first what matters to people who are not told: which promises
// are overdue, how often secrecy was extended, and whether the past was rewritten.
// What it remembers only saves time and shows what changed: a look with it says
// whatever a look without it would have said.
//
// It refuses to forget: an alarm that proves what was published stays in every
// report and feed, also once later entries are in order.
package watch

import (
	"crypto/sha256"
	"encoding/hex"
	"time"

	"github.com/rogatory/rogatory/ledger/monitor"
)

// A Look is what was found at one time.
type Look struct {
	Origin    string
	At        time.Time
	Unseen    error     // why it could not be looked at; nil: it could
	Size      uint64    // entries under the checkpoint that was accepted last
	Published time.Time // when witnesses saw it last; zero: none said
	Witnesses []string  // who cosigned it
	Overdue   []monitor.DutyState
	Held      []monitor.DutyState // open, and extended beyond the limit
	Silent    bool
	Figures   monitor.Figures
	Alarms    []Record // in the order of the entries they are about
}

// A Record is an alarm with its own history.
type Record struct {
	monitor.Alarm
	ID    string
	Found time.Time // when it was first found here
	Until time.Time // when it was no longer so; zero: it is so
}

// Wrong reports whether there is anything to be alarmed about.
func (l *Look) Wrong() bool {
	for _, r := range l.Alarms {
		if r.standing() && !r.Kind.Notice() {
			return true
		}
	}
	return false
}

func (r *Record) standing() bool { return r.Until.IsZero() }

// id names an alarm of a log in files and feeds, the same in every run.
func id(origin string, a monitor.Alarm) string {
	sum := sha256.Sum256([]byte(origin + "\n" + a.Key()))
	return hex.EncodeToString(sum[:8])
}
