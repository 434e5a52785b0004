package keyring

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rogatory/rogatory/fault"
)

// playService is a key service as the command line of one would be: the test
// binary started again, with an office key file standing for the module.
func playService(role string, args []string) error {
	var q struct {
		Op            string
		Context, Data []byte
	}
	if err := json.NewDecoder(os.Stdin).Decode(&q); err != nil {
		return err
	}
	switch role {
	case "fails":
		return errors.New("the module is locked; it got " + strings.Repeat("x", 2*externalWords))
	case "repeats":
		return errors.New("cannot wrap " + base64.StdEncoding.EncodeToString(q.Data))
	case "hangs":
		time.Sleep(time.Minute)
	case "leaves a child":
		return exec.Command("/bin/sh", "-c", "sleep 60 & sleep 60").Run()
	case "floods":
		fmt.Print(strings.Repeat("a", 2*externalAnswer))
		return nil
	case "prints":
		fmt.Print(args[0])
		return nil
	}
	o, err := OpenFile(args[0])
	if err != nil {
		return err
	}
	if role == "ignores contexts" {
		q.Context = nil
	}
	var data []byte
	switch q.Op {
	case "wrap":
		data, err = o.Wrap(context.Background(), q.Data, q.Context)
	case "unwrap":
		data, err = o.Unwrap(context.Background(), q.Data, q.Context)
	default:
		err = fmt.Errorf("no such thing as %q", q.Op)
	}
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(map[string][]byte{"data": data})
}

// service gives an external office key that plays a role.
func service(t *testing.T, role string, args ...string) *External {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	command := append([]string{"/usr/bin/env", "GORACE=atexit_sleep_ms=0", "KEYRING_TEST_ROLE=" + role, self}, args...)
	return &External{Name: "hsm:office-1", Command: command}
}

func module(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "module.key")
	if _, err := NewFile(path); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestExternalOfficeKey(t *testing.T) {
	eachEngine(t, func(t *testing.T, where string) {
		office := service(t, "serves", module(t))
		r := open(t, where, office)
		keys := make(map[string][32]byte)
		for range 3 {
			id, key := fresh(t, r)
			keys[id] = key
		}
		shut(t, r)
		r = open(t, where, office)
		var all sync.WaitGroup
		for id, key := range keys {
			all.Go(func() {
				if got, err := r.Key(t.Context(), id); err != nil || got != key {
					t.Errorf("key %s: same %t, %v", id, got == key, err)
				}
			})
		}
		all.Wait()
		next := newOffice(t)
		if n, err := r.Rotate(t.Context(), office, next); n < 4 || err != nil {
			t.Errorf("%d keys moved from a service to a file, %v", n, err)
		}
		wantKeys(t, open(t, where, next), keys)
	})
}

func TestExternalOfficeKeyIsBoundToItsContext(t *testing.T) {
	for _, role := range []string{"serves", "ignores contexts"} {
		office := service(t, role, module(t))
		sealed, err := office.Wrap(t.Context(), []byte("a key"), []byte("here"))
		if err != nil {
			t.Fatal(err)
		}
		plain, err := office.Unwrap(t.Context(), sealed, []byte("here"))
		if err != nil || string(plain) != "a key" {
			t.Errorf("%s: unwrapped %q, %v", role, plain, err)
		}
		if _, err := office.Unwrap(t.Context(), sealed, []byte("there")); err == nil {
			t.Errorf("%s: unwrapped in another context", role)
		}
	}
}

func TestExternalOfficeKeysThatFail(t *testing.T) {
	for _, c := range []struct {
		name   string
		office *External
		says   string
	}{
		{"fails", service(t, "fails"), "exit status 1, saying \"the module is locked"},
		{"repeats what it was given", service(t, "repeats"), "[withheld]"},
		{"hangs", service(t, "hangs"), "no answer within 1s"},
		{"leaves a child that holds its output", service(t, "leaves a child"), "no answer within 1s"},
		{"floods", service(t, "floods"), "longer than"},
		{"answers nothing", service(t, "prints", ""), "one JSON object"},
		{"answers without data", service(t, "prints", `{}`), "one JSON object"},
		{"answers with more than data", service(t, "prints", `{"data":"AAAA","note":"secret"}`), "one JSON object"},
		{"answers twice", service(t, "prints", `{"data":"AAAA"}{"data":"AAAA"}`), "more after"},
		{"answers no base64", service(t, "prints", `{"data":"secret?"}`), "one JSON object"},
		{"is not there", &External{Name: "hsm:office-1", Command: []string{"/nowhere/kms"}}, "/nowhere/kms"},
		{"was not configured", &External{Name: "hsm:office-1"}, "no command"},
	} {
		c.office.Timeout = 10 * time.Second
		if strings.Contains(c.says, "1s") {
			c.office.Timeout = time.Second
		}
		_, err := c.office.Wrap(t.Context(), make([]byte, 32), []byte("here"))
		if err == nil || !strings.Contains(err.Error(), c.says) || !strings.Contains(err.Error(), "hsm:office-1") {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if len(err.Error()) > 2*externalWords || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: says too much: %v", c.name, err)
		}
	}
}

func TestExternalAnswerTooShortToBeBound(t *testing.T) {
	office := service(t, "prints", `{"data":"AAAA"}`)
	if _, err := office.Unwrap(t.Context(), []byte("sealed"), []byte("here")); fault.KindOf(err) != fault.Invalid {
		t.Errorf("%v", err)
	}
}

func TestExternalOfficeKeyIsLoggedByItsName(t *testing.T) {
	office := &External{Name: "hsm:office-1", Command: []string{"kms", "--token=secret"}}
	var b strings.Builder
	slog.New(slog.NewTextHandler(&b, nil)).Info("keys", "office", office)
	if !strings.Contains(b.String(), "office=hsm:office-1") || strings.Contains(b.String(), "secret") {
		t.Error(b.String())
	}
}

func TestCallerOfAnExternalOfficeKeyLeaves(t *testing.T) {
	office := service(t, "hangs")
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if _, err := office.Wrap(ctx, []byte("a key"), nil); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v", err)
	}
}

func FuzzExternalAnswer(f *testing.F) {
	f.Add([]byte(`{"data":"AAAA"}`))
	f.Add([]byte(`{"data":""} `))
	f.Fuzz(func(t *testing.T, answer []byte) {
		if data, err := readAnswer(answer); err == nil && len(data) == 0 {
			t.Error("nothing was accepted as an answer")
		}
	})
}
