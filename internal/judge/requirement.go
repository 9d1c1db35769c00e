package judge

import (
	"time"

	"github.com/demarc-dev/demarc"
)

// needWords say what a requirement would state.
var needWords = map[string]string{
	"patchWindow":   "how long an update may stay open (patchWindow)",
	"recoveryPoint": "how much may be lost (recoveryPoint)",
	"recoveryTime":  "how long a recovery may take (recoveryTime)",
	"retention":     "how long it must be kept and when it must be gone (retentionMin, retentionMax)",
	"regions":       "where it may be (regions)",
}

// states reports whether the organisation states what a responsibility needs.
func states(r *demarc.Requirement, need string) bool {
	if r == nil {
		return false
	}
	switch need {
	case "patchWindow":
		return len(r.PatchWindow) > 0
	case "recoveryPoint":
		return r.RecoveryPoint > 0
	case "recoveryTime":
		return r.RecoveryTime > 0
	case "retention":
		return r.RetentionMin > 0 || r.RetentionMax > 0
	case "regions":
		return len(r.Regions) > 0
	}
	return true
}

// measured is the outcome of an item once the requirement was held against
// it.
func measured(c *Case, item *Item) (demarc.Outcome, demarc.Reason) {
	if c.Rule.Needs == "" || c.Rule.Needs == "regions" || !item.Measured { // of places the tool itself has compared them
		return item.Outcome, item.Reason
	}
	if c.Rule.Needs == "patchWindow" {
		if item.Outcome == demarc.Fail {
			return inWindow(c, item)
		}
		return item.Outcome, item.Reason
	}
	if item.Outcome != demarc.Pass || item.Elements&c.Rule.First == 0 {
		return item.Outcome, item.Reason
	}
	return amount(c, item)
}

// inWindow says whether something open is past the window of its severity. A
// pass means here that the window still allows it.
func inWindow(c *Case, item *Item) (demarc.Outcome, demarc.Reason) {
	shortest, longest := windows(c.Requirement.PatchWindow, item.Severity)
	if longest == 0 {
		return demarc.Pass, demarc.NoReason // nothing is demanded of this severity
	}
	if item.Since == 0 || item.Since > c.AsOf {
		return demarc.OutcomeUnknown, demarc.UnknownAge
	}
	switch age := time.Duration(c.AsOf-item.Since) * time.Second; {
	case age > longest:
		return demarc.Fail, demarc.NoReason
	case age <= shortest:
		return demarc.Pass, demarc.NoReason
	}
	return demarc.OutcomeUnknown, demarc.UnknownAge
}

// windows are the window of a severity, or the shortest and the longest where
// the severity is not known.
func windows(of map[demarc.Severity]time.Duration, s demarc.Severity) (shortest, longest time.Duration) {
	if s != demarc.UnknownSeverity {
		return of[s], of[s]
	}
	for _, w := range of {
		if shortest == 0 || w < shortest {
			shortest = w
		}
		longest = max(longest, w)
	}
	return shortest, longest
}

// amount holds a length of time against the requirement. A pass without one
// leaves open whether it is enough.
func amount(c *Case, item *Item) (demarc.Outcome, demarc.Reason) {
	length := item.Amount
	if length < 0 && item.Since != 0 && item.Observed >= item.Since {
		length = time.Duration(item.Observed-item.Since) * time.Second
	}
	if length < 0 {
		return demarc.OutcomeUnknown, demarc.UnknownAge
	}
	r, fits := c.Requirement, false
	switch c.Rule.Needs {
	case "recoveryPoint":
		fits = length <= r.RecoveryPoint
	case "recoveryTime":
		fits = length <= r.RecoveryTime
	case "retention":
		fits = length >= r.RetentionMin && (r.RetentionMax == 0 || length <= r.RetentionMax)
	}
	if fits {
		return demarc.Pass, demarc.NoReason
	}
	return demarc.Fail, demarc.NoReason
}
