//go:build conformance

package conformance

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/demarc-dev/demarc"
)

// subject is what a template of the corpus is an example of.
type subject struct {
	file     string // in corpus/arm/checkov, without its extension
	typ      string // of the resource
	own      string // our check
	public   string // the published definition that asks the same
	wrong    bool   // the file is an example of how not to do it
	verdicts string // of both
	unmet    bool   // a responsibility is unmet for it
}

// subjects are the pairs of good and bad examples, with the verdicts of our own
// check and of the published one. A bad example whose resource leaves the
// property out is unknown: a template does not show what Azure puts there. No
// responsibility is unmet for the SQL server, whose checks only support one.
var subjects = []subject{
	{"fail", "Microsoft.Sql/servers", "sql-public-access", "1b8ca024-1d5c-4dec-8995-b1a932b41780", true, "non-compliant non-compliant", false},
	{"pass", "Microsoft.Sql/servers", "sql-public-access", "1b8ca024-1d5c-4dec-8995-b1a932b41780", false, "compliant compliant", false},
	{"aksEnableRbac-FAILED", "Microsoft.ContainerService/managedClusters", "aks-kubernetes-rbac", "ac4a19c2-fa67-49b4-8ae5-0b2e78c49457", true, "unknown unknown", false},
	{"aksEnableRbac-FAILED2", "Microsoft.ContainerService/managedClusters", "aks-kubernetes-rbac", "ac4a19c2-fa67-49b4-8ae5-0b2e78c49457", true, "non-compliant non-compliant", true},
	{"aksEnableRbac-FAILED3", "Microsoft.ContainerService/managedClusters", "aks-kubernetes-rbac", "ac4a19c2-fa67-49b4-8ae5-0b2e78c49457", true, "unknown unknown", false},
	{"aksEnableRbac-PASSED", "Microsoft.ContainerService/managedClusters", "aks-kubernetes-rbac", "ac4a19c2-fa67-49b4-8ae5-0b2e78c49457", false, "compliant compliant", false},
	{"storageAccountDefaultNetworkAccessDeny-FAILED", "Microsoft.Storage/storageAccounts", "storage-firewall", "34c877ad-507e-4c82-993e-3452a6e0ad3c", true, "unknown non-compliant", true},
	{"storageAccountDefaultNetworkAccessDeny-PASSED", "Microsoft.Storage/storageAccounts", "storage-firewall", "34c877ad-507e-4c82-993e-3452a6e0ad3c", false, "compliant compliant", false},
	{"storageAccountDefaultNetworkAccessDeny-PASSED2", "Microsoft.Storage/storageAccounts", "storage-firewall", "34c877ad-507e-4c82-993e-3452a6e0ad3c", false, "compliant compliant", false},
	{"storageAccountDefaultNetworkAccessDeny-UNKNOWN", "Microsoft.Storage/storageAccounts", "storage-firewall", "34c877ad-507e-4c82-993e-3452a6e0ad3c", true, "unknown unknown", false},
}

// said are the verdicts of a check about the resources of a type, each once.
func said(a *demarc.Assessment, tool, check, typ string) string {
	found := map[string]bool{}
	for i := range a.Checks.Len() {
		if e := a.Checks.At(i); e.Tool == tool && demarc.EqualFold(e.Check, check) && e.Resource != nil && demarc.EqualFold(e.Resource.Type, typ) {
			found[demarc.CheckVerdictOf(e.Outcome).String()] = true
		}
	}
	return strings.Join(slices.Sorted(maps.Keys(found)), "+")
}

