package ledger_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/ledger"
)

func policyDoc() ledger.PolicyDoc {
	d := ledger.DefaultPolicy(origin)
	d.Program, d.Rulebook, d.Law = fill32(20), fill32(21), fill32(22)
	return d
}

func TestPolicyDocument(t *testing.T) {
	recovered := policyDoc()
	recovered.Recovered = 1442
	small := policyDoc()
	small.EpochMinutes, small.Block, small.BatchEpochs, small.Extensions, small.GraceDays = 1440, 32, 1, 0, 0
	for _, d := range []ledger.PolicyDoc{ledger.DefaultPolicy(origin), policyDoc(), recovered, small} {
		if err := d.Check(); err != nil {
			t.Error(err)
		}
		got, err := ledger.ParsePolicyDoc(d.Marshal())
		if err != nil {
			t.Error(err)
		} else if *got != d {
			t.Errorf("got %+v, want %+v", *got, d)
		}
	}
}

func TestMalformedPolicyDocuments(t *testing.T) {
	good := string(policyDoc().Marshal())
	for _, c := range []struct{ name, old, new, want string }{
		{"another document", "policy-document", "roles-document", `policy document:1: the line is not "rogatory/v1 policy-document"`},
		{"no origin", "origin ", "log ", `policy document:2: the line does not begin with "origin" and a space`},
		{"an epoch of no time", "epoch-minutes 360", "epoch-minutes 0", "policy document:3: epoch-minutes is no number from 1 to 1440"},
		{"an epoch that fits no day", "epoch-minutes 360", "epoch-minutes 7", "policy document:3: a day is no multiple of 7 minutes"},
		{"no block", "block 16", "block 0", "policy document:4: block is no number from 1 to 4096"},
		{"a block too great", "block 16", "block 4097", "policy document:4: block is no number from 1 to 4096"},
		{"batches that fit no day", "batch-epochs 4", "batch-epochs 3", "policy document:5: the epochs of a day are no multiple of 3"},
		{"batches longer than a day", "batch-epochs 4", "batch-epochs 8", "policy document:5: the epochs of a day are no multiple of 8"},
		{"no initial days", "initial-days 90", "initial-days 0", "policy document:6: initial-days is no number from 1 to 3660"},
		{"forever", "extension-days 90", "extension-days 36500", "policy document:7: extension-days is no number from 1 to 3660"},
		{"a number with a zero", "remedy-days 30", "remedy-days 030", "policy document:9: remedy-days is no number from 1 to 3660"},
		{"a line missing", "grace-days 7\n", "", `policy document:12: the line does not begin with "grace-days" and a space`},
		{"a hash too short", "program 1415", "program 14", "policy document:14: program is not 64 hexadecimal digits"},
		{"a hash in capitals", "law 161718191a", "law 161718191A", "policy document:16: law is not 64 hexadecimal digits"},
		{"recovered at no size", "35\n", "35\nrecovered 0\n", "policy document:17: recovered is no number from 1 to 9223372036854775807"},
		{"something behind", "35\n", "35\nmore 1\n", "policy document:17: nothing may follow here"},
	} {
		text := strings.Replace(good, c.old, c.new, 1)
		if c.old == "35\n" {
			text = strings.TrimSuffix(good, c.old) + c.new
		}
		if text == good {
			t.Errorf("%s: nothing was changed", c.name)
		}
		d, err := ledger.ParsePolicyDoc([]byte(text))
		if err == nil {
			t.Errorf("%s: read as %+v", c.name, d)
		} else if err.Error() != c.want {
			t.Errorf("%s: got %q, want %q", c.name, err, c.want)
		}
	}
	bad := policyDoc()
	bad.Block = -1
	if err := bad.Check(); fault.KindOf(err) != fault.Invalid {
		t.Errorf("a policy with %d leaves in a block: %v", bad.Block, err)
	}
}

func TestDueDates(t *testing.T) {
	d := policyDoc()
	d.InitialDays, d.ChaseDays, d.RemedyDays, d.EraseDays = 90, 10, 30, 400
	e := ledger.Epoch{Year: 2027, Day: 34, Slot: 3} // 3 February
	for class, want := range map[ledger.Class]string{
		ledger.Notify: "2027-05-31", ledger.Chase: "2027-02-28", ledger.Remedy: "2027-03-31", ledger.Erase: "2028-03-31",
	} {
		if got := d.DueFor(class, e); got.String() != want || !got.IsMonthEnd() {
			t.Errorf("%s is due %s, want %s", class, got, want)
		}
	}
	old := ledger.Date{Year: 2027, Month: 5, Day: 31}
	if got := d.ExtendedTo(old).String(); got != "2027-08-31" {
		t.Errorf("extended to %s", got)
	}
	if got := d.Overdue(old).String(); got != "2027-06-08" {
		t.Errorf("overdue from %s", got) // seven days of grace are 1 to 7 June
	}
	for slot, want := range []bool{false, false, false, true} {
		if got := d.IsBatch(ledger.Epoch{Year: 2027, Day: 34, Slot: slot}); got != want {
			t.Errorf("duties in slot %d: %v", slot, got)
		}
	}
}

// What the log's own key may change is what changes with every release, and
// nothing that binds the office.
func TestOnlyVersionsDiffer(t *testing.T) {
	d := policyDoc()
	o := d
	o.Program, o.Rulebook, o.Law, o.Recovered = fill32(1), fill32(2), fill32(3), 7
	if !d.OnlyVersionsDiffer(o) || !d.OnlyVersionsDiffer(d) {
		t.Error("versions are more than versions")
	}
	for name, change := range map[string]func(*ledger.PolicyDoc){
		"origin":         func(o *ledger.PolicyDoc) { o.Origin = "elsewhere" },
		"epoch-minutes":  func(o *ledger.PolicyDoc) { o.EpochMinutes++ },
		"block":          func(o *ledger.PolicyDoc) { o.Block++ },
		"batch-epochs":   func(o *ledger.PolicyDoc) { o.BatchEpochs++ },
		"initial-days":   func(o *ledger.PolicyDoc) { o.InitialDays++ },
		"extension-days": func(o *ledger.PolicyDoc) { o.ExtensionDays++ },
		"extensions":     func(o *ledger.PolicyDoc) { o.Extensions++ },
		"remedy-days":    func(o *ledger.PolicyDoc) { o.RemedyDays++ },
		"chase-days":     func(o *ledger.PolicyDoc) { o.ChaseDays++ },
		"erase-days":     func(o *ledger.PolicyDoc) { o.EraseDays++ },
		"grace-days":     func(o *ledger.PolicyDoc) { o.GraceDays++ },
		"window-days":    func(o *ledger.PolicyDoc) { o.WindowDays++ },
	} {
		o := d
		change(&o)
		if d.OnlyVersionsDiffer(o) {
			t.Errorf("%s is no version", name)
		}
	}
}

func FuzzParsePolicyDoc(f *testing.F) {
	f.Add(policyDoc().Marshal())
	f.Add([]byte(strings.Replace(string(policyDoc().Marshal()), "360", "30", 1) + "recovered 5\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		if d, err := ledger.ParsePolicyDoc(text); err == nil && !bytes.Equal(d.Marshal(), text) {
			t.Fatalf("read:\n%q\nprinted:\n%q", text, d.Marshal())
		}
	})
}
