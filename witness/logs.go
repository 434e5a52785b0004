package witness

import (
	"errors"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"github.com/rogatory/rogatory/fault"
)

// Logs are the logs a witness knows, each by its origin, with the keys that sign
// for it. Of any other log nothing is cosigned and nothing is kept.
type Logs map[string]note.Verifiers

// ParseLogs reads a list of logs: on each line the verifier key of one, whose
// name is the origin of the log. Lines beginning with # are for people. A log
// that changes its key has a line for each.
func ParseLogs(text string) (Logs, error) {
	keys := make(map[string][]note.Verifier)
	var wrong []error
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		v, err := note.NewVerifier(line)
		if err != nil {
			wrong = append(wrong, fault.Invalidf("list of logs", "line %d is not the verifier key of a log: %v", i+1, err).
				WithHint("a log publishes it as log.vkey; take it from somebody who is not the log"))
			continue
		}
		keys[v.Name()] = append(keys[v.Name()], v)
	}
	if len(wrong) > 0 {
		return nil, errors.Join(wrong...)
	}
	logs := make(Logs)
	for origin, list := range keys {
		logs[origin] = note.VerifierList(list...)
	}
	return logs, nil
}