// TestTemplatePairs: a bad example is never compliant, a good one never
// non-compliant, and what a template shows decides the responsibility.
func TestTemplatePairs(t *testing.T) {
	pack := publishedPack(t)
	if n := len(corpus(t, filepath.Join("arm", "checkov"))); n != len(subjects) {
		t.Errorf("%d files, %d are known", n, len(subjects))
	}
	for _, x := range subjects {
		t.Run(x.file, func(t *testing.T) {
			a := checked(t, pack, shared("corpus", "arm", "checkov", x.file+".json"))
			got := said(a, "demarc", x.own, x.typ) + " " + said(a, "azure-policy", x.public, x.typ)
			if got != x.verdicts {
				t.Errorf("got %s, want %s", got, x.verdicts)
			}
			for _, one := range strings.FieldsFunc(got, func(r rune) bool { return r == ' ' || r == '+' }) {
				if one == "compliant" && x.wrong || one == "non-compliant" && !x.wrong {
					t.Errorf("%s of an example of the contrary", one)
				}
			}
			if count := unmetFor(t, a); count[x.public]+count[x.own] > 0 != x.unmet {
				t.Errorf("%d responsibilities are unmet for it", count[x.public]+count[x.own])
			}
		})
	}
}

// unmetFor are the checks on which unmet verdicts rest, and how many do; it
// holds every verdict against the checks that it names.
func unmetFor(t *testing.T, a *demarc.Assessment) map[string]int {
	t.Helper()
	count := map[string]int{}
	eachVerdict(a, func(v *demarc.Verdict) {
		refused, passed := 0, 0
		for _, n := range v.Checks {
			e := a.Checks.At(n)
			switch demarc.CheckVerdictOf(e.Outcome) {
			case demarc.NonCompliant:
				refused++
				if v.Status == demarc.Unmet {
					count[demarc.Fold(e.Check)]++
				}
			case demarc.Compliant:
				passed++
			}
		}
		if v.Status == demarc.Unmet && refused == 0 || v.Status == demarc.Met && passed == 0 {
			t.Errorf("%s of %s is %v and rests on no such check", v.Responsibility.ID, v.Instance.Name(), v.Status)
		}
	})
	return count
}

// eachVerdict visits the verdicts about each resource.
func eachVerdict(a *demarc.Assessment, visit func(*demarc.Verdict)) {
	for i, r := range a.Resources {
		list := a.Verdicts.Of(i)
		for j := range list {
			if list[j].Instance.Resource == r {
				visit(&list[j])
			}
		}
	}
}

// TestPlansAreJudged: checks decide what plans show, both ways, inside of the
// responsibilities.
func TestPlansAreJudged(t *testing.T) {
	pack := publishedPack(t)
	want := map[string]string{ // of some of our checks, by file: how many of each verdict
		"account_secure_transfer_infra.json":  "storage-secure-transfer: 1 compliant 2 non-compliant",
		"firewall_no_inbound_all_infra.json":  "sql-firewall-rules: 1 compliant 4 non-compliant",
		"container_private_access_infra.json": "storage-minimum-tls: 0 compliant 1 non-compliant",
		"plan.json":                           "monitoring-workspace-retention: 0 compliant 2 non-compliant",
	}
	met, unmet := 0, 0
	for _, path := range corpus(t, "terraform-plan") {
		a := checked(t, pack, path)
		counts := map[string][2]int{}
		for i := range a.Checks.Len() {
			e := a.Checks.At(i)
			n := counts[e.Check]
			switch demarc.CheckVerdictOf(e.Outcome) {
			case demarc.Compliant:
				n[0]++
			case demarc.NonCompliant:
				n[1]++
			default:
			}
			counts[e.Check] = n
		}
		unmetFor(t, a)
		eachVerdict(a, func(v *demarc.Verdict) {
			switch v.Status {
			case demarc.Met:
				met++
			case demarc.Unmet:
				unmet++
			default:
			}
		})
		if line := want[filepath.Base(path)]; line != "" && !strings.Contains(path, "api-management") {
			check, _, _ := strings.Cut(line, ":")
			if got := fmt.Sprintf("%s: %d compliant %d non-compliant", check, counts[check][0], counts[check][1]); got != line {
				t.Errorf("%s: got %s, want %s", path, got, line)
			}
		}
	}
	if met < 10 || unmet < 5 {
		t.Errorf("%d responsibilities met and %d unmet", met, unmet)
	}
}
