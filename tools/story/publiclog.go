package main

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/rogatory/rogatory/ledger"
	"github.com/rogatory/rogatory/ledger/monitor"
	"github.com/rogatory/rogatory/witness"
)

// logOrigin is the name of the public log of every office here.
const logOrigin = "localhost/log"

// policy is what the log of every office here begins with, as far as it says when
// something is published.
var policy = ledger.DefaultPolicy(logOrigin)

// terms has oversight sign whose keys count and what the office promises. With the
// first terms the log begins.
func (o *office) terms() {
	key, err := o.person("Olga").secret.Marshal("")
	must(err)
	name := filepath.Join(o.dir, o.name+".oversight.key")
	must(os.WriteFile(name, key, 0o600))
	o.command("ledger", "terms", "--data", o.folder, "--role-key", name)
	must(os.Remove(name))
}

// published is the folder of what is published.
func (o *office) published() string { return filepath.Join(o.folder, "log") }

// lastEpoch is that of the last block that is published; zero: there is none.
func (o *office) lastEpoch() (last ledger.Epoch) {
	text, err := os.ReadFile(filepath.Join(o.published(), "checkpoint"))
	must(err)
	trust := o.trust()
	at, err := trust.Checkpoint(text)
	must(err)
	source, err := witness.NewSource(o.published())
	must(err)
	files := monitor.NewFiles(context.Background(), source)
	for bundle := (int64(at.Size) - 1) / 256; bundle >= 0; bundle-- {
		leaves, whole, err := files.Bundle(bundle, int(min(256, int64(at.Size)-bundle*256)))
		must(err)
		expect(whole, "the bundle %d to be whole", bundle)
		for _, text := range slices.Backward(leaves) {
			leaf, err := ledger.Parse(text)
			must(err)
			if sealed, ok := leaf.(ledger.Sealed); ok {
				return sealed.Epoch
			}
		}
	}
	return last
}

func (o *office) trust() monitor.Trust {
	vkey, err := os.ReadFile(filepath.Join(o.published(), "log.vkey"))
	must(err)
	trust, err := monitor.NewTrust(strings.TrimSpace(string(vkey)), nil)
	must(err)
	return trust
}

// ended is the last epoch that has ended.
func (o *office) ended() ledger.Epoch {
	now := ledger.EpochAt(o.now, policy.EpochMinutes)
	return ledger.EpochAt(now.Start(policy.EpochMinutes).Add(-time.Second), policy.EpochMinutes)
}

// catchesUp waits until the open office has published the block of the epoch that
// has ended.
func (o *office) catchesUp() {
	ended := o.ended()
	if !ended.End(policy.EpochMinutes).After(begin) {
		return
	}
	for deadline := time.Now().Add(letterTime); o.lastEpoch().Before(ended); time.Sleep(50 * time.Millisecond) {
		expect(time.Now().Before(deadline), "the block of %s to be published, and the last is %s", ended, o.lastEpoch())
	}
}

// inPublic lets the day end on which something happened: what is owed is published
// with its last block.
func (o *office) inPublic() {
	o.at(o.batch())
}

// batch is when the next batch of duties is published.
func (o *office) batch() time.Time {
	e := ledger.EpochAt(o.now, policy.EpochMinutes)
	for !policy.IsBatch(e) {
		e = e.Next(policy.EpochMinutes)
	}
	return e.End(policy.EpochMinutes).Add(time.Minute)
}

// promised lets the quarter of an hour pass after which the log promises in
// writing what is urgent.
func (o *office) promised() {
	before := o.receipts()
	o.passes(16 * time.Minute)
	for deadline := time.Now().Add(letterTime); bytes.Equal(o.receipts(), before); time.Sleep(50 * time.Millisecond) {
		expect(time.Now().Before(deadline), "a provisional receipt")
	}
}

