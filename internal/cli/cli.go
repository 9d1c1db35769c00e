// Package cli is the command line: it parses words and flags, calls the use
// cases of internal/app and prints what they return. It decides nothing.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/demarc-dev/demarc/internal/app"
	"github.com/demarc-dev/demarc/internal/report"
)

// Exit codes of the program.
const (
	exitDone   = 0
	exitFailed = 1
	exitUsage  = 2
	exitGate   = 3
)

// first is what bare `demarc` says: what to do first, in ten lines.
const first = `Demarc draws the line of responsibility: whose job is it, is it done, and how do you know?

  1. Export what you run:    az graph query -q "resources" --first 1000 -o json > estate.json
     or, in the Azure portal: All resources, Export to CSV
  2. See whose job it is:    demarc assess estate.json
  3. Ask why:                demarc explain NAME --estate estate.json

No export at hand? Try the example: demarc assess examples/contoso
All commands: demarc --help
`

// Run runs one command and returns the exit code: 0 done, 1 failed, 2 wrong
// usage, 3 a gate that is not met, cases that fail or definitions that do not
// compile. Results go to stdout, everything else to stderr.
func Run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer, env []string) int {
	s := &session{stdin: stdin, stdout: stdout, stderr: stderr, env: env}
	root := s.root()
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return exitDone
	}
	s.explainError(err)
	var held gateError
	var failed failedCases
	var rejected refused
	switch {
	case isUsage(err):
		return exitUsage
	case errors.As(err, &held), errors.As(err, &failed), errors.As(err, &rejected):
		return exitGate
	}
	return exitFailed
}

// isUsage reports whether an error is one of the words or flags, found here or
// by the use case.
func isUsage(err error) bool {
	var here usageError
	var there *app.UsageError
	return errors.As(err, &here) || errors.As(err, &there)
}

// session is one run of the program.
type session struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	env            []string
	output         output
}

// usageError is an error of the words or flags.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

func (s *session) root() *cobra.Command {
	root := &cobra.Command{
		Use:           "demarc",
		Short:         "whose job is it, is it done, and how do you know?",
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          usage(cobra.NoArgs),
		RunE: func(*cobra.Command, []string) error {
			_, err := io.WriteString(s.stdout, first)
			return err
		},
	}
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{err} })
	root.AddCommand(s.assess(), s.explain(), s.gaps(), s.gate(), s.whatif(), s.diff(), s.history(), s.export(), s.store(), s.jobs(), s.worker(), s.attest(), s.accept(), s.assurance(), s.posture(), s.frameworks(), s.resources(), s.model(), s.policy(), s.catalog(), s.version())
	root.CompletionOptions.HiddenDefaultCmd = true // the guide tells of it
	root.InitDefaultCompletionCmd()
	shortenCompletion(root)
	root.SetHelpCommand(&cobra.Command{Hidden: true, Use: "no-help"})
	root.SetHelpTemplate("{{if .HasParent}}" + root.HelpTemplate() + "{{else}}{{.UsageString}}{{end}}")
	root.SetUsageTemplate("{{if .HasParent}}" + root.UsageTemplate() + "{{else}}" + rootUsage + "{{end}}")
	return root
}

// rootUsage lists the commands in as few lines as it takes, so that they fit a
// small terminal.
const rootUsage = `Whose job is it, is it done, and how do you know?
Usage: demarc COMMAND, and demarc COMMAND --help tells more about one
{{range .Commands}}{{if .IsAvailableCommand}}
  {{rpad .Name .NamePadding}} {{.Short}}{{end}}{{end}}
`

// shortenCompletion replaces the long help of the completion commands by one
// example each, so that it fits a small terminal.
func shortenCompletion(root *cobra.Command) {
	load := map[string]string{
		"bash": "  source <(demarc completion bash)", "zsh": "  source <(demarc completion zsh)",
		"fish": "  demarc completion fish | source", "powershell": "  demarc completion powershell | Out-String | Invoke-Expression",
	}
	for _, c := range root.Commands() {
		for _, shell := range c.Commands() {
			if example := load[shell.Name()]; c.Name() == "completion" && example != "" {
				shell.Long, shell.Example = "Writes the completion script for "+shell.Name()+". To load it, put into your profile:", example
			}
		}
	}
}

// usage marks what a check of the arguments refuses as wrong usage.
func usage(check cobra.PositionalArgs) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if err := check(cmd, args); err != nil {
			return usageError{err}
		}
		return nil
	}
}

// explainError writes an error and, in lines of their own, what to do next.
func (s *session) explainError(err error) {
	s.lines("demarc: error: ", err.Error())
	var hinted interface{ Hint() string }
	switch {
	case errors.As(err, &hinted) && hinted.Hint() != "":
		s.lines("hint: ", hinted.Hint())
	case isUsage(err):
		s.lines("hint: ", "demarc --help lists the commands, demarc COMMAND --help one command's flags")
	}
}

// lines writes a text for people, the lines after the first indented. Names in
// it come from outside, so that control characters become visible.
func (s *session) lines(prefix, text string) {
	for i, line := range strings.Split(text, "\n") {
		if i > 0 {
			prefix = "  "
		}
		fmt.Fprintln(s.stderr, prefix+report.Visible(line))
	}
}

func (s *session) version() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "version",
		Short: "print the version",
		Args:  usage(cobra.NoArgs),
		RunE:  func(*cobra.Command, []string) error { return s.print(app.Version()) },
	}
	s.outputFlags(cmd, report.PrintFormats[:])
	return cmd
}
