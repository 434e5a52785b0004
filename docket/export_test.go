package docket

import "context"

// Load reads a case without a trace.
func (d *Docket) Load(ctx context.Context, ref Ref) (*Case, error) { return d.load(ctx, ref) }

// CheckAct checks an act as Do does first.
func CheckAct(a Act) error { return a.check() }
