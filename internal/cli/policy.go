package cli

import (
	"io"

	"github.com/spf13/cobra"

	"github.com/demarc-dev/demarc/internal/app"
	"github.com/demarc-dev/demarc/internal/report"
)

func (s *session) policy() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "policy",
		Short: "work with policy definitions in Azure's language",
		Args:  usage(cobra.NoArgs),
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(s.policyCompile(), s.policyTest(), s.policyExplain(), s.policyAgree())
	return cmd
}

// refused says how many definitions do not compile.
type refused int

// Error counts them; the result says which.
func (n refused) Error() string { return "definitions that do not compile: " + report.Number(int(n)) }

func (s *session) policyCompile() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "compile PATH...",
		Short: "say which definitions compile, and why others do not",
		Long: `Reads definitions from folders, files and archives: Azure's own JSON,
Enterprise Policy as Code, the landing zone library, built Bicep, Terraform.`,
		Example: "  demarc policy compile azure-policy/\n  demarc policy compile policies.zip infra/",
		Args:    usage(cobra.MinimumNArgs(1)),
		RunE: func(_ *cobra.Command, args []string) error {
			c, err := app.CompilePolicies(args)
			if err != nil {
				return err
			}
			if err := s.write(func(w io.Writer, o report.Options) error { return report.PrintCompiled(w, s.output.format, c, o) }); err != nil {
				return err
			}
			if n := len(c.Refusals); n > 0 {
				return refused(n)
			}
			return nil
		},
	}
	s.outputFlags(cmd, report.CompiledFormats[:])
	return cmd
}
