package ledger

import (
	"github.com/rogatory/rogatory/fault"
)

// An ID names a duty. It is random and says nothing about the case.
type ID [16]byte

// String prints id in base64, as it stands in a leaf.
func (id ID) String() string { return base.EncodeToString(id[:]) }

// ParseID reads what String prints.
func ParseID(s string) (ID, error) {
	var id ID
	b, err := base.Strict().DecodeString(s)
	if err != nil || len(b) != len(id) || base.EncodeToString(b) != s {
		return ID{}, fault.Invalidf("id", "%q does not name a duty", s).WithHint("write 16 bytes in base64, as in the leaf")
	}
	return ID(b), nil
}

// MarshalText and UnmarshalText are String and ParseID.
func (id ID) MarshalText() ([]byte, error) { return base.AppendEncode(nil, id[:]), nil }

func (id *ID) UnmarshalText(text []byte) (err error) {
	*id, err = ParseID(string(text))
	return err
}
