package cli

import (
	"github.com/spf13/cobra"

	"github.com/demarc-dev/demarc/internal/app"
	"github.com/demarc-dev/demarc/internal/report"
)

func (s *session) assurance() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "assurance",
		Short: "keep the reports and certificates of providers",
		Args:  usage(cobra.NoArgs),
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(s.assuranceAdd(), s.assuranceList())
	return cmd
}

func (s *session) assuranceAdd() *cobra.Command {
	var f estateFlags
	var a app.Assurance
	cmd := &cobra.Command{
		Use:   "add --party PARTY --kind KIND --services TYPES --expires DAY",
		Short: "write down a report or certificate on file",
		Long:  "Appends to statements/assurances.yaml in the estate.",
		Args:  usage(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			q, p := s.request(&f)
			r, err := app.AddAssurance(cmd.Context(), q, a)
			p.done()
			if err != nil {
				return err
			}
			return s.print(r)
		},
	}
	s.outputFlags(cmd, report.PrintFormats[:])
	f.add(cmd)
	s.addBook(cmd, &a.Book)
	flags := cmd.Flags()
	flags.StringVar(&a.ID, "id", "", "a short name of your own")
	flags.StringVar(&a.Party, "party", "", "whose half it is about, such as microsoft")
	flags.StringVar(&a.Kind, "kind", "", "such as 'SOC 2 Type 2'")
	flags.StringVar(&a.Cloud, "cloud", "", "the cloud run whose services it lists")
	flags.StringSliceVar(&a.Services, "services", nil, "types that it lists; a trailing * stands for any rest")
	flags.StringVar(&a.From, "from", "", "first day of its period")
	flags.StringVar(&a.Until, "until", "", "last day of its period")
	flags.StringVar(&a.Expires, "expires", "", "last day on which you rely on it, the end of its period if not said")
	flags.StringVar(&a.Document, "document", "", "where the document lies")
	return cmd
}

func (s *session) assuranceList() *cobra.Command {
	var f estateFlags
	cmd := &cobra.Command{
		Use:   "list",
		Short: "list what is on file, until when it holds and what it covers",
		Args:  usage(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			q, p := s.request(&f)
			list, err := app.Assurances(cmd.Context(), q)
			p.done()
			if err != nil {
				return err
			}
			return s.printList(list)
		},
	}
	s.outputFlags(cmd, report.ListFormats[:])
	f.add(cmd)
	f.addRedact(cmd)
	return cmd
}
