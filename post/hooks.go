package post

import (
	"bytes"
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/rogatory/rogatory/fault"
)

const (
	hookPatience   = 10 * time.Second // for all of it: name, connection, answer
	longestHook    = 2048             // bytes of an address
	longestNews    = 256 << 10        // bytes of a body
	longestReturns = 16 << 10         // bytes of the header of an answer; its body is not read
)

// Hooks tells others by webhook that there is news for them. It may be used by
// several goroutines at once.
type Hooks struct {
	sign      func(*http.Request, []byte) error
	reach     Reach
	dialer    net.Dialer
	transport *http.Transport
	patience  time.Duration
}

// NewHooks makes webhooks signed by sign, which is given the request and its
// body when all else of the request is set.
func NewHooks(sign func(r *http.Request, body []byte) error, reach Reach) *Hooks {
	h := &Hooks{sign: sign, reach: reach, patience: hookPatience}
	h.dialer.Control = reach.control
	h.transport = &http.Transport{
		Proxy:                  nil, // a proxy would dial for us, whatever the environment names
		DialContext:            h.dialer.DialContext,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12},
		DisableKeepAlives:      true, // each message dials, so each address is looked at
		DisableCompression:     true,
		MaxResponseHeaderBytes: longestReturns,
	}
	return h
}

// Send posts JSON to an address. The ID is the same however often the news is
// sent, and goes along as Idempotency-Key. It is a fault.Invalid if the address
// may not be told, or says itself that it is gone (404, 410); any other error
// may pass. Errors name the host and not the rest of the address, which may be
// secret.
func (h *Hooks) Send(ctx context.Context, address, id string, body []byte) error {
	at, err := h.parse(address)
	if err != nil {
		return err
	}
	if id == "" || len(id) > 255 || !printable(id) {
		return fault.Invalidf("id", "news have an ID of 1 to 255 characters in ASCII")
	}
	if len(body) > longestNews {
		return fault.Invalidf("body", "is longer than %d KiB", longestNews>>10)
	}
	ctx, cancel := context.WithTimeout(ctx, h.patience)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, at.String(), bytes.NewReader(body))
	if err != nil {
		return fault.Invalidf("hook", "is no web address")
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Idempotency-Key", id)
	r.Header.Set("User-Agent", "Rogatory")
	if err := h.sign(r, body); err != nil {
		return fmt.Errorf("sign news for %s: %w", at.Host, err)
	}
	// A transport follows no redirect and keeps no cookie; a client might.
	answer, err := h.transport.RoundTrip(r)
	if err != nil {
		return fmt.Errorf("tell %s: %w", at.Host, err)
	}
	answer.Body.Close()
	switch {
	case answer.StatusCode >= 200 && answer.StatusCode <= 299:
		return nil
	case answer.StatusCode == http.StatusNotFound || answer.StatusCode == http.StatusGone:
		return fault.Invalidf(at.Host, "nobody is told there any more: it answered %d", answer.StatusCode)
	}
	return fmt.Errorf("tell %s: it answered %d", at.Host, answer.StatusCode)
}

// parse refuses an address that is wrong whatever its name resolves to.
func (h *Hooks) parse(address string) (*url.URL, error) {
	const where = "hook"
	at, err := url.Parse(address)
	if err != nil || len(address) > longestHook {
		return nil, fault.Invalidf(where, "is no web address").WithHint("write it like https://example.org/rogatory")
	}
	if at.User != nil {
		return nil, fault.Invalidf(where, "has a user in its address").WithHint("our signature says who tells")
	}
	if at.Fragment != "" {
		return nil, fault.Invalidf(where, "has a fragment, which is never sent")
	}
	ip, err := netip.ParseAddr(at.Hostname())
	if err != nil {
		if err := checkDomain(where, at.Hostname()); err != nil {
			return nil, err
		}
	} else if !h.reach.allows(ip) {
		return nil, fault.Invalidf(where, "%s is not of the public internet", ip)
	}
	// This machine got so far in a rehearsal only.
	if at.Scheme != "https" && (at.Scheme != "http" || !ip.IsLoopback()) {
		return nil, fault.Invalidf(where, "is not https")
	}
	return at, checkPort(where, at)
}

func checkPort(where string, at *url.URL) error {
	if at.Scheme == "https" && at.Port() == "" && !strings.HasSuffix(at.Host, ":") {
		return nil
	}
	port, err := strconv.ParseUint(at.Port(), 10, 16)
	if err != nil || !portAllowed(uint16(port)) {
		return fault.Invalidf(where, "is on a port that is closed to webhooks").WithHint("use 443, or one above 1024")
	}
	return nil
}
