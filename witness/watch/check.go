package watch

import (
	"encoding/json"
	"io"
	"os"
	"strings"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/ledger/monitor"
)

// A Checker verifies the evidence of an alarm, offline.
type Checker struct {
	File   string `arg:"" help:"The file of an alarm, from the folder of a feed." placeholder:"FILE"`
	Vkey   string `required:"" help:"The key of the log, from somebody who is not the log." placeholder:"FILE"`
	Policy string `help:"Which witnesses must have seen the log, in the form of C2SP tlog-policy." placeholder:"FILE"`
}

// Check says what the evidence proves by the key of the log alone. What the file
// says beside its evidence is not taken for true.
func (c *Checker) Check(out io.Writer) error {
	trust, err := trusting(c.Vkey, c.Policy)
	if err != nil {
		return err
	}
	data, err := os.ReadFile(c.File)
	if err != nil {
		return err
	}
	var f evidenceFile
	if err := json.Unmarshal(data, &f); err != nil {
		return fault.Invalidf(c.File, "is not the file of an alarm: %v", err)
	}
	if f.Evidence == "" {
		return fault.NotFoundf(c.File, "holds no evidence").WithHint("look at the log yourself: `rogatory-witness monitor`")
	}
	e, err := monitor.CheckEvidence([]byte(f.Evidence), trust.Trust)
	if err != nil {
		return err
	}
	p := &paper{}
	p.evidence(trust.Origin(), e)
	_, err = out.Write(p.Bytes())
	return err
}

func (p *paper) evidence(origin string, e *monitor.Evidence) {
	if e.Proved {
		p.line("Proved, by what the log %s signed: %s (entry %d).", origin, lower(title(e.Kind)), e.Index)
	} else {
		p.line("What follows was signed by the log %s. That it means %q (entry %d) follows from it together with the rest of the log or with the time: `rogatory-witness monitor` shows it.", origin, lower(title(e.Kind)), e.Index)
	}
	for _, c := range e.Checkpoints {
		p.line("  a checkpoint of %s, %s", count(c.Size, "entry", "entries"), c.Root)
	}
	for _, l := range e.Leaves {
		p.line("  entry %d, under the checkpoint of %s:", l.Index, count(l.Checkpoint.Size, "entry", "entries"))
		for line := range strings.Lines(string(l.Leaf)) {
			p.line("    %s", strings.TrimSuffix(line, "\n"))
		}
	}
	for _, d := range e.Documents {
		first, _, _ := strings.Cut(string(d), "\n")
		p.line("  a document of these entries: %s", first)
	}
}

func lower(s string) string { return strings.ToLower(s[:1]) + s[1:] }
