package request_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
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

// BenchmarkWorst reads documents of 1 MiB that are made to take long.
func BenchmarkWorst(b *testing.B) {
	fill := func(begin, unit, end string) string {
		return begin + strings.Repeat(unit, (request.MaxBytes-len(begin)-len(end))/len(unit)) + end
	}
	var names strings.Builder
	for i := 0; names.Len() < request.MaxBytes-100; i++ {
		fmt.Fprintf(&names, `"n%d":1,`, i)
	}
	for _, c := range []struct{ name, doc string }{
		{"unknown members", "{" + names.String() + `"n":1}`},
		{"close to known", fill("{", `"referense":1,`, `"n":1}`)},
		{"wrong values", fill(`{"measures":[`, `{"data":"contenu"},`, `{}]}`)},
		{"wrong types", fill(`{"offences":[`, `1,`, `1]}`)},
		{"dates", fill(`{"measures":[`, `{"from":"2024-01-01T00:00:00x"},`, `{}]}`)},
		{"lines", fill("", "\n", "{")},
		{"escapes", fill(with(`"facts":"`)[:len(with(`"facts":"`))-1], `\u00e9`, `"}`)},
		{"digits", fill(`{"offences":[{"max_penalty_years":`, "9", `}]}`)},
		{"brackets", fill("", "[", "")},
		{"one long name", fill(`{"`, "a", `":1}`)},
		{"targets", fill(with(`"measures":[{"targets":[`)[:len(with(`"measures":[{"targets":[`))-1], `{},`, `{}]}]}`)},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.SetBytes(int64(len(c.doc)))
			b.ReportAllocs()
			for b.Loop() {
				q, err := request.Read([]byte(c.doc))
				if err == nil {
					q.Oddities()
				}
			}
		})
	}
}
