package sourcetest

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/demarc-dev/demarc"
)

// writeEvidence writes down one piece of evidence, what is not set left out.
func writeEvidence(w io.Writer, e *demarc.Evidence) {
	fmt.Fprintf(w, "evidence %s:%s %v%s line=%d\n", e.Tool, e.Check, e.Outcome, note(" reason=", string(e.Reason)), e.Place.Line)
	s := e.Subject
	about := note(" id=", s.ID) + note(" type=", s.Type) + note(" name=", s.Name) + note(" host=", s.Host) +
		note(" identity=", s.Identity) + note(" scope=", s.Scope)
	fmt.Fprintf(w, "  about%s\n", about)
	more := note(" observed=", moment(e.Observed)) + note(" expires=", moment(e.Expires)) + note(" since=", moment(e.Since))
	if e.Amount != 0 {
		more += " amount=" + e.Amount.String()
	}
	if e.Severity != demarc.UnknownSeverity {
		more += " severity=" + e.Severity.String()
	}
	if e.Strength != demarc.Observed {
		more += " strength=" + e.Strength.String()
	}
	more += note(" by=", e.By)
	if more != "" {
		fmt.Fprintf(w, " %s\n", more)
	}
	for _, text := range [...]string{e.Title, e.Detail} {
		if text != "" {
			fmt.Fprintf(w, "  %q\n", text)
		}
	}
}

// moment writes an instant in UTC, a day where it is the beginning of one.
func moment(t time.Time) string {
	switch {
	case t.IsZero():
		return ""
	case t.UTC().Equal(t.UTC().Truncate(24 * time.Hour)):
		return t.UTC().Format(time.DateOnly)
	}
	return t.UTC().Format(time.RFC3339)
}

// content writes down what a statement says, without its place.
func content(c any) string {
	switch c := c.(type) {
	case demarc.Exception:
		c.Place = demarc.Place{}
		return strings.TrimSpace(fmt.Sprintf("exception responsibility=%q check=%s:%s scope=%s reason=%q approver=%q from=%s expires=%s",
			c.Responsibility, c.Tool, c.Check, c.Scope, c.Reason, c.Approver, moment(c.From), moment(c.Expires)))
	case demarc.Assurance:
		return fmt.Sprintf("assurance party=%s kind=%q cloud=%s services=%q responsibilities=%q from=%s until=%s expires=%s document=%q",
			c.Party, c.Kind, c.Cloud, c.Services, c.Responsibilities, moment(c.From), moment(c.Until), moment(c.Expires), c.Document)
	case demarc.Access:
		return fmt.Sprintf("access kind=%s name=%q tenant=%s scope=%s roles=%q from=%s to=%s", c.Kind, c.Name, c.Tenant, c.Scope, c.Roles, moment(c.From), moment(c.To))
	case demarc.RoleAssignment:
		return fmt.Sprintf("role %q of %s %q (%s) at %s", c.Role, c.Kind, c.Name, c.Principal, c.Scope) + eligible(c.Eligible)
	case demarc.Listing:
		return fmt.Sprintf("listing type=%s response=%v whole=%v", c.Type, c.Response, c.Whole)
	}
	return policyContent(c)
}

// policyContent writes down what a statement about Azure Policy or about what
// was collected says.
func policyContent(c any) string {
	switch c := c.(type) {
	case demarc.PolicyAssignment:
		return fmt.Sprintf("assigns %s at %s name=%q enforced=%v notScopes=%q parameters=%s overrides=%+v selectors=%+v",
			c.Definition, c.Scope, c.Name, c.Enforced, c.NotScopes, c.Parameters, c.Overrides, c.Selectors)
	case demarc.PolicyExemption:
		return strings.TrimSpace(fmt.Sprintf("exempts %s from %s name=%q references=%q category=%s selectors=%+v expires=%s",
			c.Scope, c.Assignment, c.Name, c.References, c.Category, c.Selectors, moment(c.Expires)))
	case demarc.PolicyDefinition:
		return fmt.Sprintf("defines set=%v %s", c.Set, c.Text)
	case demarc.PolicyMetadata:
		return fmt.Sprintf("metadata owner=%s category=%q title=%q", c.Owner, c.Category, c.Title)
	case demarc.Collected:
		return strings.TrimSpace(fmt.Sprintf("%s in %q %v at=%s", c.Type, c.Scope, c.How, moment(c.At)))
	}
	return fmt.Sprintf("%+v", c)
}

func eligible(yes bool) string {
	if yes {
		return ", eligible"
	}
	return ""
}
