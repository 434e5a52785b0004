package watch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/folder"
	"github.com/rogatory/rogatory/ledger/monitor"
	"github.com/rogatory/rogatory/witness"
)

// The exit statuses of a monitor.
const (
	Nothing  = 0 // to report
	CouldNot = 1 // look
	Usage    = 2 // is wrong
	Alarms   = 3
)

// A Watcher is a monitor as a person runs it.
type Watcher struct {
	Log      string        `required:"" help:"The published log: its address, or a folder with a copy of its files." placeholder:"URL|DIR"`
	Vkey     string        `required:"" help:"The key of the log, from somebody who is not the log." placeholder:"FILE"`
	Policy   string        `help:"Which witnesses must have seen the log, in the form of C2SP tlog-policy; those with an address are asked what they saw." placeholder:"FILE"`
	Released string        `help:"The SHA-256 of each released program, in hex, one a line: any other is an alarm." placeholder:"FILE"`
	State    string        `help:"Remember here what was seen: only then is it noticed that something was taken back." placeholder:"DIR"`
	Feed     string        `help:"Write feed.atom, feed.json and the evidence of each alarm here; needs --state." placeholder:"DIR"`
	Every    time.Duration `help:"Stay, and look again after this time, like 1h." placeholder:"TIME"`
	JSON     bool          `name:"json" help:"Print one line of JSON for each look."`
}

// An observer looks at one log again and again.
type observer struct {
	*Watcher
	origin   string
	memory   *memory
	state    *folder.Folder           // nil: none
	feed     *folder.Folder           // nil: none
	begin    func() *monitor.Follower // one that has seen nothing
	follower *monitor.Follower
	asked    *witness.Client // nil: no witness has an address
	gauge    *gauge          // nil: there is no terminal
	out      io.Writer
}

// Watch looks once, or until ctx ends, and gives the exit status of the last look.
// It returns an error if that found nothing to be alarmed about because it could
// not; what hindered it otherwise is written to err.
func (w *Watcher) Watch(ctx context.Context, now func() time.Time, out, err io.Writer) (int, error) {
	switch {
	case w.Feed != "" && w.State == "":
		return Usage, fault.Invalidf("--feed", "needs --state").WithHint("feeds tell when something was found first: name a folder to remember it in")
	case w.Every != 0 && w.Every < time.Minute:
		return Usage, fault.Invalidf("--every", "%s is less than a minute", w.Every).WithHint("a log publishes a few times a day; 1h is often enough")
	}
	o, fail := w.open(ctx, now, newGauge(err))
	if fail != nil {
		return CouldNot, fail
	}
	defer o.close()
	o.out = out
	status := CouldNot
	for first := true; ; first = false {
		found, fail := o.look(ctx, now(), first)
		if errors.Is(fail, context.Canceled) {
			if first {
				return CouldNot, errors.New("interrupted before anything was found")
			}
			return status, nil
		}
		if status = found; w.Every == 0 && status != Alarms {
			return status, fail
		}
		if fail != nil {
			fmt.Fprintln(err, plain(fail.Error()))
		}
		if w.Every == 0 {
			return status, nil
		}
		select {
		case <-ctx.Done():
			return status, nil
		case <-time.After(w.Every):
		}
	}
}

func (w *Watcher) open(ctx context.Context, now func() time.Time, g *gauge) (*observer, error) {
	t, err := trusting(w.Vkey, w.Policy)
	if err != nil {
		return nil, err
	}
	released, err := w.released()
	if err != nil {
		return nil, err
	}
	source, err := witness.NewSource(w.Log)
	if err != nil {
		return nil, err
	}
	o := &observer{Watcher: w, gauge: g, origin: t.Origin(), begin: func() *monitor.Follower { return monitor.NewFollower(t.Trust, source, released) }}
	if err := o.recall(ctx, t.vkey, now()); err != nil {
		o.close()
		return nil, err
	}
	policy := witness.Policy{Quorum: t.policy.Quorum, Witnesses: reachable(t.policy.Witnesses)}
	if len(policy.Witnesses) > 0 {
		o.asked, err = witness.NewClient(t.Log, policy, now)
	}
	return o, err
}

// recall opens the folders, and goes on from where the last look ended.
func (o *observer) recall(ctx context.Context, vkey string, now time.Time) (err error) {
	if o.State != "" {
		if o.state, err = folder.Open(o.State); err != nil {
			return err
		}
	}
	if o.Feed != "" {
		if o.feed, err = folder.Open(o.Feed); err != nil {
			return err
		}
	}
	if o.memory, err = remember(ctx, o.state, vkey, now); err != nil {
		return err
	}
	return o.goBack()
}

