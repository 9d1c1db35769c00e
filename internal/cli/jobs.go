package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/demarc-dev/demarc/internal/app"
	"github.com/demarc-dev/demarc/internal/report"
)

func (s *session) worker() *cobra.Command {
	var q app.WorkRequest
	cmd := &cobra.Command{
		Use:   "worker",
		Short: "work on assessments that were handed over through a database",
		Long: `Takes the shards of runs from a PostgreSQL database until it is told to end.
Start as many as you like, on as many hosts: demarc assess --dispatch hands an
assessment over, demarc jobs shows how far it is. A worker that dies is replaced
within a minute.`,
		Example: "  demarc worker --database postgres://demarc@db.example.com/demarc",
		Args:    usage(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			q.Log = slog.New(slog.NewTextHandler(s.stderr, nil))
			return app.Work(cmd.Context(), q)
		},
	}
	cmd.Flags().StringVar(&q.Place.Database, "database", "", "server of the snapshots, postgres://USER@HOST/NAME")
	cmd.Flags().IntVar(&q.Jobs, "jobs", 0, "jobs at the same time, 0 for one a processor")
	return cmd
}

func (s *session) jobs() *cobra.Command {
	var in app.Place
	cmd := &cobra.Command{
		Use:   "jobs",
		Short: "show how far assessments are that workers do",
		Args:  usage(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			list, err := app.Runs(cmd.Context(), in)
			if err != nil {
				return err
			}
			return s.printList(list)
		},
	}
	s.outputFlags(cmd, report.ListFormats[:])
	addPlace(cmd, &in)
	cmd.AddCommand(s.jobsCommand("retry RUN", "try what failed of a run again", app.RetryRun), s.jobsCommand("cancel RUN", "give a run up", app.CancelRun))
	return cmd
}

// jobsCommand is a command that changes one run.
func (s *session) jobsCommand(use, short string, change func(context.Context, app.Place, int64) (*report.RunLine, error)) *cobra.Command {
	var in app.Place
	cmd := &cobra.Command{
		Use:   use,
		Short: short,
		Args:  usage(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			number, err := strconv.ParseInt(args[0], 10, 64)
			if err != nil || number < 1 {
				return usageError{fmt.Errorf("%q is no number of a run", args[0])}
			}
			line, err := change(cmd.Context(), in, number)
			if err != nil {
				return err
			}
			return s.print(&report.RunDone{RunLine: *line, Next: []string{}})
		},
	}
	s.outputFlags(cmd, report.PrintFormats[:])
	addPlace(cmd, &in)
	return cmd
}

// dispatch hands an assessment over, waits for it, and says what became of it.
func (s *session) dispatch(ctx context.Context, q app.Request, f *saveFlags) error {
	line, err := app.HandOver(ctx, q, f.Place, s.actor())
	if err != nil {
		return err
	}
	fmt.Fprintf(s.stderr, "handed over as run %d of %s: %s in %s, %d of them unchanged\n", line.Number, line.Workspace,
		report.Plural(line.Resources, "resource"), report.Plural(line.Shards, "shard"), line.Skipped)
	p := s.newRunProgress()
	alone := sync.OnceFunc(func() {
		fmt.Fprintln(s.stderr, "no worker of this program is running: start one with demarc worker --database ...")
	})
	done, err := app.Await(ctx, f.Place, line, func(r *report.RunLine) {
		if r.Workers == 0 {
			alone()
		}
		p.report(r)
	})
	p.done()
	switch {
	case errors.Is(err, context.Canceled):
		return fmt.Errorf("nobody waits any more, and run %d goes on: demarc jobs shows how far it is", line.Number)
	case err != nil:
		return err
	}
	if err := s.print(done); err != nil {
		return err
	}
	if done.Snapshot == 0 {
		return fmt.Errorf("run %d of %s is %s", done.Number, done.Workspace, done.State)
	}
	return nil
}

// runProgress draws one line that says how far a run is.
type runProgress struct{ *progress }

func (s *session) newRunProgress() runProgress { return runProgress{s.newProgress()} }

// report takes how a run stands.
func (p runProgress) report(r *report.RunLine) {
	if p.progress == nil || time.Since(p.started) < time.Second {
		return
	}
	p.shown = true
	text := fmt.Sprintf("%s: %d of %d shards", r.State, r.Done, r.Shards)
	fmt.Fprint(p.w, "\r"+text+strings.Repeat(" ", max(p.width-1-len(text), 0)))
}
