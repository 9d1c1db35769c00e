package cli

import (
	"io"

	"github.com/spf13/cobra"

	"github.com/demarc-dev/demarc/internal/app"
	"github.com/demarc-dev/demarc/internal/report"
)

func (s *session) diff() *cobra.Command {
	var f estateFlags
	var checks checkFlags
	var became []string
	var in app.Place
	cmd := &cobra.Command{
		Use:   "diff BEFORE AFTER",
		Short: "say what changed hands between two estates",
		Long: `Says what is different between files, folders or snapshots: resources, parties
of cells, responsibilities, owners. A snapshot is named by its number, a day,
latest or previous; with @ in front where a file has that name.`,
		Example: "  demarc diff exports/2026-10 exports/2026-11\n  demarc diff previous latest --format markdown",
		Args:    usage(cobra.ExactArgs(2)),
		RunE: func(cmd *cobra.Command, args []string) error {
			q, p := s.request(&f)
			q.Place = in
			var err error
			if q.Checks, err = s.checks(&checks); err != nil {
				return err
			}
			d, err := app.Diff(cmd.Context(), app.DiffRequest{Request: q, Before: args[0], After: args[1], Became: became})
			p.done()
			if err != nil {
				return err
			}
			return s.write(func(w io.Writer, o report.Options) error { return report.Print(w, s.output.format, d, o) })
		},
	}
	s.outputFlags(cmd, report.DiffFormats[:])
	cmd.Flags().StringArrayVar(&became, "became", nil, "OLD=NEW by id or name: compare the two as one; repeat for more")
	checks.add(cmd)
	addPlace(cmd, &in)
	f.addDate(cmd)
	f.addRedact(cmd)
	return cmd
}
