package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/app"
	"github.com/demarc-dev/demarc/internal/report"
)

// saveFlags say whether and where an assessment is kept.
type saveFlags struct {
	save     bool
	dispatch bool
	app.Place
}

func (f *saveFlags) add(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&f.save, "save", false, "keep the result as a snapshot, for diff and history")
	cmd.Flags().BoolVar(&f.dispatch, "dispatch", false, "let demarc worker processes do it, and keep the result")
	addPlace(cmd, &f.Place)
}

// addPlace adds the flags of commands that use the store.
func addPlace(cmd *cobra.Command, p *app.Place) {
	cmd.Flags().StringVar(&p.Database, "database", "", "file or postgres:// server of the snapshots (default demarc.db)")
	cmd.Flags().StringVar(&p.Workspace, "workspace", "", "whose snapshots, for who keeps several estates apart")
}

// check refuses to be told where to keep what is not kept.
func (f *saveFlags) check(cmd *cobra.Command, paths []string) error {
	if f.dispatch && !slices.Contains(report.PrintFormats[:], cmd.Flag("format").Value.String()) {
		return usageError{fmt.Errorf("--dispatch says what was kept, as %s: show it afterwards with demarc assess @latest", strings.Join(report.PrintFormats[:], " or "))}
	}
	if !f.save && !f.dispatch && !app.NamesSnapshot(paths) && (cmd.Flags().Changed("database") || cmd.Flags().Changed("workspace")) {
		return usageError{errors.New("--database and --workspace say where --save keeps the result, or where a snapshot is: add --save")}
	}
	return nil
}

// assessOrSave assesses, and says where the result was kept.
func (s *session) assessOrSave(ctx context.Context, q app.Request, f *saveFlags) (*demarc.Assessment, error) {
	q.Place = f.Place
	if !f.save {
		return app.Assess(ctx, q)
	}
	a, saved, err := app.Save(ctx, q, f.Place, s.actor())
	if err != nil {
		return nil, err
	}
	fmt.Fprintf(s.stderr, "saved as snapshot %d of %s in %s\n", saved.Number, saved.Workspace, saved.Database)
	return a, nil
}
