// Package million fills an office with as many cases as a large one has: in a
// minute or two, past the docket, with rows like those it would write. Their
// entries are sealed by nobody, so none of these cases can be opened.
package million

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/lifecycle"
)

// The tables that are filled, with their columns. The rows are those a docket
// would write, but for the entries, which nobody opens here.
var tables = []struct {
	name    string
	columns []string
	row     func(c *docket.Row, e *docket.Entry) []any // nil: none
}{
	{"cases", strings.Fields("case_ref seq head key_id authority country instrument lane stage waiting assignee received due escalated outside is_open settles"),
		func(c *docket.Row, e *docket.Entry) []any {
			due := int64(math.MaxInt64)
			if !c.Due.IsZero() {
				due = c.Due.UnixMicro()
			}
			return []any{
				string(c.Case), int64(1), e.Hash[:], c.Key, c.Authority, c.Country, c.Instrument, c.Lane, c.Stage, c.Waiting, c.Assignee,
				c.Received.UnixMicro(), due, flag01(c.Escalated), int64(c.Outside), flag01(c.Open), c.Settles,
			}
		}},
	{"events", strings.Fields("case_ref seq at sealed prev hash"),
		func(_ *docket.Row, e *docket.Entry) []any {
			return []any{string(e.Case), int64(1), e.At.UnixMicro(), e.Sealed, e.Prev[:], e.Hash[:]}
		}},
	{"jobs", strings.Fields("job_key case_ref kind run_at wake_at attempt holder reason dead"),
		func(c *docket.Row, _ *docket.Entry) []any {
			if c.Due.IsZero() {
				return nil
			}
			at := c.Due.UnixMicro()
			return []any{string(c.Case), string(c.Case), docket.JobWake, at, at, int64(0), "", "", int64(0)}
		}},
}

func flag01(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// Today is when the office is looked at.
var Today = time.Date(2026, 9, 1, 9, 0, 0, 0, time.UTC)

// How many of each there are in a large office.
const (
	Authorities = 2000
	Countries   = 60
	People      = 200
)

// row makes the case of a number. One in seven is open; what is closed has no
// deadline any more.
func row(n int) (docket.Row, docket.Entry) {
	sum := sha256.Sum256(binary.BigEndian.AppendUint64(nil, uint64(n)))
	pick := func(at, of int) int { return int(binary.BigEndian.Uint16(sum[at:])) % of }
	const letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	ref := []byte("26-")
	for _, b := range sum[:9] {
		ref = append(ref, letters[b%32])
	}
	stages := []lifecycle.Stage{lifecycle.Screened, lifecycle.Screened, lifecycle.Returned, lifecycle.Forwarded, lifecycle.Granted, lifecycle.Refused, lifecycle.Disclosed}
	authority := min(pick(10, Authorities), pick(12, Authorities)) // some ask much more than others
	r := docket.Row{
		Case: docket.Ref(ref), Seq: 1, Key: fmt.Sprintf("%X", sum[16:29]), Authority: fmt.Sprintf("authority-%d", authority),
		Country: fmt.Sprintf("C%02d", authority%Countries), Instrument: "budapest", Lane: lifecycle.Ordinary.String(),
		Stage: lifecycle.Closed.String(), Waiting: lifecycle.ForNobody.String(), Assignee: fmt.Sprintf("person-%d", pick(14, People)),
		Received: Today.Add(-time.Duration(pick(18, 65536)) * 80 * time.Minute),
	}
	if n%7 == 0 {
		r.Open, r.Waiting, r.Stage = true, lifecycle.Office.String(), stages[pick(20, len(stages))].String()
		r.Due = Today.Add(time.Duration(pick(22, 65536)-6000) * time.Minute)
		if n%5 == 0 {
			r.Waiting = lifecycle.ForCourt.String()
		}
	}
	if r.Open && r.Stage == lifecycle.Disclosed.String() {
		r.Settles = lifecycle.Notifier.String() // told of, and nobody has signed it yet
	}
	if n%1000 == 0 {
		r.Outside = 1
	}
	e := docket.Entry{Case: r.Case, Seq: 1, At: r.Received, Sealed: sum[:28]}
	e.Hash = e.Sum()
	return r, e
}
