package keyring

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os/exec"
	"strings"
	"sync"
	"time"

	"github.com/rogatory/rogatory/fault"
)

const (
	externalTime   = 10 * time.Second // unless External says otherwise
	externalAnswer = 64 << 10         // bytes of an answer
	externalWords  = 1 << 10          // bytes of what a command says when it fails
	externalAtOnce = 8                // commands
)

// An External is an office key that lives in a key service or a security
// module. It is reached by a command that is run once for each wrap and unwrap,
// without a shell. The command gets one JSON object on standard input,
//
//	{"op": "wrap", "context": "<base64>", "data": "<base64>"}
//
// or "unwrap", answers one on standard output, {"data": "<base64>"}, and exits
// with 0. It inherits the environment, where key services look for what lets
// them in. The context should be authenticated by the service if it can; what
// is wrapped holds a hash of it all the same, and is refused in another.
type External struct {
	Name    string        // names the key, for ever; not the service
	Command []string      // program and arguments
	Timeout time.Duration // for one answer; 0: ten seconds

	once  sync.Once
	slots chan struct{} // holds one for each command that runs
}

type question struct {
	Op      string `json:"op"`
	Context []byte `json:"context"`
	Data    []byte `json:"data"`
}

// ID gives the name of the key.
func (e *External) ID() string { return e.Name }

// LogValue leaves out the command: its arguments may hold what lets it in.
func (e *External) LogValue() slog.Value { return slog.StringValue(e.Name) }

// Wrap has the service wrap what is given, with a hash of the context before it.
func (e *External) Wrap(ctx context.Context, plain, context []byte) ([]byte, error) {
	hash := sha256.Sum256(context)
	bound := append(hash[:], plain...)
	defer clear(bound)
	return e.ask(ctx, question{"wrap", context, bound})
}

// Unwrap has the service unwrap, and refuses what was wrapped elsewhere.
func (e *External) Unwrap(ctx context.Context, wrapped, context []byte) ([]byte, error) {
	bound, err := e.ask(ctx, question{"unwrap", context, wrapped})
	if err != nil {
		return nil, err
	}
	defer clear(bound)
	hash := sha256.Sum256(context)
	if len(bound) < len(hash) || subtle.ConstantTimeCompare(bound[:len(hash)], hash[:]) != 1 {
		return nil, fault.Invalidf("office key "+e.Name, "what is wrapped was altered, or stands in another's place").
			WithHint("restore the row from a backup of keys; without one it is lost")
	}
	return bytes.Clone(bound[len(hash):]), nil
}

// ask runs the command and reads its answer.
func (e *External) ask(ctx context.Context, q question) ([]byte, error) {
	if len(e.Command) == 0 {
		return nil, fault.Invalidf("office key "+e.Name, "it is external and no command is given to reach it")
	}
	e.once.Do(func() { e.slots = make(chan struct{}, externalAtOnce) })
	select {
	case <-ctx.Done():
		return nil, e.failed(q.Op, ctx.Err())
	case e.slots <- struct{}{}:
	}
	defer func() { <-e.slots }()

	input, err := json.Marshal(q)
	if err != nil {
		return nil, e.failed(q.Op, err)
	}
	defer clear(input)
	answer, err := e.run(ctx, input, q.Data)
	if err != nil {
		return nil, e.failed(q.Op, err)
	}
	defer clear(answer)
	data, err := readAnswer(answer)
	if err != nil {
		return nil, e.failed(q.Op, err)
	}
	return data, nil
}

func (e *External) failed(op string, err error) error {
	return fmt.Errorf("%s by office key %s (command %s): %w", op, e.Name, e.Command[0], err)
}

// run gives what the command answers to the input, which holds the data.
func (e *External) run(ctx context.Context, input, data []byte) ([]byte, error) {
	limit := e.Timeout
	if limit <= 0 {
		limit = externalTime
	}
	ctx, cancel := context.WithTimeoutCause(ctx, limit, fmt.Errorf("no answer within %s", limit))
	defer cancel()
	cmd := exec.CommandContext(ctx, e.Command[0], e.Command[1:]...)
	cmd.Stdin = bytes.NewReader(input)
	answer := &bounded{limit: externalAnswer, beyond: fmt.Errorf("the answer is longer than %d bytes", externalAnswer)}
	words := &bounded{limit: externalWords}
	cmd.Stdout, cmd.Stderr = answer, words
	cmd.WaitDelay = time.Second // for what the command left running
	err := cmd.Run()
	if err == nil {
		return answer.kept.Bytes(), nil
	}
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	said := strings.TrimSpace(words.kept.String())
	if strings.Contains(said, base64.StdEncoding.EncodeToString(data)) {
		said = "[withheld]" // it repeats what it was given, which may be a key
	}
	return nil, fmt.Errorf("%w, saying %q", err, said)
}

// readAnswer reads the one object of an answer.
func readAnswer(answer []byte) ([]byte, error) {
	var a struct {
		Data []byte `json:"data"`
	}
	d := json.NewDecoder(bytes.NewReader(answer))
	d.DisallowUnknownFields()
	// Neither error is passed on: it may quote the answer, which may be a key.
	if d.Decode(&a) != nil || len(a.Data) == 0 {
		return nil, errors.New(`the answer is not one JSON object {"data": "<base64>"}`)
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, errors.New("there is more after the answer")
	}
	return a.Data, nil
}

// bounded keeps what is written up to a limit; beyond it Write fails, or drops
// what is written if that error is nil.
type bounded struct {
	kept   bytes.Buffer
	limit  int
	beyond error
}

func (b *bounded) Write(p []byte) (int, error) {
	room := b.limit - b.kept.Len()
	if len(p) <= room {
		return b.kept.Write(p)
	}
	if b.beyond != nil {
		return 0, b.beyond
	}
	b.kept.Write(p[:room])
	return len(p), nil
}
