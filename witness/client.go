package witness

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"
	"sync"
	"time"

	fnote "github.com/transparency-dev/formats/note"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/rogatory/rogatory/fault"
)

const (
	patience  = 20 * time.Second // what one witness may take, all attempts together
	attempts  = 4                // another process of the log may ask at the same time
	maxAnswer = 32 << 10         // of a witness; a cosignature that lasts is nearly four kilobytes
	skew      = 5 * time.Minute  // how far the clock of a witness may stand from ours
)

// A Client asks the witnesses of a policy for their cosignatures. It may be used
// by many goroutines.
type Client struct {
	log    note.Verifier
	policy Policy
	http   *http.Client
	now    func() time.Time

	mu   sync.Mutex
	seen map[string]int64 // by witness: the size it is believed to have seen
}

// NewClient makes the client of one log. Every witness of the policy needs its
// address.
func NewClient(log note.Verifier, policy Policy, now func() time.Time) (*Client, error) {
	for _, m := range policy.Witnesses {
		if m.URL == "" {
			return nil, fault.Invalidf("witness policy", "the witness %s has no address", m.Name).
				WithHint("a log has to reach it: witness NAME VKEY URL")
		}
	}
	return &Client{log: log, policy: policy, http: newHTTP(), now: now, seen: make(map[string]int64)}, nil
}

// newHTTP asks without following: whoever was named is asked, and nobody else.
// Witnesses are few and far apart, so connections are kept.
func newHTTP() *http.Client {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.MaxResponseHeaderBytes = 64 << 10
	t.MaxIdleConnsPerHost = 2
	return &http.Client{Transport: t, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// Cosign gives a checkpoint with the cosignatures its policy demands, as soon as
// it has them, or an error that says of each witness why not. prove connects the
// checkpoint to what a witness saw; it is not called twice at once, and not
// after Cosign returned.
func (c *Client) Cosign(ctx context.Context, checkpoint []byte, prove func(old uint64) (tlog.TreeProof, error)) ([]byte, error) {
	if !c.policy.Demands() {
		return checkpoint, nil
	}
	n, h, err := c.open(checkpoint)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	var wait sync.WaitGroup
	defer wait.Wait()
	defer cancel()
	var one sync.Mutex
	ask := asking{checkpoint: checkpoint, text: n.Text, head: h, prove: func(old int64) (tlog.TreeProof, error) {
		one.Lock()
		defer one.Unlock()
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return prove(uint64(old))
	}}
	type answer struct {
		member int
		line   []byte
		err    error
	}
	answers := make(chan answer, len(c.policy.Witnesses))
	for i, m := range c.policy.Witnesses {
		wait.Go(func() {
			line, err := c.ask(ctx, m, ask)
			answers <- answer{i, line, err}
		})
	}
	lines, failed := make([][]byte, len(c.policy.Witnesses)), make([]error, len(c.policy.Witnesses))
	for range c.policy.Witnesses {
		a := <-answers
		lines[a.member], failed[a.member] = a.line, a.err
		if signed := append(bytes.Clone(checkpoint), bytes.Join(lines, nil)...); c.policy.Quorum.Satisfied(signed) {
			return signed, nil
		}
	}
	return nil, c.missed(h, failed)
}

// missed says of each witness why it did not cosign. A log that one of them saw
// ahead or otherwise is not merely late: whoever reads it has to act.
func (c *Client) missed(h head, failed []error) error {
	var list []string
	kind := fault.Busyf
	for i, err := range failed {
		if err == nil {
			continue
		}
		list = append(list, fmt.Sprintf("%s: %v", c.policy.Witnesses[i].Name, err))
		if errors.Is(err, errAhead) || errors.Is(err, errOtherPast) {
			kind = fault.Conflictf
		}
	}
	f := kind("witnesses of "+h.origin, "too few cosigned size %d (%s)", h.size, strings.Join(list, "; "))
	if f.Kind == fault.Conflict {
		return f.WithHint("the log was rolled back or forked, or a witness errs; publish nothing before somebody has looked: `rogatory ledger recover`")
	}
	return f.WithHint("what waits is published once enough of them answer")
}

var (
	errAhead     = errors.New("it says it has seen a longer log")
	errOtherPast = errors.New("it says this contradicts what it has seen")
)

// asking is what every witness is asked.
type asking struct {
	checkpoint []byte
	text       string
	head       head
	prove      func(old int64) (tlog.TreeProof, error)
}

// ask gets the cosignature of one witness. It begins from the size the witness is
// believed to have seen, and takes the witness's word where that is wrong.
func (c *Client) ask(ctx context.Context, m Member, a asking) ([]byte, error) {
	c.mu.Lock()
	old := min(c.seen[m.Name], a.head.size)
	c.mu.Unlock()
	for range attempts {
		r := Request{Old: old, Checkpoint: a.checkpoint}
		if old > 0 && old < a.head.size {
			var err error
			if r.Proof, err = a.prove(old); err != nil {
				return nil, fmt.Errorf("prove from size %d: %w", old, err)
			}
		}
		line, seen, err := c.post(ctx, m, r, a)
		if err != nil {
			return nil, err
		}
		if line != nil {
			seen = a.head.size
		}
		c.mu.Lock()
		c.seen[m.Name] = seen
		c.mu.Unlock()
		switch {
		case line != nil:
			return line, nil
		case seen > a.head.size:
			return nil, fmt.Errorf("%w: %d", errAhead, seen)
		case seen == old:
			return nil, fmt.Errorf("it saw size %d, and refuses to continue from it", seen)
		}
		old = seen
	}
	return nil, errors.New("what it says it has seen changes with every answer")
}

// post asks once: it gives the line of the cosignature, or the size the witness
// says it has seen.
func (c *Client) post(ctx context.Context, m Member, r Request, a asking) ([]byte, int64, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, m.URL+"/add-checkpoint", bytes.NewReader(r.Marshal()))
	if err != nil {
		return nil, 0, err
	}
	req.Header.Set("Content-Type", "text/plain; charset=utf-8")
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, 0, unreached(ctx, err)
	}
	defer resp.Body.Close()
	body, err := bounded(resp.Body, maxAnswer)
	if err != nil {
		return nil, 0, unreached(ctx, err)
	}
	switch resp.StatusCode {
	case http.StatusOK:
		line, err := c.cosignature(m, a.text, body)
		return line, 0, err
	case http.StatusConflict:
		if kind, _, err := mime.ParseMediaType(resp.Header.Get("Content-Type")); err != nil || kind != "text/x.tlog.size" {
			return nil, 0, errOtherPast // as earlier drafts of tlog-witness have it
		}
		seen, err := parseSize(strings.TrimSuffix(string(body), "\n"))
		return nil, seen, err
	case http.StatusUnprocessableEntity:
		return nil, 0, fmt.Errorf("%w: %s", errOtherPast, sentence(body))
	}
	return nil, 0, fmt.Errorf("it answers %d: %s", resp.StatusCode, sentence(body))
}

