package access

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"github.com/demarc-dev/demarc"
)

const sub = "/subscriptions/11111111-1111-1111-1111-111111111111"

// assigned makes assignments of lines "role kind principal name scope"; an
// asterisk in front of the role makes it one that must be activated, a dash
// stands for nothing.
func assigned(file *demarc.File, lines ...string) (all []demarc.RoleAssignment) {
	for _, line := range lines {
		f := strings.Fields(line)
		role, eligible := strings.CutPrefix(f[0], "*")
		for i := range f {
			f[i] = strings.ReplaceAll(strings.TrimPrefix(f[i], "-"), "_", " ")
		}
		all = append(all, demarc.RoleAssignment{Role: strings.ReplaceAll(role, "_", " "), Kind: f[1], Principal: f[2], Name: f[3], Scope: strings.Replace(f[4], "SUB", sub, 1),
			Eligible: eligible, Place: demarc.Place{File: file, Line: len(all) + 1}})
	}
	return all
}

// inherited makes a list look whole.
const inherited = "Reader User p0 Zoe /providers/Microsoft.Management/managementGroups/mg"

func TestSubscriptions(t *testing.T) {
	tests := []struct {
		name, check string
		lines       []string
		outcome     demarc.Outcome
		reason      demarc.Reason
	}{
		{"three owners", "owners-at-most-three", []string{inherited, "Owner User p1 A SUB", "Owner User p2 B SUB", "Owner ServicePrincipal p3 C SUB"}, pass, ""},
		{"four owners", "owners-at-most-three", []string{"Owner User p1 A SUB", "Owner User p2 B SUB", "Owner User p3 C SUB", "Owner ServicePrincipal p4 D SUB"}, fail, ""},
		{"one of them twice", "owners-at-most-three", []string{inherited, "Owner User p1 A SUB", "Owner User P1 A SUB/", "Owner User p2 B SUB", "Owner User p3 C SUB"}, pass, ""},
		{"one by the id of the role", "owners-at-most-three", []string{"8e3af657-a8ff-443c-a75c-2fe8c4bcb635 User p1 A SUB", "owner User p2 B SUB", "Owner User p3 C SUB", "Owner User p4 D SUB"}, fail, ""},
		{"one from above", "owners-at-most-three", []string{"Owner User p1 A SUB", "Owner User p2 B SUB", "Owner User p3 C SUB", "Owner User p4 D /"}, fail, ""},
		{"one of a resource group", "owners-at-most-three", []string{inherited, "Owner User p1 A SUB", "Owner User p2 B SUB", "Owner User p3 C SUB", "Owner User p4 D SUB/resourceGroups/rg"}, pass, ""},
		{"one who is gone", "owners-at-most-three", []string{inherited, "Owner User p1 A SUB", "Owner User p2 B SUB", "Owner User p3 C SUB", "Owner Unknown p4 - SUB"}, pass, ""},
		{"a group", "owners-at-most-three", []string{inherited, "Owner User p1 A SUB", "Owner Group g1 G SUB"}, unknown, demarc.UnknownRecipient},
		{"a group beside too many", "owners-at-most-three", []string{"Owner Group g1 G SUB", "Owner User p1 A SUB", "Owner User p2 B SUB", "Owner User p3 C SUB", "Owner User p4 D SUB"}, fail, ""},
		{"nothing from above", "owners-at-most-three", []string{"Owner User p1 A SUB", "Reader User p2 B SUB"}, unknown, demarc.NotCollected},
		{"nothing but owners", "owners-at-most-three", []string{"Owner User p1 A SUB", "Owner User p2 B /"}, unknown, demarc.NotCollected},
		{"of a kind that is not told", "owners-at-most-three", []string{inherited, "Owner - p1 A SUB"}, unknown, demarc.NotCollected},
		{"one who may activate it", "owners-at-most-three", []string{inherited, "Owner User p1 A SUB", "*Owner User p2 B SUB", "*Owner User p3 C SUB", "*Owner User p4 D SUB"}, pass, ""},

		{"two people", "more-than-one-owner", []string{"Owner User p1 A SUB", "Owner User p2 B SUB"}, pass, ""},
		{"a person and an application", "more-than-one-owner", []string{inherited, "Owner User p1 A SUB", "Owner ServicePrincipal p2 B SUB"}, unknown, demarc.NotCollected},
		{"a person and one who may activate it", "more-than-one-owner", []string{"Owner User p1 A SUB", "*Owner User p2 B SUB"}, pass, ""},
		{"a person and a group that may", "more-than-one-owner", []string{inherited, "Owner User p1 A SUB", "*Owner Group g1 B SUB"}, unknown, demarc.UnknownRecipient},
		{"a person, and whoever may activate a role is listed", "more-than-one-owner", []string{inherited, "Owner User p1 A SUB", "*Reader User p2 B SUB"}, fail, ""},
		{"a person in a list that is not whole", "more-than-one-owner", []string{"Owner User p1 A SUB", "*Reader User p2 B SUB"}, unknown, demarc.NotCollected},
		{"a group", "more-than-one-owner", []string{inherited, "Owner Group g1 G SUB"}, unknown, demarc.UnknownRecipient},

		{"everybody exists", "no-unresolved-principals", []string{inherited, "Owner User p1 A SUB"}, pass, ""},
		{"a kind that nobody knows", "no-unresolved-principals", []string{"Owner User p1 A SUB", "Reader Unknown p2 - SUB/resourceGroups/rg"}, fail, ""},
		{"the words of the portal", "no-unresolved-principals", []string{"Reader User p2 Identity_not_found. SUB"}, fail, ""},
		{"no name beside names", "no-unresolved-principals", []string{"Owner User p1 A SUB", "Reader User p2 - SUB"}, fail, ""},
		{"no names at all", "no-unresolved-principals", []string{"Owner User p1 - SUB", "Reader User p2 - /"}, unknown, demarc.NotCollected},
		{"a group of another tenant", "no-unresolved-principals", []string{inherited, "Owner User p1 A SUB", "Reader ForeignGroup p2 - SUB"}, pass, ""},
		{"a list that is not whole", "no-unresolved-principals", []string{"Owner User p1 A SUB"}, unknown, demarc.NotCollected},

		{"only people", "no-privileged-service-principals", []string{inherited, "Owner User p1 A SUB", "Reader ServicePrincipal p2 B SUB"}, pass, ""},
		{"an application that contributes", "no-privileged-service-principals", []string{"Contributor ServicePrincipal p2 B SUB"}, fail, ""},
		{"an application above", "no-privileged-service-principals", []string{"User_Access_Administrator ServicePrincipal p2 B /", "Reader User p1 A SUB"}, fail, ""},
		{"an application in a resource group", "no-privileged-service-principals", []string{inherited, "Owner ServicePrincipal p2 B SUB/resourceGroups/rg"}, pass, ""},
		{"a group", "no-privileged-service-principals", []string{inherited, "Owner Group g1 G SUB"}, unknown, demarc.UnknownRecipient},
		{"a list that is not whole", "no-privileged-service-principals", []string{"Owner User p1 A SUB"}, unknown, demarc.NotCollected},
	}
	for _, tt := range tests {
		t.Run(tt.check+" "+tt.name, func(t *testing.T) {
			file := &demarc.File{Path: "rbac.json"}
			listings := []demarc.Listing{{Type: AssignmentType, Whole: true, Place: demarc.Place{File: file}}, {Type: EligibilityType, Whole: true, Place: demarc.Place{File: eligibleFile}}}
			var active, eligible []demarc.RoleAssignment
			for _, a := range assigned(file, tt.lines...) {
				if a.Eligible {
					a.Place.File = eligibleFile
					eligible = append(eligible, a)
				} else {
					active = append(active, a)
				}
			}
			f := finding(t, Decide(Input{Assignments: append(active, eligible...), Listings: listings}), tt.check)
			if f.Outcome != tt.outcome || f.Reason != tt.reason || f.Detail == "" {
				t.Errorf("%v %q: %s; want %v %q", f.Outcome, f.Reason, f.Detail, tt.outcome, tt.reason)
			}
			if f.Scope != sub || f.Tool != AzureRBAC {
				t.Errorf("about %s of %s", f.Scope, f.Tool)
			}
		})
	}
}

