package docket

import (
	"context"

	"github.com/rogatory/rogatory/fault"
)

// The kinds of jobs.
const (
	JobWake    = "wake"    // something in a case is due
	JobUnhold  = "unhold"  // a request for what another case keeps is over
	JobDrop    = "drop"    // what was collected in vain
	JobDestroy = "destroy" // the key of an erased case
	JobTell    = "tell"    // letters about an event; Postings says which
	JobNotice  = "notice"  // to a person, as a notifier has decided; Notices says which
)

// Handle does what a job of this package prompts for. It is safe to do twice.
func (d *Docket) Handle(ctx context.Context, kind string, ref Ref) error {
	switch kind {
	case JobWake:
		return d.Wake(ctx, ref)
	case JobUnhold:
		return d.Unhold(ctx, ref)
	case JobDrop:
		return d.Drop(ctx, ref)
	case JobDestroy:
		return d.Destroy(ctx, ref)
	}
	return fault.Invalidf(kind, "is no kind of job here").WithHint("a newer program has written it: run that one")
}
