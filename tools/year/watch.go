package main

import (
	"context"
	"time"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/ledger/monitor"
	"github.com/rogatory/rogatory/witness"
)

// A watchdog has the key of the log, the policy of its witnesses and the list of
// released programs. All else it has from what is published.
type watchdog struct {
	trust monitor.Trust
	said  int // alarms whose evidence was checked
}

func newWatchdog(k *keys, w *circle) (*watchdog, error) {
	p, err := w.policy(0, 1, 2)
	if err != nil {
		return nil, err
	}
	t, err := monitor.NewTrust(k.vkey, &p.Quorum)
	return &watchdog{trust: t}, err
}

// follower reads a published folder. state is what was kept of an earlier look;
// nil: there was none.
func (d *watchdog) follower(place string, state []byte) (*monitor.Follower, error) {
	source, err := witness.NewSource(place)
	if err != nil {
		return nil, err
	}
	f := monitor.NewFollower(d.trust, source, releases())
	if state == nil {
		return f, nil
	}
	return f, f.Unmarshal(state)
}

// look gives what is wrong with a log at a time.
func (d *watchdog) look(ctx context.Context, f *monitor.Follower, now time.Time) ([]monitor.Alarm, error) {
	found, err := f.Follow(ctx, now)
	if err != nil {
		return nil, err
	}
	return d.checked(found.Alarms)
}

// checked gives alarms of which each comes with evidence that convinces somebody
// who has nothing but the key.
func (d *watchdog) checked(found []monitor.Alarm) ([]monitor.Alarm, error) {
	for _, a := range found {
		if _, err := monitor.CheckEvidence(a.Evidence, d.trust); err != nil {
			return nil, fault.Invalidf("alarm "+a.Key(), "its evidence does not hold: %v", err)
		}
		d.said++
	}
	return found, nil
}
