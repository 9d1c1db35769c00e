package defender

import (
	"testing"

	"github.com/demarc-dev/demarc"
)

func TestMeaningOf(t *testing.T) {
	tests := []struct {
		code, cause string
		want        demarc.Outcome
		reason      demarc.Reason
		note        demarc.NoteKind
	}{
		{"Healthy", "", demarc.Pass, "", ""},
		{"Healthy", "mdeTvm", demarc.Pass, "", ""},
		{"healthy", "VmHasNoPublicIp", demarc.Pass, "", ""},
		{"Healthy", "OffByPolicy", demarc.OutcomeUnknown, demarc.NotAssessed, demarc.NoteConflict},
		{"Unhealthy", "", demarc.Fail, "", ""},
		{"Unhealthy", "OffByPolicy", demarc.Fail, "", ""},
		{"NotApplicable", "", demarc.OutcomeUnknown, demarc.NotAssessed, ""},
		{"NotApplicable", "OffByPolicy", demarc.OutcomeUnknown, demarc.NotAssessed, ""},
		{"NotApplicable", "VmNotRunning", demarc.OutcomeUnknown, demarc.NotAssessed, ""},
		{"NotApplicable", "UnsupportedOperationalState", demarc.OutcomeUnknown, demarc.NotAssessed, ""},
		{"NotApplicable", "UnsupportedOperatingSystem", demarc.OutcomeUnknown, demarc.NotAssessed, ""},
		{"NotApplicable", "NoScanData", demarc.OutcomeUnknown, demarc.NotCollected, ""},
		{"NotApplicable", "AgentNotInstalled", demarc.OutcomeUnknown, demarc.NotCollected, ""},
		{"NotApplicable", "MonitoringAgentMissing", demarc.OutcomeUnknown, demarc.NotCollected, ""},
		{"NotApplicable", "ManagedIdentityMissing", demarc.OutcomeUnknown, demarc.NotCollected, ""},
		{"NotApplicable", "GCExtensionManagedIdentityMissing", demarc.OutcomeUnknown, demarc.NotCollected, ""},
		{"NotApplicable", "Not supported SKU", demarc.OutcomeUnknown, demarc.NotAssessed, ""},
		{"NotApplicable", "Exempt", demarc.OutcomeUnknown, demarc.Exempt, ""},
		{"NotApplicable", "a cause of next year", demarc.OutcomeUnknown, demarc.NotAssessed, ""},
		{"NotApplicable", "ExemptByNature", demarc.OutcomeNotApplicable, "", ""},
		{"NotApplicable", "NonInternetFacingVms", demarc.OutcomeNotApplicable, "", ""},
		{"Not applicable", "There are no gateways in the subscription", demarc.OutcomeNotApplicable, "", ""},
		{"NotApplicable", "There are no scan results yet", demarc.OutcomeUnknown, demarc.NotAssessed, ""},
		{"Exempt", "", demarc.OutcomeUnknown, demarc.Exempt, ""},
		{"", "", demarc.OutcomeUnknown, demarc.NotAssessed, demarc.NoteMalformed},
		{"Compliant", "", demarc.OutcomeUnknown, demarc.NotAssessed, demarc.NoteMalformed},
	}
	for _, tt := range tests {
		t.Run(tt.code+" "+tt.cause, func(t *testing.T) {
			got := meaningOf(tt.code, tt.cause)
			if got.outcome != tt.want || got.reason != tt.reason || got.kind != tt.note || (got.problem == "") != (tt.note == "") {
				t.Errorf("%+v", got)
			}
		})
	}
}

// TestNobodyWhoLookedAwaySettles: no cause that says that nobody looked is at
// the same time one for which a check does not concern the resource.
func TestNobodyWhoLookedAwaySettles(t *testing.T) {
	for cause := range noConcern {
		if unlooked(cause) != demarc.NoReason {
			t.Errorf("%s is both", cause)
		}
	}
	for _, beginning := range beginnings {
		if lookedAway[beginning] == demarc.NoReason {
			t.Errorf("%s has no reason", beginning)
		}
	}
}

func TestIdentify(t *testing.T) {
	const vm = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/vm"
	tests := []struct{ id, about, check, sub string }{
		{vm + "/providers/Microsoft.Security/assessments/x", vm, "x", ""},
		{vm + "/PROVIDERS/microsoft.security/ASSESSMENTS/x/", vm, "x", ""},
		{vm + "/providers/Microsoft.Security/assessments/x/subAssessments/y", vm, "x", "y"},
		{"/subscriptions/s/providers/Microsoft.Security/assessments/x", "/subscriptions/s", "x", ""},
		{"/subscriptions/s/providers/Microsoft.Security/pricings/P/securityentitydata/e/providers/Microsoft.Security/assessments/x",
			"/subscriptions/s/providers/Microsoft.Security/pricings/P/securityentitydata/e", "x", ""},
		{vm, "", "", ""},
		{"/subscriptions/s/providers/Microsoft.Other/assessments/x", "", "", ""},
		{"assessments/x", "", "", ""},
		{"", "", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.id, func(t *testing.T) {
			got := identify([]byte(tt.id))
			if string(got.about) != tt.about || string(got.check) != tt.check || string(got.sub) != tt.sub {
				t.Errorf("%s | %s | %s", got.about, got.check, got.sub)
			}
		})
	}
}
