package cli

import (
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/demarc-dev/demarc/internal/app"
	"github.com/demarc-dev/demarc/internal/report"
)

func (s *session) whatif() *cobra.Command {
	var f estateFlags
	var q app.WhatIfRequest
	var words []string
	var plan string
	var full bool
	var checks checkFlags
	var in app.Place
	cmd := &cobra.Command{
		Use:   "whatif [PATH...]",
		Short: "what would become of responsibilities if resources moved",
		Long: `Assesses the estate twice: as it is, and with new resources in place of the old
ones. SELECTOR is a resource, scope, type:TYPE, tag:KEY=VALUE or group:NAME.`,
		Example: "  demarc whatif exports/ --move 'type:onprem/file-server=SharePoint Online'\n" +
			"  demarc whatif exports/ --move vm-sql-01=Microsoft.Sql/managedInstances --format html --out move.html",
		RunE: func(cmd *cobra.Command, args []string) error {
			f.take(args)
			var p *progress
			q.Request, p = s.request(&f)
			q.Place = in
			var err error
			if q.Checks, err = s.checks(&checks); err != nil {
				return err
			}
			if q.Moves, err = moves(words, plan); err != nil {
				return err
			}
			x, err := app.WhatIf(cmd.Context(), q)
			p.done()
			if err != nil {
				return err
			}
			x.Full = full || s.output.format != report.PrintFormats[0]
			return s.write(func(w io.Writer, o report.Options) error { return report.Print(w, s.output.format, x, o) })
		},
	}
	s.outputFlags(cmd, report.PrintFormats[:])
	cmd.Flags().StringArrayVar(&words, "move", nil, "SELECTOR=TARGET; repeat for more")
	cmd.Flags().StringVar(&plan, "plan", "", "file with moves: YAML, JSON, or one JSON object a line")
	cmd.Flags().StringVar(&q.Into, "into", "", "resource group, subscription, site or tenant where the new resources are to be")
	cmd.Flags().BoolVar(&full, "all", false, "show every responsibility in the table, too")
	checks.add(cmd)
	addPlace(cmd, &in)
	f.addDate(cmd)
	f.addRedact(cmd)
	return cmd
}

// moves are those of the flags and of a plan.
func moves(words []string, plan string) ([]app.Move, error) {
	var list []app.Move
	for _, word := range words {
		m, err := app.ParseMove(word)
		if err != nil {
			return nil, err
		}
		list = append(list, m)
	}
	if plan == "" {
		return list, nil
	}
	file, err := os.Open(plan)
	if err != nil {
		return nil, fmt.Errorf("read the plan: %w", err)
	}
	defer func() { _ = file.Close() }()
	more, err := app.ReadMoves(plan, file)
	return append(list, more...), err
}
