package register

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rogatory/rogatory/fault"
)

// A Letter is what has to be told to an authority.
type Letter struct {
	About     string    // Confirmed or Suspended
	Enrols    bool      // it is the first that the authority hears of it
	ID, Name  string    // of the authority
	To        string    // a mail address
	Language  string    // BCP 47; empty: the office's
	Changes   []string  // in plain words, naming nobody of the office
	Effective time.Time // when it takes effect, or did
}

// Letters gives what is to be told by a job of this package, from its key: of a
// change to the old address and to the new one, of an enrolment and of a
// suspension to the authority's own. There is nothing to tell where what was
// prompted for never came to stand, or was stopped before it was told.
func (r *Register) Letters(ctx context.Context, key string) ([]Letter, error) {
	words := strings.Split(key, " ")
	version := 0
	if len(words) == 3 && words[0] == JobKind {
		version, _ = strconv.Atoi(words[2])
	}
	if version < 1 {
		return nil, fault.Invalidf(key, "is no key of a job here").WithHint("a newer program has written it: run that one")
	}
	entry, err := r.Get(ctx, words[1])
	if fault.KindOf(err) == fault.NotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var list []Letter
	for i := range entry.History {
		e := &entry.History[i]
		stopped := e.Did == Confirmed && slices.ContainsFunc(entry.History[i:], func(o Event) bool { return o.Did == Stopped && o.Digest == e.Digest })
		if e.Version != version || stopped {
			continue
		}
		for _, to := range e.Tell {
			list = append(list, Letter{
				About: e.Did, Enrols: e.Enrols, ID: entry.ID, Name: entry.name(),
				To: to.Mail, Language: to.Language, Changes: e.Changes, Effective: e.Effective,
			})
		}
	}
	return list, nil
}

// name is what the authority is called: as it stands, or as it will.
func (e *Entry) name() string {
	if e.Authority.ID == "" && e.Pending != nil {
		return e.Pending.To.Name
	}
	return e.Authority.Name
}
