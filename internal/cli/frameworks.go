package cli

import (
	"github.com/spf13/cobra"

	"github.com/demarc-dev/demarc/internal/app"
	"github.com/demarc-dev/demarc/internal/report"
)

func (s *session) frameworks() *cobra.Command {
	var f estateFlags
	var checks checkFlags
	var q app.FrameworksRequest
	cmd := &cobra.Command{
		Use:   "frameworks [ESTATE...]",
		Short: "say per framework and control whose it is and how it stands",
		Long: `Lists frameworks with the number of their controls; with an estate also per
control whose it is, met, unmet, unknown, the provider's, to be attested.`,
		Example: "  demarc frameworks\n  demarc frameworks exports/ --framework nist-800-53/r5 --checks own,azure-policy",
		RunE: func(cmd *cobra.Command, args []string) error {
			f.paths = args
			asked, p := s.request(&f)
			var err error
			if asked.Checks, err = s.checks(&checks); err != nil {
				return err
			}
			q.Request = asked
			list, err := app.Frameworks(cmd.Context(), q)
			p.done()
			if err != nil {
				return err
			}
			return s.printList(list)
		},
	}
	s.outputFlags(cmd, report.FrameworkFormats[:])
	cmd.Flags().StringVar(&q.Framework, "framework", "", "only this framework: nist-800-53, nist-800-53/r5 or its name")
	cmd.Flags().BoolVar(&q.Government, "government", false, "by the initiatives of Azure Government")
	checks.add(cmd)
	f.addDate(cmd)
	f.addRedact(cmd)
	return cmd
}
