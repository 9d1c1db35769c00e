package cli

import (
	"github.com/spf13/cobra"

	"github.com/demarc-dev/demarc/internal/app"
	"github.com/demarc-dev/demarc/internal/report"
)

func (s *session) policyExplain() *cobra.Command {
	var f estateFlags
	var checks checkFlags
	cmd := &cobra.Command{
		Use:   "explain RESOURCE|SCOPE DEFINITION",
		Short: "say how a policy came to its verdict, condition by condition",
		Long: `Works out once more what a policy says of one resource: each condition with
what it expects, where it looks and what is there, what was looked for beside
the resource, and where definition and parameters come from. DEFINITION is a
name, a GUID, an id, a check of Demarc's own, or a part of a display name.`,
		Example: "  demarc policy explain shopdata storage-secure-transfer --estate exports/\n" +
			"  demarc policy explain shopdata \"secure transfer\" --checks azure-policy",
		Args: usage(cobra.ExactArgs(2)),
		RunE: func(cmd *cobra.Command, args []string) error {
			q, p := s.request(&f)
			var err error
			if q.Checks, err = s.checks(&checks); err != nil {
				return err
			}
			x, err := app.ExplainPolicy(cmd.Context(), q, args[0], args[1])
			p.done()
			if err != nil {
				return err
			}
			return s.print(x)
		},
	}
	s.outputFlags(cmd, report.PrintFormats[:])
	f.add(cmd)
	checks.add(cmd)
	return cmd
}
