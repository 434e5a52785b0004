package source

import (
	"bytes"
	"os"
	"testing"

	"github.com/rogatory/rogatory/rulebook"
)

func TestHandwrittenIsUpToDate(t *testing.T) {
	want, err := Of(rulebook.Floor().Vocabulary(), rulebook.Floor().Rules())
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile("../../handwritten/rules.go")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("handwritten/rules.go is not what the floor says: run `go generate ./...` in crosscheck")
	}
}
