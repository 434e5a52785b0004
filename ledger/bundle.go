package ledger

import (
	"encoding/binary"

	"github.com/rogatory/rogatory/fault"
)

// Bundle joins entries as C2SP tlog-tiles has it: each behind its length, two
// bytes, the greater first. No leaf is too long for that.
func Bundle(entries [][]byte) []byte {
	var b []byte
	for _, e := range entries {
		b = binary.BigEndian.AppendUint16(b, uint16(len(e)))
		b = append(b, e...)
	}
	return b
}

// ParseBundle parts a bundle of n entries. They share the memory of data.
func ParseBundle(data []byte, n int) ([][]byte, error) {
	if n < 1 || n > TileWidth {
		return nil, fault.Invalidf("bundle", "a bundle holds 1 to %d entries, not %d", TileWidth, n)
	}
	entries := make([][]byte, n)
	for i := range entries {
		if len(data) < 2 || len(data)-2 < int(binary.BigEndian.Uint16(data)) {
			return nil, fault.Invalidf("bundle", "the bundle is cut short in entry %d of %d", i, n)
		}
		end := 2 + int(binary.BigEndian.Uint16(data))
		entries[i] = data[2:end:end]
		data = data[end:]
	}
	if len(data) > 0 {
		return nil, fault.Invalidf("bundle", "%d bytes follow the last of %d entries", len(data), n)
	}
	return entries, nil
}
