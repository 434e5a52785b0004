package watch

import (
	"os"
	"strings"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/ledger/monitor"
	"github.com/rogatory/rogatory/witness"
)

// A trust is what whoever looks has from elsewhere than the log.
type trust struct {
	monitor.Trust
	vkey   string
	policy witness.Policy
}

// trusting reads the key of a log from a file, and from another, if one is named,
// which witnesses count.
func trusting(vkey, policy string) (trust, error) {
	text, err := os.ReadFile(vkey)
	if err != nil {
		return trust{}, fault.NotFoundf(vkey, "the key of the log cannot be read: %v", err)
	}
	t := trust{vkey: strings.TrimSpace(string(text))}
	if policy != "" {
		if text, err = os.ReadFile(policy); err != nil {
			return trust{}, fault.NotFoundf(policy, "the policy cannot be read: %v", err)
		}
		if t.policy, err = witness.ParsePolicy(text); err != nil {
			return trust{}, err
		}
	}
	group := &t.policy.Quorum
	if !t.policy.Demands() {
		group = nil
	}
	t.Trust, err = monitor.NewTrust(t.vkey, group)
	return t, err
}
