package cli

import (
	"github.com/spf13/cobra"

	"github.com/demarc-dev/demarc/internal/app"
	"github.com/demarc-dev/demarc/internal/report"
)

func (s *session) posture() *cobra.Command {
	var f estateFlags
	cmd := &cobra.Command{
		Use:   "posture [PATH...]",
		Short: "say how own rooms stand in what is often unmet, and what a cloud would take over",
		Long: `Says of what stands on own premises how it is in the five things that are
often unmet there (updates, rooms, networks, old hardware, backups), which
systems lost their support, and what each would hand over in a cloud.`,
		Example: "  demarc posture exports/\n  demarc posture exports/ --format csv",
		RunE: func(cmd *cobra.Command, args []string) error {
			f.take(args)
			q, p := s.request(&f)
			x, err := app.Posture(cmd.Context(), q)
			p.done()
			if err != nil {
				return err
			}
			return s.printList(x)
		},
	}
	s.outputFlags(cmd, report.ListFormats[:])
	f.addDate(cmd)
	f.addRedact(cmd)
	return cmd
}