var eligibleFile = &demarc.File{Path: "eligible.json"}

// TestManagementGroups: of several subscriptions it is not told which of them
// a management group lies above, unless the estate says so.
func TestManagementGroups(t *testing.T) {
	const second = "/subscriptions/22222222-2222-2222-2222-222222222222"
	file := &demarc.File{}
	in := Input{
		Assignments: assigned(file, "Reader User p0 Zoe SUB", "Reader User p0 Zoe "+second, "Owner User p1 A /providers/Microsoft.Management/managementGroups/mg",
			"Owner User p2 B SUB", "Owner User p3 C SUB", "Owner User p4 D SUB"),
		Listings: []demarc.Listing{{Type: AssignmentType, Whole: true, Place: demarc.Place{File: file}}},
	}
	tests := []struct {
		name  string
		above func(group, subscription string) demarc.Truth
		want  string
	}{
		{"nobody knows", nil, "unknown unknown"},
		{"above both", func(string, string) demarc.Truth { return demarc.True }, "fail pass"},
		{"above the second", func(_, s string) demarc.Truth { return demarc.TruthOf(s == second) }, "pass pass"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			in.Above = tt.above
			var got []string
			for _, f := range Decide(in) {
				if f.Check == "owners-at-most-three" {
					got = append(got, f.Outcome.String())
				}
			}
			if strings.Join(got, " ") != tt.want {
				t.Errorf("got %v, want %s", got, tt.want)
			}
		})
	}
}

