package cli

import (
	"errors"
	"io"

	"github.com/spf13/cobra"

	"github.com/demarc-dev/demarc/internal/app"
	"github.com/demarc-dev/demarc/internal/report"
)

func (s *session) policyAgree() *cobra.Command {
	var f estateFlags
	var checks checkFlags
	var q app.AgreeRequest
	cmd := &cobra.Command{
		Use:   "agree --states FILE [ESTATE...]",
		Short: "compare the verdicts of checks with Azure's own compliance states",
		Long: `Compares, definition by definition and resource by resource, what checks
computed here say with the compliance states that Azure Policy gave.`,
		Example: "  az policy state list --all -o json > states.json\n  demarc policy agree --states states.json exports/",
		RunE: func(cmd *cobra.Command, args []string) error {
			if q.States == "" {
				return usageError{errors.New("--states is missing: the file of compliance states")}
			}
			f.take(args)
			asked, p := s.request(&f)
			var err error
			if asked.Checks, err = s.checks(&checks); err != nil {
				return err
			}
			q.Request = asked
			agreement, err := app.Agree(cmd.Context(), q)
			p.done()
			if err != nil {
				return err
			}
			return s.write(func(w io.Writer, o report.Options) error {
				return report.PrintAgreement(w, s.output.format, agreement, o)
			})
		},
	}
	s.outputFlags(cmd, report.AgreementFormats[:])
	cmd.Flags().StringVar(&q.States, "states", "", "file of compliance states")
	checks.add(cmd)
	f.addDate(cmd)
	f.addRedact(cmd)
	return cmd
}
