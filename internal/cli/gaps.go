package cli

import (
	"io"

	"github.com/spf13/cobra"

	"github.com/demarc-dev/demarc/internal/app"
	"github.com/demarc-dev/demarc/internal/report"
)

func (s *session) gaps() *cobra.Command {
	var f estateFlags
	cmd := &cobra.Command{
		Use:   "gaps [PATH...]",
		Short: "list what nobody took, what two took, and what nobody answers for",
		Long: `Lists halves that nobody took, delegations that ended or overlap, access that
no delegation explains, and what is unmet without an owner by name.`,
		Example: "  demarc gaps exports/\n  demarc gaps exports/ --format csv --out gaps.csv",
		RunE: func(cmd *cobra.Command, args []string) error {
			f.take(args)
			q, p := s.request(&f)
			list, err := app.Gaps(cmd.Context(), q)
			p.done()
			if err != nil {
				return err
			}
			return s.printList(list)
		},
	}
	s.outputFlags(cmd, report.ListFormats[:])
	f.addDate(cmd)
	f.addRedact(cmd)
	return cmd
}

// take keeps paths; none is the folder where the program runs.
func (f *estateFlags) take(paths []string) {
	f.paths = paths
	if len(paths) == 0 {
		f.paths = []string{"."}
	}
}

// printList writes a list in the asked format.
func (s *session) printList(l report.Listable) error {
	return s.write(func(w io.Writer, o report.Options) error {
		return report.PrintList(w, s.output.format, l, o)
	})
}
