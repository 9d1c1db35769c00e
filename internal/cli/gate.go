package cli

import (
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/demarc-dev/demarc/internal/app"
	"github.com/demarc-dev/demarc/internal/report"
)

// gateError says that a change does not pass.
type gateError struct{ *report.Gate }

// Error is the reason.
func (e gateError) Error() string {
	const most = 10
	lines := []string{"the gate is not met (--fail-on " + e.FailOn + "): " + strings.Join(e.Reasons, ", ")}
	n := 0
	for i := range e.Findings {
		if f := &e.Findings[i]; f.Fails {
			if n++; n <= most {
				lines = append(lines, failing(f))
			}
		}
	}
	if n > most {
		lines = append(lines, "and "+report.Number(n-most)+" more")
	}
	return strings.Join(lines, "\n")
}

func failing(f *report.GateFinding) string {
	line := f.Responsibility + " at " + f.Subject
	if place := f.Place(); place != "" {
		line += " (" + place + ")"
	}
	if f.Why != "" {
		line += ": " + f.Why
	}
	return line
}

// Hint says how to go on.
func (e gateError) Hint() string {
	return "mend the change, or accept what is unmet for a time: demarc accept RESPONSIBILITY --scope ... --reason ... --approver ... --expires ..."
}

func (s *session) gate() *cobra.Command {
	var f estateFlags
	var before []string
	var failOn, scope string
	var checks checkFlags
	cmd := &cobra.Command{
		Use:   "gate CHANGE...",
		Short: "judge what a change touches: a Terraform plan, a template, a what-if",
		Long: `Says what a change does to the responsibilities of the resources that it
touches. Ends with 3 when that does not pass.`,
		Example: "  terraform show -json tfplan > plan.json && demarc gate plan.json --estate exports/\n" +
			"  demarc gate main.json main.parameters.json --format sarif --out gate.sarif",
		Args: usage(cobra.MinimumNArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			f.paths = args
			q, p := s.request(&f)
			var err error
			if q.Checks, err = s.checks(&checks); err != nil {
				return err
			}
			g, err := app.Gate(cmd.Context(), app.GateRequest{Request: q, Estate: before, Scope: scope, FailOn: failOn})
			p.done()
			if err != nil {
				return err
			}
			if err := s.write(func(w io.Writer, o report.Options) error { return app.WriteGate(w, s.output.format, g, o) }); err != nil {
				return err
			}
			if !g.Passed {
				return gateError{g}
			}
			return nil
		},
	}
	s.outputFlags(cmd, report.GateFormats[:])
	cmd.Flags().StringArrayVar(&before, "estate", nil, "folder or file with what was there before; repeat for more")
	cmd.Flags().StringVar(&scope, "scope", "", "id of the resource group or subscription that a template is deployed to")
	cmd.Flags().StringVar(&failOn, "fail-on", app.FailOn[0], "one of "+strings.Join(app.FailOn[:], ", "))
	checks.add(cmd)
	f.addDate(cmd)
	f.addRedact(cmd)
	_ = cmd.RegisterFlagCompletionFunc("fail-on", cobra.FixedCompletions(app.FailOn[:], cobra.ShellCompDirectiveNoFileComp))
	return cmd
}
