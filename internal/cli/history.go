package cli

import (
	"io"

	"github.com/spf13/cobra"

	"github.com/demarc-dev/demarc/internal/app"
	"github.com/demarc-dev/demarc/internal/report"
)

func (s *session) history() *cobra.Command {
	var q app.HistoryRequest
	var f estateFlags
	cmd := &cobra.Command{
		Use:   "history [RESOURCE | RESPONSIBILITY]",
		Short: "how something stood through time",
		Long: `Shows how the estate, a responsibility or a resource stood in the snapshots
that demarc assess --save kept: met, unmet and unknown, and of a resource what
became of it and why.`,
		Example: "  demarc history\n  demarc history identity.mfa-admins\n  demarc history vm-shop-01",
		Args:    usage(cobra.MaximumNArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				q.Of = args[0]
			}
			q.Redact = s.redaction(&f)
			h, err := app.History(cmd.Context(), q)
			if err != nil {
				return err
			}
			return s.write(func(w io.Writer, o report.Options) error { return report.Print(w, s.output.format, h, o) })
		},
	}
	s.outputFlags(cmd, report.PrintFormats[:])
	addPlace(cmd, &q.Place)
	f.addRedact(cmd)
	return cmd
}
