package house

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// A Staff is somebody of the office, or a machine that acts for them.
type Staff struct {
	Name   string
	cookie *http.Cookie
	token  string
	client *http.Client
}

// signIn uses up the link that the office prints for somebody.
func signIn(ctx context.Context, s *Process, name string) (*Staff, error) {
	for deadline := time.Now().Add(starting); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		for _, line := range s.lines() {
			if _, token, ok := strings.Cut(line, "/login/once/"); ok && strings.HasPrefix(strings.TrimSpace(line), name) {
				return useLink(ctx, s.At, name, strings.TrimSpace(token))
			}
		}
	}
	return nil, fmt.Errorf("the office printed no link for %s: %q", name, s.lines())
}

func useLink(ctx context.Context, at, name, token string) (*Staff, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, at+"/login/once/"+token, nil)
	if err != nil {
		return nil, err
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK || len(answer.Cookies()) == 0 {
		return nil, fmt.Errorf("%s cannot sign in: %s", name, answer.Status)
	}
	return &Staff{Name: name, cookie: answer.Cookies()[0], client: &http.Client{Timeout: patience, Transport: transport()}}, nil
}

// issue makes a token for whoever asks, by which a machine does their intake.
func (u *Staff) issue(ctx context.Context, at string, until time.Time) (*Staff, error) {
	var out struct{ Token string }
	in := map[string]any{"role": "intake", "until": until.UTC()}
	if err := u.must(ctx, at, http.MethodPost, "/v1/tokens", in, &out); err != nil {
		return nil, err
	}
	return &Staff{Name: u.Name, token: out.Token, client: &http.Client{Timeout: patience, Transport: transport()}}, nil
}

// patience bounds the wait for one answer.
const patience = 60 * time.Second

// transport keeps as many connections open as the callers of a tool need.
func transport() *http.Transport {
	return &http.Transport{MaxIdleConns: 256, MaxIdleConnsPerHost: 64, IdleConnTimeout: 20 * time.Second}
}

// Do asks an office for something. An answer of any status is no error.
func (u *Staff) Do(ctx context.Context, at, method, path string, in any) (*Answer, error) {
	var body io.Reader
	if in != nil {
		text, err := json.Marshal(in)
		if err != nil {
			return nil, err
		}
		body = bytes.NewReader(text)
	}
	r, err := http.NewRequestWithContext(ctx, method, at+path, body)
	if err != nil {
		return nil, err
	}
	if in != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if u.cookie != nil {
		r.AddCookie(&http.Cookie{Name: u.cookie.Name, Value: u.cookie.Value})
	} else {
		r.Header.Set("Authorization", "Bearer "+u.token)
	}
	return ask(u.client, r)
}

// Get asks for what has to be answered, and reads it.
func (u *Staff) Get(ctx context.Context, at, path string, out any) error {
	return u.must(ctx, at, http.MethodGet, path, nil, out)
}

// must asks for what has to succeed.
func (u *Staff) must(ctx context.Context, at, method, path string, in, out any) error {
	a, err := u.Do(ctx, at, method, path, in)
	if err != nil {
		return err
	}
	if a.Status/100 != 2 {
		return fmt.Errorf("%s %s by %s: %d: %s", method, path, u.Name, a.Status, a.Body)
	}
	return json.Unmarshal(a.Body, out)
}

// An Answer is what came back.
type Answer struct {
	Status int
	Body   []byte
	Took   time.Duration
}

// most bounds an answer, in bytes.
const most = 4 << 20

func ask(client *http.Client, r *http.Request) (*Answer, error) {
	began := time.Now()
	answer, err := client.Do(r)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(io.LimitReader(answer.Body, most))
	if err != nil {
		return nil, err
	}
	return &Answer{answer.StatusCode, text, time.Since(began)}, nil
}
