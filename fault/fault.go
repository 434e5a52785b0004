// Package fault is the closed list of error kinds a caller may branch on.
//
// Everything else is internal: its text goes to the log, never to a person.
// Kinds are append-only, because they travel across process borders.
package fault

import (
	"errors"
	"fmt"
)

// A Kind says what sort of failure an error is.
// The zero Kind is Internal, which reveals nothing.
type Kind uint8

// The kinds. Append only.
const (
	Internal        Kind = iota // nothing a caller can act on
	Invalid                     // what was given cannot be read or does not make sense
	NotFound                    // what was named does not exist
	Conflict                    // what was asked contradicts what already stands
	Forbidden                   // whoever asks may not
	Unauthenticated             // who asks is not known, or not known recently enough
	Busy                        // not now; the same may be asked again later
)

// A Fault is an error of a kind, with the place that caused it.
type Fault struct {
	Kind  Kind
	Where string // file, member path, line and column; empty if there is no place
	What  string // what could not be done, lower case, no full stop
	Hint  string // what to do about it; may be empty
	Cause error  // what lies below; may be nil
}

// Error prints "where: what: cause; hint".
func (f *Fault) Error() string {
	s := f.What
	if f.Where != "" {
		s = f.Where + ": " + s
	}
	if f.Cause != nil {
		s += ": " + f.Cause.Error()
	}
	if f.Hint != "" {
		s += "; " + f.Hint
	}
	return s
}

// Unwrap gives the error below.
func (f *Fault) Unwrap() error { return f.Cause }

// Invalidf reports unreadable or senseless input at a place.
func Invalidf(where, format string, args ...any) *Fault {
	return &Fault{Kind: Invalid, Where: where, What: fmt.Sprintf(format, args...)}
}

// NotFoundf reports that what was named does not exist.
func NotFoundf(where, format string, args ...any) *Fault {
	return &Fault{Kind: NotFound, Where: where, What: fmt.Sprintf(format, args...)}
}

// Conflictf reports that what was asked contradicts what already stands.
func Conflictf(where, format string, args ...any) *Fault {
	return &Fault{Kind: Conflict, Where: where, What: fmt.Sprintf(format, args...)}
}

// Forbiddenf reports that whoever asks may not.
func Forbiddenf(where, format string, args ...any) *Fault {
	return &Fault{Kind: Forbidden, Where: where, What: fmt.Sprintf(format, args...)}
}

// Unauthenticatedf reports that it is not known who asks.
func Unauthenticatedf(where, format string, args ...any) *Fault {
	return &Fault{Kind: Unauthenticated, Where: where, What: fmt.Sprintf(format, args...)}
}

// Busyf reports that the same may be asked again later.
func Busyf(where, format string, args ...any) *Fault {
	return &Fault{Kind: Busy, Where: where, What: fmt.Sprintf(format, args...)}
}

// WithHint returns a copy of f that says what to do about it.
func (f *Fault) WithHint(hint string) *Fault {
	g := *f
	g.Hint = hint
	return &g
}

// KindOf gives the kind of err: that of the outermost Fault in its chain,
// Internal if there is none.
func KindOf(err error) Kind {
	var f *Fault
	if errors.As(err, &f) {
		return f.Kind
	}
	return Internal
}
