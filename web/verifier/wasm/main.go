//go:build js && wasm

// Wasm is the program in the page of package verifier: it gets the bytes of the
// files that a person chose, and gives back what is said of them. It asks nobody
// anything.
package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"syscall/js"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/ledger/monitor"
	"github.com/rogatory/rogatory/proof/entry"
	"github.com/rogatory/rogatory/proof/entry/words"
	"github.com/rogatory/rogatory/witness"
)

// maxSmall bounds a key and a witness policy.
const maxSmall = 64 << 10

func main() {
	js.Global().Set("rogatory", map[string]any{
		"maxProof": entry.MaxFile,
		"maxSmall": maxSmall,
		"verify": js.FuncOf(func(_ js.Value, args []js.Value) any {
			return written(verify(bytesOf(args[0]), bytesOf(args[1]), bytesOf(args[2]), args[3].String()))
		}),
		"refuse": js.FuncOf(func(_ js.Value, args []js.Value) any {
			why := fault.Invalidf("", "the file is of %d bytes", args[1].Int())
			return written(words.Refusal(words.Standing(args[0].String()), why, args[2].String()))
		}),
	})
	select {}
}

func written(t *words.Text) string {
	text, err := json.Marshal(t)
	if err != nil {
		panic(fmt.Sprintf("a text cannot be written: %v", err))
	}
	return string(text)
}

func bytesOf(array js.Value) []byte {
	b := make([]byte, array.Length())
	js.CopyBytesToGo(b, array)
	return b
}

// verify says what a proof file is worth. An empty policy is none.
func verify(proof, vkey, policy []byte, language string) *words.Text {
	trust, err := monitor.NewTrust(strings.TrimSpace(string(vkey)), nil)
	if err != nil {
		return words.Refusal(words.NoKey, err, language)
	}
	if len(policy) > 0 {
		p, err := witness.ParsePolicy(policy)
		if err != nil {
			return words.Refusal(words.NoPolicy, err, language)
		}
		if p.Demands() {
			trust.Witnesses = &p.Quorum
		}
	}
	found, standing, err := words.Check(proof, trust)
	if err != nil {
		return words.Refusal(standing, err, language)
	}
	return words.Of(found, language)
}
