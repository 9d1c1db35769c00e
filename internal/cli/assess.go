package cli

import (
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/app"
	"github.com/demarc-dev/demarc/internal/report"
)

// estateFlags are the flags of commands that assess an estate first.
type estateFlags struct {
	paths  []string
	asOf   string
	redact bool
}

func (f *estateFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringArrayVar(&f.paths, "estate", []string{"."}, "folder or file to read; repeat for more")
	f.addDate(cmd)
}

func (f *estateFlags) addDate(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.asOf, "as-of", "", "assess as of the end of this day in UTC, YYYY-MM-DD")
}

// addRedact is for commands whose result is shown to others.
func (f *estateFlags) addRedact(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&f.redact, "redact", false, "replace names by stable pseudonyms; DEMARC_REDACT_KEY keys them")
}

// request makes the question for the use cases.
func (s *session) request(f *estateFlags) (app.Request, *progress) {
	p := s.newProgress()
	return app.Request{Paths: f.paths, Stdin: s.stdin, AsOf: f.asOf, Today: time.Now(), Progress: p.report,
		Redact: s.redaction(f)}, p
}

// redaction says whether names are hidden, and by which key.
func (s *session) redaction(f *estateFlags) app.Redaction {
	return app.Redaction{On: f.redact, Secret: s.getenv("DEMARC_REDACT_KEY")}
}

func (s *session) assess() *cobra.Command {
	var f estateFlags
	var allNotes, ai bool
	var by string
	var checks checkFlags
	var save saveFlags
	cmd := &cobra.Command{
		Use:   "assess PATH...",
		Short: "say for every resource who is responsible for what",
		Long: `Reads exports (files or folders, "-" for standard input), says for every
resource who is responsible for what, and draws the responsibility matrix.`,
		Example: "  demarc assess exports/ --format html --out estate.html",
		Args:    usage(cobra.MinimumNArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			f.paths = args
			q, p := s.request(&f)
			var err error
			if q.GroupBy, err = grouping(by, ai); err != nil {
				return err
			}
			if q.Checks, err = s.checks(&checks); err != nil {
				return err
			}
			if err := save.check(cmd, args); err != nil {
				return err
			}
			if save.dispatch {
				defer p.done()
				return s.dispatch(cmd.Context(), q, &save)
			}
			a, err := s.assessOrSave(cmd.Context(), q, &save)
			p.done()
			if err != nil {
				return err
			}
			if f.redact {
				args = []string{hiddenPath}
			}
			return s.writeAssessment(a, allNotes, args)
		},
	}
	s.outputFlags(cmd, app.ReportNames())
	cmd.Flags().BoolVar(&allNotes, "notes", false, "show every note, not one line per kind")
	cmd.Flags().StringVar(&by, "by", "", "summary per group: workload, subscription, owner or location")
	cmd.Flags().BoolVar(&ai, "ai", false, "show the AI matrix of every AI system")
	checks.add(cmd)
	save.add(cmd)
	f.addDate(cmd)
	f.addRedact(cmd)
	return cmd
}

// checkFlags are the flags of commands that compute checks.
type checkFlags struct{ words, policies []string }

func (f *checkFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringSliceVar(&f.words, "checks", []string{"own"}, "own checks, none, or packs by name, separated by commas")
	cmd.Flags().StringArrayVar(&f.policies, "policies", nil, "folder or archive with policy definitions of your own; repeat for more")
}

// checks reads the flags.
func (s *session) checks(f *checkFlags) (app.Checks, error) {
	c, err := app.ParseChecks(f.words)
	if err != nil {
		return c, err
	}
	c.Policies = f.policies
	c.Folder, err = s.packFolder()
	if err != nil && len(c.Packs) == 0 {
		c.Folder, err = "", nil // without a home there are no packs
	}
	return c, err
}

// hiddenPath stands for the paths of an estate whose names are hidden.
const hiddenPath = "ESTATE"

// grouping reads the two flags that ask for groups.
func grouping(by string, ai bool) (demarc.Grouping, error) {
	switch {
	case ai && by != "":
		return demarc.Ungrouped, usageError{errors.New("--ai and --by do not go together")}
	case ai:
		return demarc.ByAISystem, nil
	}
	g, err := demarc.ParseGrouping(by)
	if err != nil {
		return demarc.Ungrouped, usageError{err}
	}
	return g, nil
}

func (s *session) writeAssessment(a *demarc.Assessment, allNotes bool, paths []string) error {
	s.warn(a)
	return s.write(func(w io.Writer, o report.Options) error {
		o.AllNotes, o.Paths = allNotes, paths
		return app.WriteReport(w, s.output.format, a, o)
	})
}

func (s *session) resources() *cobra.Command {
	var f estateFlags
	var keep app.Filter
	cmd := &cobra.Command{
		Use:     "resources",
		Short:   "list the resources with service model and role",
		Example: "  demarc resources --estate exports/ --role workload --model iaas",
		Args:    usage(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			wanted, err := keep.Compile()
			if err != nil {
				return usageError{err}
			}
			q, p := s.request(&f)
			a, err := app.Assess(cmd.Context(), q)
			p.done()
			if err != nil {
				return err
			}
			return s.write(func(w io.Writer, o report.Options) error {
				return report.PrintResources(w, s.output.format, report.Resources(a, wanted), o)
			})
		},
	}
	s.outputFlags(cmd, report.ResourceFormats[:])
	f.add(cmd)
	f.addRedact(cmd)
	cmd.Flags().StringVar(&keep.Role, "role", "", "only this role: workload, part, configuration, ...")
	cmd.Flags().StringVar(&keep.Model, "model", "", "only this service model: on-premises, iaas, paas, saas, unknown")
	cmd.Flags().StringVar(&keep.Type, "type", "", "only this type")
	return cmd
}

// print writes a document in the asked format.
func (s *session) print(p report.Printable) error {
	return s.write(func(w io.Writer, o report.Options) error {
		return report.Print(w, s.output.format, p, o)
	})
}

// warn says on the error output that the estate is incomplete, where the
// result goes to a program or a file and nobody would see it there.
func (s *session) warn(a *demarc.Assessment) {
	const most = 3
	if s.output.format == "table" && s.output.path == "" {
		return
	}
	for _, i := range a.Estate.Incomplete[:min(len(a.Estate.Incomplete), most)] {
		fmt.Fprintln(s.stderr, "demarc: warning: incomplete: "+report.Visible(i.Place.String()+": "+i.Message))
	}
	if more := len(a.Estate.Incomplete) - most; more > 0 {
		fmt.Fprintf(s.stderr, "demarc: warning: and %d more\n", more)
	}
}
