package main

import (
	"testing"

	"github.com/rogatory/rogatory/docket"
	leaves "github.com/rogatory/rogatory/ledger"
	"github.com/rogatory/rogatory/ledger/monitor"
)

// Here the public log is bad on purpose, each time in one way. In it stands the
// duty of the first case; that of the second waits.
func TestThePublicLogIsHeldAgainstTheCases(t *testing.T) {
	for _, c := range []struct {
		name               string
		spoil              func(*scene, *publicLog)
		lost, twice, wrong int
	}{
		{"all is well", func(*scene, *publicLog) {}, 0, 0, 0},
		{"a duty is gone", func(_ *scene, p *publicLog) { clear(p.waiting) }, 1, 0, 0},
		{"a duty stands and waits", func(_ *scene, p *publicLog) { p.waiting[leaves.ID{1}]++ }, 0, 1, 0},
		{"a duty stands twice", func(_ *scene, p *publicLog) { p.standing[leaves.ID{1}]++ }, 0, 1, 0},
		{"a duty is of no case", func(_ *scene, p *publicLog) { p.standing[leaves.ID{9}]++ }, 0, 0, 1},
		{"an accepted leaf is gone", func(_ *scene, p *publicLog) { p.accepts-- }, 0, 0, 1},
		{"an accepted leaf is there twice", func(_ *scene, p *publicLog) { p.accepted++ }, 0, 0, 1},
		{"the log is forked", func(_ *scene, p *publicLog) { p.alarms = append(p.alarms, monitor.Alarm{Kind: monitor.Forked}) }, 0, 0, 1},
		{"a case has no duty", func(s *scene, p *publicLog) {
			s.cases[1].duties = nil
			clear(p.waiting)
			p.accepts--
		}, 0, 0, 1},
		{"two cases have one duty", func(s *scene, p *publicLog) {
			s.cases[1].duties = []docket.PublicDuty{s.cases[0].duties[0]}
			clear(p.waiting)
			p.accepts--
		}, 0, 0, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := sound()
			p := &publicLog{
				standing: map[leaves.ID]int{{1}: 1}, waiting: map[leaves.ID]int{{2}: 1}, accepted: 1, accepts: 1,
				alarms: []monitor.Alarm{{Kind: monitor.Gap}},
			}
			c.spoil(s, p)
			f := &findings{}
			f.public(s.ledger, s.cases, p)
			if len(f.lost) != c.lost || len(f.twice) != c.twice || len(f.wrong) != c.wrong {
				t.Errorf("lost %q, twice %q, wrong %q; want %d, %d and %d", f.lost, f.twice, f.wrong, c.lost, c.twice, c.wrong)
			}
		})
	}
}
