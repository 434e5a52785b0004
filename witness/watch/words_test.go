package watch

import (
	"strings"
	"testing"

	"github.com/rogatory/rogatory/ledger"
)

// TestPromisesAreWhatTheOfficeCanKeep: what others do, the office sees to; nothing
// is said to be kept by a reminder alone.
func TestPromisesAreWhatTheOfficeCanKeep(t *testing.T) {
	for _, c := range ledger.Classes() {
		for _, says := range []string{owed(c), act(c)} {
			if says == owed("") || says == c.String() || strings.Contains(says, "remind") {
				t.Errorf("%s: %q", c, says)
			}
			if (c == ledger.Chase || c == ledger.Erase) && !strings.Contains(says, "see") {
				t.Errorf("%s is promised in the office's own power: %q", c, says)
			}
		}
	}
}