// TestAssignmentsInAnyOrder: the order does not matter, a group never makes an
// answer that was open certain, and one more owner never makes too many few.
func TestAssignmentsInAnyOrder(t *testing.T) {
	file := &demarc.File{}
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 5))
		lines := []string{inherited}
		for range r.IntN(8) {
			lines = append(lines, fmt.Sprintf("%s %s p%d %s %s", oneOf(r, "Owner", "Contributor", "Reader"), oneOf(r, "User", "User", "Group", "ServicePrincipal", "Unknown"),
				r.IntN(6), oneOf(r, "A", "A", "-"), oneOf(r, "SUB", "SUB", "/", "SUB/resourceGroups/rg")))
		}
		lines = append(lines, "Reader User p9 Z SUB", "Contributor User p8 Y SUB")
		in := Input{Assignments: assigned(file, lines...), Listings: []demarc.Listing{{Type: AssignmentType, Whole: true, Place: demarc.Place{File: file}}}}
		before := Decide(in)
		r.Shuffle(len(in.Assignments), func(i, j int) { in.Assignments[i], in.Assignments[j] = in.Assignments[j], in.Assignments[i] })
		if after := Decide(in); !reflect.DeepEqual(before, after) {
			t.Fatalf("seed %d: the order matters:\n%+v\n%+v", seed, before, after)
		}
		in.Assignments = append(in.Assignments, assigned(file, "Owner Group g9 G SUB")...)
		after := Decide(in)
		for i, f := range after {
			if before[i].Outcome == unknown && f.Outcome == pass || f.Outcome == pass && (f.Check == "owners-at-most-three" || f.Check == "no-privileged-service-principals") {
				t.Fatalf("seed %d: with a group that owns it %s is %v: %s", seed, f.Check, f.Outcome, f.Detail)
			}
		}
	}
}
