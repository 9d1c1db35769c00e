package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/demarc-dev/demarc/internal/app"
	"github.com/demarc-dev/demarc/internal/report"
)

func (s *session) explain() *cobra.Command {
	var f estateFlags
	cmd := &cobra.Command{
		Use:   "explain RESOURCE|SCOPE [AREA|RESPONSIBILITY]",
		Short: "say why it is divided as it is, or why a responsibility is met or not",
		Long: `Says of one resource, by name or id, what it is and who does what about it; of
one responsibility also whether it is met, what decided that, who answers for
it, and what would settle it. It may be asked of a scope or workload, too.`,
		Example: "  demarc explain web01 --estate exports/\n  demarc explain web01 os.patch --estate exports/\n" +
			"  demarc explain tenant identity.mfa-admins --estate exports/",
		Args: usage(cobra.RangeArgs(1, 2)),
		RunE: func(cmd *cobra.Command, args []string) error {
			q, p := s.request(&f)
			x, err := explanation(cmd.Context(), q, args)
			p.done()
			if err != nil {
				return err
			}
			return s.print(x)
		},
	}
	s.outputFlags(cmd, report.PrintFormats[:])
	f.add(cmd)
	f.addRedact(cmd)
	return cmd
}

// explanation asks for what the words mean: all areas, one, or a
// responsibility.
func explanation(ctx context.Context, q app.Request, args []string) (report.Printable, error) {
	switch {
	case len(args) == 1:
		return app.Explain(ctx, q, args[0], "")
	case app.IsResponsibility(args[1]):
		return app.ExplainVerdict(ctx, q, args[0], args[1])
	}
	return app.Explain(ctx, q, args[0], args[1])
}
