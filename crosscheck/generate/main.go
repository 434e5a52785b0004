// Command generate writes handwritten/rules.go from the floor rulebook: the
// safeguards as a programmer would write them in Go.
package main

import (
	"fmt"
	"os"

	"github.com/rogatory/rogatory/crosscheck/generate/source"
	"github.com/rogatory/rogatory/rulebook"
)

func main() {
	text, err := source.Of(rulebook.Floor().Vocabulary(), rulebook.Floor().Rules())
	if err == nil {
		err = os.WriteFile("rules.go", text, 0o644)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}
