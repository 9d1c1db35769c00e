package dispatch

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"
)

// prepareLock is the number of the lock under which tables are made.
const prepareLock = 0x64656d61726a6f62

// workerTable has a row for each process that serves. The row shows life as
// long as it is beaten; finishing are the jobs that it is finishing runs for.
const workerTable = `CREATE TABLE IF NOT EXISTS worker (
	id text PRIMARY KEY,
	host text NOT NULL,
	queue text NOT NULL,
	jobs int NOT NULL,
	since timestamptz NOT NULL,
	beat timestamptz NOT NULL,
	finishing bigint[] NOT NULL
)`

// Prepare makes the tables of jobs and workers, or brings them up to date, in the
// schema that the connections of the pool look into first. Any number of
// processes may do it at once, and again. It needs two connections.
func Prepare(ctx context.Context, pool *pgxpool.Pool) error {
	err := pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SELECT pg_advisory_xact_lock($1)", int64(prepareLock)); err != nil {
			return err
		}
		return makeTables(ctx, pool)
	})
	if err != nil {
		return fmt.Errorf("prepare the tables of jobs: %w", err)
	}
	return nil
}

// makeTables makes what is missing. It uses connections of its own, since some
// steps of River must be committed before the next.
func makeTables(ctx context.Context, pool *pgxpool.Pool) error {
	migrator, err := rivermigrate.New(riverpgxv5.New(pool), &rivermigrate.Config{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	if _, err := migrator.Migrate(ctx, rivermigrate.DirectionUp, nil); err != nil {
		return err
	}
	_, err = pool.Exec(ctx, workerTable)
	return err
}
