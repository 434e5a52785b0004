package source

import (
	"bytes"
	"testing"

	"github.com/rogatory/rogatory/crosscheck/handwritten"
	"github.com/rogatory/rogatory/rulebook"
)

func TestHandwrittenIsUpToDate(t *testing.T) {
	want, err := Of(rulebook.Floor().Vocabulary(), rulebook.Floor().Rules())
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(handwritten.Source, want) {
		t.Error("handwritten/rules.go is not what the floor says: run `go generate ./...` in crosscheck")
	}
}
