package cli

import (
	"github.com/spf13/cobra"

	"github.com/demarc-dev/demarc/internal/app"
	"github.com/demarc-dev/demarc/internal/report"
)

func (s *session) attest() *cobra.Command {
	var f estateFlags
	var a app.Attestation
	cmd := &cobra.Command{
		Use:     "attest RESPONSIBILITY --scope SCOPE --by NAME --statement TEXT",
		Short:   "write down that a person looked and it is so",
		Long:    "Appends to statements/attestations.yaml in the estate and says what it changed.",
		Example: "  demarc attest physical.site-access --scope Headquarters --by Facilities --statement 'All doors have readers'",
		Args:    usage(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			a.Responsibility = args[0]
			q, p := s.request(&f)
			r, err := app.Attest(cmd.Context(), q, a)
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
	flags.StringVar(&a.Scope, "scope", "", "a resource, scope or workload by name or id, or organisation")
	flags.StringVar(&a.By, "by", "", "who answers for it")
	flags.StringVar(&a.Statement, "statement", "", "what was seen, in a sentence")
	flags.StringVar(&a.Outcome, "outcome", "pass", "pass, fail or not-applicable")
	flags.StringVar(&a.Observed, "observed", "", "day on which somebody looked, today if not said")
	flags.StringVar(&a.Expires, "expires", "", "last day on which it counts")
	flags.StringVar(&a.Evidence, "evidence", "", "where what proves it lies")
	return cmd
}

func (s *session) accept() *cobra.Command {
	var f estateFlags
	var a app.Acceptance
	cmd := &cobra.Command{
		Use:     "accept RESPONSIBILITY --scope SCOPE --reason TEXT --approver NAME --expires DAY",
		Short:   "write down that something unmet is accepted for a while",
		Long:    "Appends to statements/exceptions.yaml in the estate. It stays unmet, marked as accepted\nuntil the day given. Its owner cannot approve it.",
		Example: "  demarc accept os.patch --scope vm-01 --reason 'The line stops in December' --approver 'Plant manager' --expires 2027-01-15",
		Args:    usage(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			a.Responsibility = args[0]
			q, p := s.request(&f)
			r, err := app.Accept(cmd.Context(), q, a)
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
	flags.StringVar(&a.Scope, "scope", "", "a resource, scope or workload by name or id, or organisation")
	flags.StringVar(&a.Reason, "reason", "", "why it is accepted")
	flags.StringVar(&a.Approver, "approver", "", "who approves it, not its owner")
	flags.StringVar(&a.Owner, "owner", "", "who bears the risk meanwhile")
	flags.StringVar(&a.Expires, "expires", "", "last day on which it is accepted")
	return cmd
}
