package postgres

import (
	"context"
	"errors"
	"os"
	"testing"

	"github.com/jackc/pgx/v5"
)

func TestServer(t *testing.T) {
	s, err := Start("")
	if errors.Is(err, ErrAbsent) && os.Getenv("CI") != "true" {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := s.Stop(); err != nil {
			t.Error(err)
		}
		if _, err := os.Stat(s.dir); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("after Stop the folder is still there: %v", err)
		}
	}()
	query(t, s, "CREATE TABLE kept (n INT); INSERT INTO kept VALUES (7)")
	for name, end := range map[string]func() error{"stopped": func() error { return nil }, "killed": s.Kill} {
		if err := end(); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if err := s.Restart(); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if got := query(t, s, "SELECT count(*) FROM kept WHERE n = 7"); got != "SELECT 1" {
			t.Errorf("%s: after the restart: %s", name, got)
		}
	}
	if got := query(t, s, "SELECT 1 WHERE current_setting('fsync') = 'on'"); got != "SELECT 1" {
		t.Error("fsync is off: nothing would be proved")
	}
}

func query(t *testing.T, s *Server, text string) string {
	t.Helper()
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, s.URL("office"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	tag, err := conn.Exec(ctx, text)
	if err != nil {
		t.Fatal(err)
	}
	return tag.String()
}
