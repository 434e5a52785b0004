package docket

import (
	"crypto/sha256"
	"encoding/binary"
)

// chainPrefix keeps these hashes apart from every other use of SHA-256.
const chainPrefix = "rogatory.event/1\x00"

// Sum computes what the Hash of e must be: SHA-256 over chainPrefix, the case
// and a zero byte, Seq and At in microseconds as eight bytes each, big endian,
// Prev, and the sealed bytes. It reads nothing but what is kept, so a chain is
// verified without any key, and after the key is destroyed.
func (e *Entry) Sum() [32]byte {
	h := sha256.New()
	head := make([]byte, 0, 128)
	head = append(head, chainPrefix...)
	head = append(head, e.Case...)
	head = append(head, 0)
	head = binary.BigEndian.AppendUint64(head, uint64(e.Seq))
	head = binary.BigEndian.AppendUint64(head, uint64(e.At.UnixMicro()))
	head = append(head, e.Prev[:]...)
	h.Write(head)
	h.Write(e.Sealed)
	return [32]byte(h.Sum(nil))
}
