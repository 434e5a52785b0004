package witness

import (
	"context"
	"net/http"
	"sync"

	"golang.org/x/mod/sumdb/note"

	"github.com/rogatory/rogatory/fault"
)

// maxNote bounds a checkpoint with all its cosignatures.
const maxNote = maxCheckpoint

// open reads a checkpoint that the log has signed.
func (c *Client) open(checkpoint []byte) (*note.Note, head, error) {
	n, err := note.Open(checkpoint, note.VerifierList(c.log))
	if err != nil {
		return nil, head{}, fault.Invalidf("checkpoint", "is not signed by %s", c.log.Name())
	}
	h, err := parseHead(n.Text)
	if err == nil && h.origin != c.log.Name() {
		err = fault.Invalidf("checkpoint", "is of %s", clip(h.origin))
	}
	return n, h, err
}

// Latest gives the checkpoints that witnesses saw last, each signed by the log:
// a witness cannot make one up. One that cannot be reached, has seen none, or
// says anything else is left out. They are asked at the address they cosign at.
func (c *Client) Latest(ctx context.Context) ([][]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	found := make([][]byte, len(c.policy.Witnesses))
	var wait sync.WaitGroup
	for i, m := range c.policy.Witnesses {
		wait.Go(func() { found[i] = c.latest(ctx, m) })
	}
	wait.Wait()
	var list [][]byte
	for _, checkpoint := range found {
		if checkpoint != nil {
			list = append(list, checkpoint)
		}
	}
	return list, nil
}

func (c *Client) latest(ctx context.Context, m Member) []byte {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, m.URL+"/"+originHash(c.log.Name())+"/checkpoint", nil)
	if err != nil {
		return nil
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return nil
	}
	defer resp.Body.Close()
	body, err := bounded(resp.Body, maxNote)
	if err != nil || resp.StatusCode != http.StatusOK {
		return nil
	}
	if _, _, err := c.open(body); err != nil {
		return nil
	}
	return body
}
