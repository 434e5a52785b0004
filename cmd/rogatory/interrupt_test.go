//go:build unix

package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestInterrupted interrupts a custodian in the middle of a file. Nothing of it
// has happened: not in the case, and not in the vault.
func TestInterrupted(t *testing.T) {
	dir, bin := t.TempDir(), filepath.Join(build(t), "rogatory")
	office, pipe := filepath.Join(dir, "office"), filepath.Join(dir, "big.csv")
	rogatory := func(args ...string) *exec.Cmd {
		cmd := exec.Command(bin, args...)
		cmd.Env = append(os.Environ(), "ROGATORY_DATA="+office, clockVariable+"=2026-09-01T09:00:00Z")
		return cmd
	}
	must := func(args ...string) string {
		t.Helper()
		out, err := rogatory(args...).CombinedOutput()
		if err != nil {
			t.Fatalf("%v: %v\n%s", args, err, out)
		}
		return string(out)
	}
	must("init", office, "--rehearsal")
	text, err := os.ReadFile(filepath.Join(office, settingsFile))
	if err != nil {
		t.Fatal(err)
	}
	staffed := strings.Replace(string(text), "points = []\n", "", 1) + staffText + enrolledText("central authority", "Central authority", "TR")
	if err := os.WriteFile(filepath.Join(office, settingsFile), []byte(staffed), 0o600); err != nil {
		t.Fatal(err)
	}
	ref := refPattern.FindString(must("case", "new", "--as", "Imke", "--channel", "registered", "--authenticated", "../../examples/cases/leg-13.json"))
	must("case", "assign", "--as", "Imke", ref, "Sami", "Siri", "Cem")
	order := filepath.Join(dir, "order.txt")
	if err := os.WriteFile(order, []byte("Beschluss\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	compel := []string{"compel", "--why", "ordered", "--remedy", "complaint filed", "--decision", "court; KG Berlin; 1; 2026-08-20", "--text", order}
	must(append([]string{"case", "decide", "--as", "Sami", ref}, compel...)...)
	must(append([]string{"case", "decide", "--as", "Siri", ref}, compel...)...)

	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatalf("no named pipes here: %v", err)
	}
	collect := rogatory("case", "collect", "--as", "Cem", ref, "0="+pipe)
	var errs bytes.Buffer
	collect.Stderr = &errs
	if err := collect.Start(); err != nil {
		t.Fatal(err)
	}
	w, err := os.OpenFile(pipe, os.O_WRONLY, 0) // waits for the reader
	if err != nil {
		t.Fatal(err)
	}
	block := bytes.Repeat([]byte("subscriber,"), 100_000)
	if _, err := w.Write(block); err != nil {
		t.Fatal(err)
	}
	if err := collect.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := w.Write(block); err != nil {
			break // it reads no more
		}
	}
	w.Close()
	err = collect.Wait()
	if collect.ProcessState.ExitCode() != 1 || !strings.Contains(errs.String(), "interrupted") {
		t.Errorf("interrupted: %v, %s", err, &errs)
	}
	if shown := must("case", "show", "--as", "Cem", ref); !strings.Contains(shown, "stage:compelled") || strings.Contains(shown, "big.csv") {
		t.Errorf("after the interruption:\n%s", shown)
	}
	must("case", "history", "--as", "Cem", "--verify", ref)
	err = filepath.WalkDir(filepath.Join(office, vaultFolder), func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			t.Errorf("left behind: %s", path)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}