// goBack takes the follower to where the last look ended that saw everything.
// What one saw in part it reads again, so that a log cannot show an entry together
// with something that nobody can look at, and have it forgotten.
func (o *observer) goBack() error {
	o.follower = o.begin()
	if o.gauge != nil {
		o.follower.Progress = o.gauge.show
	}
	if len(o.memory.Follower) == 0 {
		return nil
	}
	return o.follower.Unmarshal(o.memory.Follower)
}

func (o *observer) close() {
	for _, f := range []*folder.Folder{o.state, o.feed} {
		if f != nil {
			f.Close() // nothing is left to be written
		}
	}
}

// reachable are the witnesses that can be asked what they saw.
func reachable(all []witness.Member) []witness.Member {
	var list []witness.Member
	for _, m := range all {
		if m.URL != "" {
			list = append(list, m)
		}
	}
	return list
}

// released reads the list of released programs; nil if nobody gave one. The lines
// may be those of sha256sum.
func (w *Watcher) released() ([]string, error) {
	if w.Released == "" {
		return nil, nil
	}
	text, err := os.ReadFile(w.Released)
	if err != nil {
		return nil, err
	}
	list := []string{}
	for i, line := range strings.Split(string(text), "\n") {
		fields := strings.Fields(line)
		if len(fields) == 0 || strings.HasPrefix(fields[0], "#") {
			continue
		}
		if hash := strings.ToLower(fields[0]); len(hash) == 64 && strings.Trim(hash, "0123456789abcdef") == "" {
			list = append(list, hash)
			continue
		}
		return nil, fault.Invalidf(fmt.Sprintf("%s:%d", w.Released, i+1), "is no SHA-256 in hex")
	}
	return list, nil
}

// look looks once, and tells, remembers and publishes what it found. What could
// not be seen is an error; what follows from the time alone is found all the same:
// a log that cannot be reached any more is silent.
func (o *observer) look(ctx context.Context, now time.Time, first bool) (int, error) {
	f, unseen := o.follower.Follow(ctx, now)
	o.gauge.clear()
	if ctx.Err() != nil {
		return CouldNot, ctx.Err()
	}
	if unseen == nil {
		o.memory.Follower = o.follower.Marshal()
		unseen = o.hear(ctx, f, now)
	} else if err := o.goBack(); err != nil {
		return CouldNot, err
	}
	if unseen != nil && f.Checkpoint.Size == 0 && len(f.Alarms) == 0 {
		return CouldNot, unseen
	}
	news := o.memory.note(o.origin, f.Alarms, now, unseen == nil)
	l := o.seen(f, now)
	l.Unseen = unseen
	err := errors.Join(o.print(l, first || news.any()), o.memory.save(ctx, o.state, news.fresh), o.memory.publish(ctx, o.feed, o.state, o.origin), unseen)
	switch {
	case l.Wrong():
		return Alarms, err
	case err != nil:
		return CouldNot, err
	}
	return Nothing, nil
}

// hear compares what witnesses saw with what is published: a log that shows them
// another past than everybody else is found out by either.
func (o *observer) hear(ctx context.Context, f *monitor.Findings, now time.Time) error {
	if o.asked == nil {
		return nil
	}
	list, err := o.asked.Latest(ctx)
	if err != nil {
		return err
	}
	for _, text := range list {
		alarms, err := o.follower.Heard(ctx, text, now)
		if err != nil {
			return err
		}
		f.Alarms = append(f.Alarms, alarms...)
	}
	return nil
}

// seen makes a report of what was found.
func (o *observer) seen(f *monitor.Findings, now time.Time) *Look {
	l := &Look{
		Origin: o.origin, At: now, Size: f.Checkpoint.Size, Overdue: f.Overdue, Held: f.Held, Silent: f.Silent,
		Figures: f.Figures, Alarms: o.memory.Alarms,
	}
	l.Published, _ = f.Checkpoint.Latest()
	for _, c := range f.Checkpoint.Cosigned {
		l.Witnesses = append(l.Witnesses, c.Witness)
	}
	return l
}

// print tells what was found: as JSON at every look, to people if there is news.
func (o *observer) print(l *Look, news bool) error {
	if o.JSON {
		return l.PrintJSON(o.out)
	}
	if !news {
		return nil
	}
	return l.Print(o.out)
}
