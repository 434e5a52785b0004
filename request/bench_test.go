package request_test

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/rogatory/rogatory/request"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// BenchmarkRead stands beside what it is made of and what it could be made of:
// decoding alone, and the schema library in the place of the scanner.
func BenchmarkRead(b *testing.B) {
	schema := oracle(b)
	data := corpus(b)["full.json"]
	for _, c := range []struct {
		name string
		do   func() error
	}{
		{"read", func() error {
			_, err := request.Read(data)
			return err
		}},
		{"decode alone", func() error {
			var q request.Request
			return json.Unmarshal(data, &q)
		}},
		{"library alone", func() error {
			doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
			if err != nil {
				return err
			}
			return schema.Validate(doc)
		}},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			for b.Loop() {
				if err := c.do(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
