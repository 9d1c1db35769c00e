package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/demarc-dev/demarc/internal/bench"
	"github.com/demarc-dev/demarc/internal/fleet"
	"github.com/demarc-dev/demarc/internal/report"
)

// seed makes the estate the same on every machine.
const seed = 20260112

// changed is how many rows of a thousand are others on the second day.
const changed = 10

// workspace is where one process keeps its snapshots.
const workspace = "one"

// show does one step after the other.
type show struct {
	out       io.Writer
	folder    string // of the estate, the file and the packs
	resources int
	program   *fleet.Program
	fleet     *fleet.Fleet
	steps     []step
}

// run shows everything, and fails when two hashes differ.
func run(ctx context.Context, resources int) (err error) {
	folder, err := os.MkdirTemp("", "demarc-scale-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	// Packs of the machine's user are none of the show's.
	if err := os.Setenv("DEMARC_PACKS", filepath.Join(folder, "packs")); err != nil {
		return err
	}
	s := &show{out: os.Stdout, folder: folder, resources: resources}
	if err := s.prepare(ctx); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.fleet.Close()) }()
	for _, do := range []func(context.Context) error{s.file, s.server, s.workers, s.kill, s.nextDay} {
		if err := do(ctx); err != nil {
			return err
		}
	}
	fmt.Fprint(s.out, "\n", table(s.steps))
	verdict, err := compare(s.steps)
	fmt.Fprint(s.out, verdict)
	return err
}

// say prints a line of what is done.
func (s *show) say(format string, args ...any) { fmt.Fprintf(s.out, format+"\n", args...) }

// begin prints the title of the next step.
func (s *show) begin(title string) { s.say("\n%d  %s", len(s.steps)+1, title) }

// end prints what a step came to, and keeps it.
func (s *show) end(t step) {
	s.steps = append(s.steps, t)
	s.say("   %s, content %s", seconds(t.took), t.content[:shown])
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.1f s", d.Seconds()) }

// prepare builds the program, makes the estate and starts the server.
func (s *show) prepare(ctx context.Context) error {
	s.say("Building demarc, making an estate of %s resources, starting PostgreSQL", report.Number(s.resources))
	path, err := fleet.Build(ctx, s.folder)
	if err != nil {
		return err
	}
	s.program = &fleet.Program{Path: path, Cores: 1}
	if err := s.write(0); err != nil {
		return err
	}
	if s.fleet, err = fleet.Start(ctx, s.program, fleet.Lasting); err != nil {
		return err
	}
	s.say("Every process of demarc has one core (GOMAXPROCS=1); PostgreSQL takes what it wants")
	return nil
}

func (s *show) estate() string { return filepath.Join(s.folder, "estate.json") }
func (s *show) path() string   { return filepath.Join(s.folder, "demarc.db") }

// write writes the estate, with so many rows of a thousand changed.
func (s *show) write(changed int) (err error) {
	f, err := os.Create(s.estate())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return bench.Write(f, bench.Export{Seed: seed, Rows: s.resources, Changed: changed})
}

// The days as of which the estate is assessed.
const (
	firstDay  = "2026-01-12"
	secondDay = "2026-01-13"
)

// alone has one process assess the estate into a file.
func (s *show) alone(ctx context.Context, name, day string) error {
	cost, err := s.program.Run(ctx, "assess", s.estate(), "--save", "--as-of", day, "--database", s.path(), "--workspace", workspace)
	if err != nil {
		return err
	}
	t := step{name: name, day: day, took: cost.Time}
	if t.content, err = fleet.ContentOf(ctx, s.path(), workspace); err == nil {
		s.end(t)
	}
	return err
}

func (s *show) file(ctx context.Context) error {
	s.begin("One process, with a file")
	s.say("   $ demarc assess estate.json --save")
	return s.alone(ctx, "one process, SQLite", firstDay)
}

func (s *show) server(ctx context.Context) error {
	s.begin("One process, with PostgreSQL")
	s.say("   $ demarc assess estate.json --save --database postgres://...")
	cost, err := s.fleet.Assess(ctx, workspace, s.estate(), "--save", "--as-of", firstDay)
	if err != nil {
		return err
	}
	t := step{name: "one process, PostgreSQL", day: firstDay, took: cost.Time}
	if t.content, err = s.fleet.Content(ctx, workspace); err == nil {
		s.end(t)
	}
	return err
}
