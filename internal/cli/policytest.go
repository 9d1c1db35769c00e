package cli

import (
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/demarc-dev/demarc/internal/app"
	"github.com/demarc-dev/demarc/internal/report"
)

// failedCases says how many cases failed.
type failedCases int

// Error is the number in words.
func (n failedCases) Error() string { return "cases failed: " + report.Number(int(n)) }

func (s *session) policyTest() *cobra.Command {
	var q app.PolicyTestRequest
	cmd := &cobra.Command{
		Use:   "test FILE...",
		Short: "run cases of policies: a rule, a resource, and what must come of it",
		Long: `Runs cases, JSON objects one a line or in a list, and says which fail.
A case has rule or definition (else the file of the same name beside it,
x.json of x.cases.ndjson), resource, parameters, related, and expect: effect
with effect, none or error. Ends with 3 when a case fails.`,
		Example: "  demarc policy test policies/*.cases.ndjson\n  demarc policy test cases.ndjson --aliases aliases/",
		Args:    usage(cobra.MinimumNArgs(1)),
		RunE: func(_ *cobra.Command, args []string) error {
			q.Paths = args
			failed := 0
			var unread error
			err := s.write(func(w io.Writer, _ report.Options) error {
				passed := 0
				passed, failed, unread = app.TestPolicies(q, w)
				_, err := fmt.Fprintf(w, "%d passed, %d failed\n", passed, failed)
				return err
			})
			if err = errors.Join(unread, err); err == nil && failed > 0 {
				err = failedCases(failed)
			}
			return err
		},
	}
	cmd.Flags().StringVar(&q.Aliases, "aliases", "", "folder of the files of aliases that cases name, instead of their own")
	return cmd
}
