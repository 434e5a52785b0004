package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/rogatory/rogatory/fault"
)

type signLeafCommand struct {
	File   string `arg:"" help:"A draft, as rogatory ledger drafts --out wrote it." type:"existingfile"`
	Origin string `required:"" help:"The public log it is for; a signature holds in no other." placeholder:"NAME"`
	Key    string `required:"" help:"Your role key." placeholder:"FILE" type:"path" env:"ROGATORY_ROLE_KEY"`
	Yes    bool   `help:"Do not ask: you have read it."`
}

// Run shows a leaf, and signs it in its file. It needs no network and no office.
func (c *signLeafCommand) Run(s *streams) error {
	text, err := readLimited(c.File)
	if err != nil {
		return err
	}
	key, err := readRoleKey(c.Key, s)
	if err != nil {
		return err
	}
	signed, err := signLeaf(c.Origin, text, key)
	if err != nil {
		return err
	}
	fmt.Fprintf(s.err, "in the public log %s, for good:\n", visible(c.Origin))
	for line := range strings.Lines(string(text)) {
		fmt.Fprintln(s.err, "  "+visible(strings.TrimRight(line, "\n")))
	}
	if !c.Yes {
		fmt.Fprint(s.err, "sign this? [yes/no] ")
		answer, err := bufio.NewReader(s.in).ReadString('\n')
		if err != nil && err != io.EOF || strings.TrimSpace(answer) != "yes" {
			return fault.Conflictf("", "nothing was signed")
		}
	}
	return os.WriteFile(c.File, signed, 0o600)
}

// readLimited reads a file that cannot be a leaf if it is long.
func readLimited(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, 1<<16))
}
