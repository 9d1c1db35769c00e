package defender

import (
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/source"
)

// meaning is what a status says, and what is to be told about it.
type meaning struct {
	outcome demarc.Outcome
	reason  demarc.Reason
	kind    demarc.NoteKind
	problem string // "" for none
}

// lookedAway are the causes for which nobody looked, folded as headers are:
// whatever the status says, the check was not made.
// See https://learn.microsoft.com/azure/defender-for-cloud/review-security-recommendations
var lookedAway = map[string]demarc.Reason{
	"offbypolicy":              demarc.NotAssessed,
	"disabledbypolicy":         demarc.NotAssessed,
	"vmnotrunning":             demarc.NotAssessed,
	"machinenotrunning":        demarc.NotAssessed,
	"machineoff":               demarc.NotAssessed,
	"poweredoff":               demarc.NotAssessed,
	"deallocated":              demarc.NotAssessed,
	"unsupportedoperational":   demarc.NotAssessed,
	"unsupportedsku":           demarc.NotAssessed,
	"notsupportedsku":          demarc.NotAssessed,
	"skunotsupported":          demarc.NotAssessed,
	"unsupportedos":            demarc.NotAssessed,
	"notsupportedos":           demarc.NotAssessed,
	"unsupportedoperating":     demarc.NotAssessed,
	"freetier":                 demarc.NotAssessed,
	"standardtierrequired":     demarc.NotAssessed,
	"plannotenabled":           demarc.NotAssessed,
	"internalerror":            demarc.NotAssessed,
	"noscandata":               demarc.NotCollected,
	"nodata":                   demarc.NotCollected,
	"noscanresults":            demarc.NotCollected,
	"scanpending":              demarc.NotCollected,
	"agentnotinstalled":        demarc.NotCollected,
	"agentmissing":             demarc.NotCollected,
	"monitoringagentmissing":   demarc.NotCollected,
	"monitoringagentnot":       demarc.NotCollected,
	"mmanotinstalled":          demarc.NotCollected,
	"noextension":              demarc.NotCollected,
	"extensionmissing":         demarc.NotCollected,
	"extensionnotinstalled":    demarc.NotCollected,
	"gcextension":              demarc.NotCollected, // the guest configuration extension, or an identity for it, is absent
	"managedidentitymissing":   demarc.NotCollected,
	"useridentitymissing":      demarc.NotCollected,
	"identitymissing":          demarc.NotCollected,
	"missingpermissions":       demarc.NotPermitted,
	"insufficientpermissions":  demarc.NotPermitted,
	"exempt":                   demarc.Exempt,
	"exempted":                 demarc.Exempt,
	"exemptbypolicy":           demarc.Exempt,
	"exemptedbyuser":           demarc.Exempt,
	"exemptedbyrule":           demarc.Exempt,
	"exemptbyrule":             demarc.Exempt,
	"exemptbygovernance":       demarc.Exempt,
	"disabledbygovernancerule": demarc.Exempt,
}

// beginnings are those of the causes above that go on in many ways.
var beginnings = []string{"unsupportedoperational", "unsupportedoperating", "gcextension", "monitoringagentnot"}

// noConcern are the causes that say why the check does not concern the
// resource.
var noConcern = map[string]bool{
	"exemptbynature":            true,
	"unsupportedtype":           true,
	"unsupportedresourcetype":   true,
	"resourcetypenotsupported":  true,
	"notapplicableresourcetype": true,
	// Twins of one check are for machines that the internet reaches and for
	// those that it does not: each is told to one kind only.
	"internetfacingvms":    true,
	"noninternetfacingvms": true,
	"vmhasnopublicip":      true,
	"nopublicip":           true,
	"noresources":          true,
}

// meaningOf reads a status and its cause.
func meaningOf(code, cause string) meaning {
	switch folded := source.FoldHeader(cause); source.FoldHeader(code) {
	case "unhealthy":
		return meaning{outcome: demarc.Fail}
	case "healthy":
		if reason := unlooked(folded); reason != demarc.NoReason {
			return meaning{reason: reason, kind: demarc.NoteConflict, problem: "healthy, and by its cause not looked at: " + cause}
		}
		return meaning{outcome: demarc.Pass}
	case "notapplicable", "na":
		return notApplicable(folded)
	case "exempt", "exempted":
		return meaning{reason: demarc.Exempt}
	case "":
		return meaning{reason: demarc.NotAssessed, kind: demarc.NoteMalformed, problem: "an assessment without a status"}
	}
	return meaning{reason: demarc.NotAssessed, kind: demarc.NoteMalformed, problem: "a status that is not known: " + code}
}

// notApplicable reads the cause, folded, for which a check was not applied.
func notApplicable(cause string) meaning {
	switch {
	case noConcern[cause], isAbsence(cause):
		return meaning{outcome: demarc.OutcomeNotApplicable}
	}
	reason := unlooked(cause)
	if reason == demarc.NoReason {
		reason = demarc.NotAssessed
	}
	return meaning{reason: reason}
}

// isAbsence reports whether a cause, which some checks write as a sentence,
// says that nothing is there which the check is about.
func isAbsence(cause string) bool {
	return strings.HasPrefix(cause, "thereareno") && (strings.Contains(cause, "inthesubscription") || strings.Contains(cause, "ontheresource"))
}

// unlooked says why nobody looked, by the cause, folded.
func unlooked(cause string) demarc.Reason {
	if reason, ok := lookedAway[cause]; ok {
		return reason
	}
	for _, beginning := range beginnings {
		if strings.HasPrefix(cause, beginning) {
			return lookedAway[beginning]
		}
	}
	return demarc.NoReason
}