// cosignature finds, in an answer, the line that the witness's key has signed for
// this checkpoint and about now. Lines by others are not asked for.
func (c *Client) cosignature(m Member, text string, body []byte) ([]byte, error) {
	n, err := note.Open([]byte(text+"\n"+string(body)), note.VerifierList(m.Key))
	if err != nil || n.Text != text {
		return nil, errors.New("its answer is not its cosignature of this checkpoint")
	}
	sig := n.Sigs[0]
	at, err := fnote.CoSigV1Timestamp(sig)
	if err != nil {
		return nil, errors.New("its cosignature has no time")
	}
	if d := at.Sub(c.now()); d > skew || d < -skew {
		return nil, fmt.Errorf("its cosignature says %s, and it is %s", at.UTC().Format(time.RFC3339), c.now().UTC().Format(time.RFC3339))
	}
	raw, err := base64.StdEncoding.DecodeString(sig.Base64)
	if err != nil {
		return nil, err
	}
	return []byte("— " + sig.Name + " " + base64.StdEncoding.EncodeToString(raw) + "\n"), nil // in its one form
}

// bounded reads all of an answer, and refuses one that is longer than most.
func bounded(r io.Reader, most int64) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, most+1))
	if err != nil {
		return nil, err
	}
	if int64(len(data)) > most {
		return nil, fmt.Errorf("its answer is longer than %d bytes", most)
	}
	return data, nil
}

// unreached says in few words why there was no answer.
func unreached(ctx context.Context, err error) error {
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return fmt.Errorf("it did not answer within %s", patience)
	}
	return err
}

// sentence is the first line of what a stranger answered, fit to be shown.
func sentence(body []byte) string {
	line, _, _ := strings.Cut(strings.TrimSpace(string(body)), "\n")
	return clip(strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return -1
		}
		return r
	}, strings.ToValidUTF8(line, "")))
}
