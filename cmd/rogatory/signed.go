package main

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/lifecycle"
)

// signs are the roles that sign what they decide.
var signs = []lifecycle.Role{lifecycle.Judge, lifecycle.Notifier, lifecycle.Oversight}

// Do causes an event. Whoever has given a role key, in a role that signs, signs
// the act, as somebody would who works away from this machine.
func (o *opened) Do(ctx context.Context, who docket.Actor, ref docket.Ref, a docket.Act) (*docket.Done, error) {
	if o.roleKey == nil || !slices.Contains(signs, who.Role) {
		return o.Docket.Do(ctx, who, ref, a)
	}
	if a.Seen == 0 {
		c, err := o.Show(ctx, who, ref, "")
		if err != nil {
			return nil, err
		}
		a.Seen = c.Seq()
	}
	text, err := json.Marshal(docket.Instruction{Case: ref, By: who.Name, Role: who.Role.String(), At: o.clock().UTC(), Document: a.Document, Act: a})
	if err != nil {
		return nil, err
	}
	return o.Obey(ctx, who, ref, text, o.roleKey.Sign(text))
}
