//go:build conformance

package conformance

import (
	"encoding/json"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/access"
	"github.com/demarc-dev/demarc/internal/app"
	"github.com/demarc-dev/demarc/internal/slots"
	"github.com/demarc-dev/demarc/internal/source/sourcetest"
)

// TestIdentityScores: each control of each score is a piece of evidence of the
// day of the score, and only all of its points are a pass.
func TestIdentityScores(t *testing.T) {
	path := filepath.Join(filepath.Dir(filepath.Dir(corpus(t, "m365")[0])), "heimdall2", "secureScore-multiple.json")
	var page struct {
		Value []struct {
			AzureTenantID   string
			CreatedDateTime string
			CurrentScore    float64
			ControlScores   []struct {
				ControlName       string
				Score             float64
				ScoreInPercentage float64
			}
		}
	}
	if err := json.Unmarshal(decoded(t, path), &page); err != nil {
		t.Fatal(err)
	}
	in, sink := app.OpenInputs([]string{path}, nil), sourcetest.NewSink(t)
	if err := in.Read(t.Context(), sink); err != nil || in.Files[0].Format != "secure-score" || in.Files[0].Evidence != len(sink.Evidences) {
		t.Errorf("accounts for %+v: %v", *in.Files[0], err)
	}
	want, contradicted := map[string]int{}, 0
	for _, score := range page.Value {
		sum := 0.0
		for _, c := range score.ControlScores {
			sum += c.Score
			outcome := "fail"
			if c.ScoreInPercentage == 100 {
				outcome = "pass"
			}
			want[c.ControlName+" "+outcome+" "+score.CreatedDateTime+" /tenants/"+strings.ToLower(score.AzureTenantID)]++
		}
		if d := score.CurrentScore - sum; d > 1 || d < -1 {
			contradicted++
		}
	}
	for _, e := range sink.Evidences {
		key := e.Check + " " + e.Outcome.String() + " " + e.Observed.Format("2006-01-02T15:04:05Z") + " " + e.Subject.Scope
		if want[key]--; want[key] < 0 || e.Tool != "secure-score" || e.Strength != demarc.Observed {
			t.Errorf("%s is too much", key)
		}
	}
	for key, n := range want {
		if n > 0 {
			t.Errorf("%s is not there", key)
		}
	}
	conflicts := 0
	for _, n := range sink.Notes {
		if n.Kind == demarc.NoteConflict {
			conflicts += n.Count
		}
	}
	if len(want) == 0 || conflicts != contradicted {
		t.Errorf("%d controls; %d totals are said to contradict them, want %d", len(want), conflicts, contradicted)
	}
}

// caPolicy is what an independent look into a policy needs.
type caPolicy struct {
	ID, State  string
	Conditions struct {
		Users struct {
			IncludeUsers, ExcludeUsers, ExcludeGroups, ExcludeRoles []string
		}
		Applications        struct{ IncludeApplications []string }
		ClientAppTypes      []string
		AuthenticationFlows *struct{ TransferMethods string }
	}
	GrantControls *struct {
		BuiltInControls []string
	}
}

