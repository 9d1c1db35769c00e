package cli

import (
	"github.com/spf13/cobra"

	"github.com/demarc-dev/demarc/internal/app"
	"github.com/demarc-dev/demarc/internal/report"
)

func (s *session) model() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "model",
		Short: "show the published responsibility models",
		Args:  usage(cobra.NoArgs),
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(s.modelList(), s.modelShow(), s.modelCompare())
	return cmd
}

func (s *session) modelList() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "list",
		Short: "list the published models",
		Args:  usage(cobra.NoArgs),
		RunE: func(*cobra.Command, []string) error {
			list, err := app.Models()
			if err != nil {
				return err
			}
			return s.print(list)
		},
	}
	s.outputFlags(cmd, report.PrintFormats[:])
	return cmd
}

func (s *session) modelShow() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "show MODEL",
		Short:   "show one model in full",
		Example: "  demarc model show microsoft-cloud",
		Args:    usage(cobra.ExactArgs(1)),
		RunE: func(_ *cobra.Command, args []string) error {
			m, err := app.Model(args[0])
			if err != nil {
				return err
			}
			return s.print(m)
		},
	}
	s.outputFlags(cmd, report.PrintFormats[:])
	return cmd
}

func (s *session) modelCompare() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "compare [MODEL...]",
		Short:   "name everything on which models disagree, with both sources",
		Example: "  demarc model compare\n  demarc model compare microsoft-cloud directions",
		RunE: func(_ *cobra.Command, args []string) error {
			c, err := app.CompareModels(args)
			if err != nil {
				return err
			}
			return s.print(c)
		},
	}
	s.outputFlags(cmd, report.PrintFormats[:])
	return cmd
}
