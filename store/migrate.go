package store

import (
	"context"
	"embed"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"github.com/rogatory/rogatory/fault"
)

// Released migrations never change; a test pins their hashes. There is no way
// back: a backup is the way back.
//
//go:embed migrations
var migrations embed.FS

// migrate brings the database up to this program, and refuses one that is
// ahead of it. Programs that start at once on one PostgreSQL wait for each
// other.
func (s *Store) migrate(ctx context.Context) error {
	files, err := fs.Sub(migrations, "migrations/"+s.dialect.name)
	if err != nil {
		return err
	}
	var options []goose.ProviderOption
	if s.dialect == &postgres {
		locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 120))
		if err != nil {
			return err
		}
		options = append(options, goose.WithSessionLocker(locker))
	}
	provider, err := goose.NewProvider(s.dialect.goose, s.writer, files, options...)
	if err != nil {
		return fmt.Errorf("read the migrations: %w", err)
	}
	if _, err := provider.Up(ctx); err != nil {
		return fmt.Errorf("migrate the database: %w", err)
	}
	current, target, err := provider.GetVersions(ctx)
	if err != nil {
		return fmt.Errorf("migrate the database: %w", err)
	}
	if current > target {
		return fault.Conflictf("", "the database is at version %d and this program knows %d", current, target).
			WithHint("run the newer program that wrote it, or restore a backup made before")
	}
	s.version = current
	return nil
}
