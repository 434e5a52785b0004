package register

import (
	"testing"

	"github.com/rogatory/rogatory/authority"
	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/seal"
)

// TestNothingIsEnrolledThatCannotBeEncryptedTo: the right beginning makes no
// recipient.
func TestNothingIsEnrolledThatCannotBeEncryptedTo(t *testing.T) {
	r := &Register{set: Settings{Recipients: seal.Recipients}}
	const good = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"
	if err := r.opens([]string{good}); err != nil {
		t.Errorf("a recipient is refused: %v", err)
	}
	for _, bad := range []string{"age1example", good[:len(good)-1] + "q"} {
		if err := r.opens([]string{bad}); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s is taken for a recipient: %v", bad, err)
		}
	}
	if err := r.opens((&authority.Authority{}).Recipients); err != nil {
		t.Errorf("an entry without recipients is refused: %v", err)
	}
}