func (o *office) receipts() []byte {
	text, err := os.ReadFile(filepath.Join(o.published(), "provisional"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	must(err)
	return text
}

// settles lets somebody sign, with the key that never enters the server, what
// waits for it in this case.
func (c *matter) settles(name string, as ledger.Settlement) *matter {
	p, found := c.as(name), false
	for _, each := range p.get("/v1/settlements?limit=500").list("rows") {
		row := each.(m)
		if row["case"] != c.ref || row["as"] != string(as) {
			continue
		}
		found = true
		settlement := m{"leaf": c.leafByHand(p, row["leaf"].(string))}
		p.post(c.path()+"/settlements", m{"leaf": row["leaf"]}).wants(http.StatusNotFound) // signed by nobody
		p.post(c.path()+"/settlements", settlement).wants(http.StatusOK)
		p.post(c.path()+"/settlements", settlement).wants(http.StatusOK) // again it changes nothing
	}
	expect(found, "a duty that %s can settle as %s: %s", name, as, c.last)
	return c
}

// leafByHand lets somebody sign a leaf with the program, away from the office.
func (c *matter) leafByHand(p *person, draft string) string {
	key, err := p.secret.Marshal("")
	must(err)
	leaf, secret := filepath.Join(c.dir, c.office.name+".leaf"), filepath.Join(c.dir, c.office.name+".key")
	must(os.WriteFile(leaf, []byte(draft), 0o600))
	must(os.WriteFile(secret, key, 0o600))
	c.command("sign", "leaf", leaf, "--origin", logOrigin, "--key", secret, "--yes")
	signed, err := os.ReadFile(leaf)
	must(err)
	return string(signed)
}

// shows notes that everybody is to learn something from the log of this life.
func (o *office) shows(kinds ...monitor.Kind) { o.known = append(o.known, kinds...) }

// watch reads the public log as a stranger does, from its first leaf: it is whole,
// it says nothing to be alarmed about but what the story is about, it knows every
// duty of the cases, and none is overdue. Here whole days pass without an epoch,
// which a monitor rightly says.
func (o *office) watch(open map[string]bool) {
	o.now = o.batch()
	o.command("ledger", "publish", "--data", o.folder)
	found := o.look()
	for _, a := range found.Alarms {
		expect(a.Kind == monitor.Gap || slices.Contains(o.known, a.Kind), "nothing alarming in the public log: %s at leaf %d: %s", a.Kind, a.Index, a.Text)
	}
	for _, kind := range o.known {
		expect(slices.ContainsFunc(found.Alarms, func(a monitor.Alarm) bool { return a.Kind == kind }), "the public log to show: %s", kind)
	}
	expect(!found.Silent, "a log that is not silent")
	listed := make(map[string]bool)
	for _, d := range found.Monitor.Open() {
		listed[d.ID.String()] = true
	}
	for id := range open {
		expect(listed[id], "the duty %s to stand in the public log, and open", id)
	}
	for id := range listed {
		expect(open[id], "the duty %s, which is open in the public log, to be open in a case", id)
	}
}

// look follows the published folder from its first leaf.
func (o *office) look() *monitor.Findings { return o.lookAt(o.published()) }

// lookAt follows what is published at an address or in a folder.
func (o *office) lookAt(where string) *monitor.Findings {
	source, err := witness.NewSource(where)
	must(err)
	found, err := monitor.NewFollower(o.trust(), source, nil).Follow(context.Background(), o.now)
	must(err)
	return found
}

// owed are the ids of the public duties that are open in the cases of this life.
func (o *office) owed() map[string]bool {
	open := make(map[string]bool)
	for _, ref := range o.cases {
		got := o.as("Olga").get("/v1/cases/" + ref)
		if got.status != http.StatusOK {
			continue // it is erased
		}
		for _, each := range got.list("duties") {
			if d := each.(m); d["as"] == "" {
				open[d["id"].(string)] = true
			}
		}
	}
	return open
}

// reported is how often the one report that is published counts events of a kind.
func (o *office) reported(word string) (n int) {
	names, err := filepath.Glob(filepath.Join(o.published(), "docs", "*"))
	must(err)
	reports := 0
	for _, name := range names {
		text, err := os.ReadFile(name)
		must(err)
		if !strings.HasPrefix(string(text), "rogatory/v1 report-document\n") {
			continue
		}
		doc, err := ledger.ParseReportDoc(text)
		must(err)
		reports++
		n += int(doc.Totals.Count(0, word))
	}
	expect(reports == 1, "one report to be published, got %d", reports)
	return n
}
