package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/tools/crash/desk"
)

// A cost is what an office costs that only stands there.
type cost struct {
	Begun     time.Time     // when the process was started
	Whole     time.Duration // until the first page was shown
	Databases time.Duration // of that, to open records and keys
	Resident  int64         // bytes of memory, a second later
}

// standsIn is the variable that makes this program an office that only stands
// there.
const standsIn = "ROGATORY_QUEUE_STANDS"

// costs starts the office in a process of its own, thrice, and keeps the middle
// one by time.
func (o *office) costs() error {
	program, err := os.Executable()
	if err != nil {
		return err
	}
	var list []cost
	for range 3 {
		text, err := json.Marshal(struct {
			Place desk.Place
			Begun time.Time
		}{o.at, time.Now()})
		if err != nil {
			return err
		}
		cmd := exec.Command(program)
		cmd.Env = append(os.Environ(), standsIn+"="+string(text))
		var out, errors bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &errors
		if err := cmd.Run(); err != nil {
			return fmt.Errorf("%w: %s", err, errors.String())
		}
		var c cost
		if err := json.Unmarshal(out.Bytes(), &c); err != nil {
			return err
		}
		list = append(list, c)
	}
	o.cost = list[0]
	for i, c := range list {
		before := 0
		for j, other := range list {
			if other.Whole < c.Whole || other.Whole == c.Whole && j < i {
				before++
			}
		}
		if before == len(list)/2 {
			o.cost = c
		}
	}
	return nil
}

// stand opens an office, shows a page, and says what that cost.
func stand(text string) error {
	var o struct {
		Place desk.Place
		Begun time.Time
	}
	if err := json.Unmarshal([]byte(text), &o); err != nil {
		return err
	}
	ctx := context.Background()
	examples, err := desk.ReadExamples() // only for the register; no office has it
	if err != nil {
		return err
	}
	if _, err := desk.Parts(examples, time.Now); err != nil { // what it reads is kept by the packages
		return err
	}
	start := time.Now()
	office, err := desk.Open(ctx, examples, o.Place, time.Now)
	if err != nil {
		return err
	}
	c := cost{Databases: time.Since(start)}
	if _, _, err := office.Queue(ctx, docket.Query{Open: true}); err != nil {
		return err
	}
	c.Whole = time.Since(o.Begun)
	time.Sleep(time.Second)
	c.Resident, err = resident()
	if err != nil {
		return err
	}
	if err := json.NewEncoder(os.Stdout).Encode(c); err != nil {
		return err
	}
	return office.Close()
}

// resident reads how much memory this process has, where the system tells it.
func resident() (int64, error) {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0, nil
	}
	for line := range strings.Lines(string(status)) {
		var kilobytes int64
		if n, _ := fmt.Sscanf(line, "VmRSS: %d kB", &kilobytes); n == 1 {
			return kilobytes << 10, nil
		}
	}
	return 0, fmt.Errorf("no VmRSS in the status of this process")
}