// TestIdentityPolicies: in the baseline every enforced policy leaves out
// groups, so that nothing is surely enforced for everybody; what no policy asks
// for is not a fail, because a folder of single policies may not be whole.
func TestIdentityPolicies(t *testing.T) {
	paths := corpus(t, "m365/ConditionalAccessBaseline")
	sink := sourcetest.NewSink(t, access.Wishes()...)
	if err := app.OpenInputs(paths, nil).Read(t.Context(), sink); err != nil {
		t.Fatal(err)
	}
	rules := rulesOf(t, sink)
	asked := map[string][]string{} // by check, the policies that have a part in it
	for _, path := range paths {
		var p caPolicy
		if err := json.Unmarshal(decoded(t, path), &p); err != nil {
			t.Fatal(err)
		}
		users := p.Conditions.Users
		if p.State != "enabled" || p.GrantControls == nil || len(users.ExcludeGroups)+len(users.ExcludeUsers)+len(users.ExcludeRoles) == 0 || !slices.Equal(users.IncludeUsers, []string{"All"}) {
			continue
		}
		id := "identity/conditionalAccess/policies/" + p.ID
		everything := slices.Equal(p.Conditions.Applications.IncludeApplications, []string{"All"})
		blocks := slices.Contains(p.GrantControls.BuiltInControls, "block")
		if everything && blocks && p.Conditions.AuthenticationFlows != nil && strings.Contains(p.Conditions.AuthenticationFlows.TransferMethods, "deviceCodeFlow") {
			asked["block-device-code"] = append(asked["block-device-code"], id)
		}
		if everything && (blocks && slices.Contains(p.Conditions.ClientAppTypes, "other") || slices.Contains(p.GrantControls.BuiltInControls, "mfa")) {
			asked["block-legacy-authentication"] = append(asked["block-legacy-authentication"], id)
		}
		if everything && slices.Contains(p.GrantControls.BuiltInControls, "mfa") {
			asked["mfa-all-users"] = append(asked["mfa-all-users"], id)
		}
	}
	if len(asked) != 3 || len(rules) != len(paths) {
		t.Fatalf("%d rules of %d files; asked for: %v", len(rules), len(paths), asked)
	}
	for _, f := range access.Decide(access.Input{Rules: rules}) {
		reason := demarc.NotCollected
		if asked[f.Check] != nil || f.Check == "mfa-admins" || f.Check == "mfa-azure-management" {
			reason = demarc.UnknownRecipient
		}
		if f.Outcome != demarc.OutcomeUnknown || f.Reason != reason {
			t.Errorf("%s is %v, %s: %s; want it unknown, %s", f.Check, f.Outcome, f.Reason, f.Detail, reason)
		}
		for _, id := range asked[f.Check] {
			if !slices.Contains(f.Rules, id) {
				t.Errorf("%s has no part in %s: %v", id, f.Check, f.Rules)
			}
		}
	}
}

// rulesOf makes rules of the resources of a sink.
func rulesOf(t *testing.T, sink *sourcetest.Sink) (rules []access.Rule) {
	t.Helper()
	layout, err := slots.NewLayout(access.Wishes())
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range sink.Resources {
		values := slots.NewValues()
		values.Reset(layout.For(r.Type))
		for path, v := range r.Values {
			values.Set(path, v)
		}
		if rule, ok := access.Read(&r.Resource.Resource, values); ok {
			rules = append(rules, rule)
		}
	}
	return rules
}

// TestIdentityRoles: each row of the list is a statement, and what is decided
// about the subscription is what a plain count gives.
func TestIdentityRoles(t *testing.T) {
	path := corpus(t, "azure-rbac")[0]
	var rows []struct{ ObjectID, ObjectType, RoleDefinitionName, Scope, DisplayName string }
	if err := json.Unmarshal(decoded(t, path), &rows); err != nil {
		t.Fatal(err)
	}
	sink := readOne(t, path, "azure-rbac")
	in := access.Input{}
	for _, s := range sink.Statements {
		switch said := s.Content.(type) {
		case demarc.RoleAssignment:
			in.Assignments = append(in.Assignments, said)
		case demarc.Listing:
			in.Listings = append(in.Listings, said)
		}
	}
	owners, people, services := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, row := range rows {
		if strings.Count(row.Scope, "/") > 2 && strings.HasPrefix(row.Scope, "/subscriptions/") {
			continue
		}
		if row.RoleDefinitionName == "Owner" {
			owners[row.ObjectID] = true
			if row.ObjectType == "User" {
				people[row.ObjectID] = true
			}
		}
		if row.ObjectType == "ServicePrincipal" && slices.Contains([]string{"Owner", "Contributor", "User Access Administrator"}, row.RoleDefinitionName) {
			services[row.ObjectID] = true
		}
	}
	if len(in.Assignments) != len(rows) || len(owners) <= 3 || len(people) < 2 || len(services) == 0 {
		t.Fatalf("%d assignments of %d rows; %d owners, %d people, %d applications", len(in.Assignments), len(rows), len(owners), len(people), len(services))
	}
	want := map[string]demarc.Outcome{
		"owners-at-most-three": demarc.Fail, "more-than-one-owner": demarc.Pass, "no-privileged-service-principals": demarc.Fail,
		"no-unresolved-principals": demarc.OutcomeUnknown, // the publisher blanked the names
	}
	found := access.Decide(in)
	if len(found) != len(want) {
		t.Errorf("%d findings", len(found))
	}
	for _, f := range found {
		if f.Outcome != want[f.Check] || f.Scope != rows[0].Scope {
			t.Errorf("%s of %s is %v: %s", f.Check, f.Scope, f.Outcome, f.Detail)
		}
	}
}
