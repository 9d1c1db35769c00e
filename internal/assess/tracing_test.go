package assess_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/assess"
	"github.com/demarc-dev/demarc/internal/policy"
)

// policiesOf binds definitions with their defaults, each as a check of the same name.
func policiesOf(t *testing.T, texts ...string) *assess.Policies {
	t.Helper()
	p := &assess.Policies{}
	var list []*policy.Bound
	for _, text := range texts {
		d, err := policy.Parse([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		b, err := policy.Bind(d, nil)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, b)
		p.Checks = append(p.Checks, assess.PolicyCheck{Tool: "azure-policy", Check: d.Name, Title: d.DisplayName, From: "here"})
	}
	p.Book = policy.NewRulebook(policy.NewAliases(policy.AliasFacts{}), list)
	return p
}

// loggedVault asks for a setting of a vault that sends the log of access.
const loggedVault = `{"name":"logged","properties":{"displayName":"Logged","mode":"All","policyRule":{"if":{"field":"type","equals":"Microsoft.KeyVault/vaults"},
	"then":{"effect":"auditIfNotExists","details":{"type":"Microsoft.Insights/diagnosticSettings","existenceCondition":{"field":"Microsoft.Insights/diagnosticSettings/workspaceId","equals":"central"}}}}}}`

const purged = `{"name":"purged","properties":{"displayName":"Purged","mode":"All","policyRule":{"if":{"allOf":[{"field":"type","equals":"Microsoft.KeyVault/vaults"},
	{"field":"Microsoft.KeyVault/vaults/enablePurgeProtection","notEquals":true}]},"then":{"effect":"audit"}}}}`

// vaults are three: one with many settings of which the last by name is the
// right one, one with none, and one of which nothing was seen.
func vaults(t *testing.T, shards int, texts ...string) *assess.Settled {
	t.Helper()
	kv := in("Microsoft.KeyVault/vaults/kv")
	e := estate{shards: shards, records: []record{full(kv, `{"properties":{"enablePurgeProtection":false}}`), full(in("Microsoft.KeyVault/vaults/bare"), `{"properties":{"enablePurgeProtection":true}}`),
		blind(in("Microsoft.KeyVault/vaults/dark"))}}
	for i := range 14 {
		e.records = append(e.records, full(fmt.Sprintf("%s/providers/Microsoft.Insights/diagnosticSettings/s%02d", kv, i), `{"properties":{"workspaceId":"other"}}`))
	}
	e.records = append(e.records, full(kv+"/providers/Microsoft.Insights/diagnosticSettings/zz", `{"properties":{"workspaceId":"central"}}`))
	e.options.Policies = policiesOf(t, texts...)
	e.options.Policies.Collected = []demarc.Collected{{Type: "*", Scope: sub, How: demarc.CollectedPartly}, {Type: "Microsoft.Insights/diagnosticSettings", Scope: group, How: demarc.CollectedAll}}
	e.options.Watch = func(r *demarc.Resource) bool { return strings.Contains(r.ID, "/vaults/") }
	e.options.KeepSought = true
	return e.assess(t)
}

// TestTraceChecks: the trace says the verdict of the assessment, and of the
// related resources shows the one that decides however many there are.
func TestTraceChecks(t *testing.T) {
	s := vaults(t, 1, loggedVault, purged)
	all := func(*assess.PolicyCheck, *policy.Bound) bool { return true }
	for name, want := range map[string]string{
		"kv": "logged compliant, purged non-compliant", "bare": "logged non-compliant, purged compliant", "dark": "logged unknown property not seen, purged unknown property not seen",
	} {
		var got []string
		for _, x := range s.TraceChecks(in("Microsoft.KeyVault/vaults/"+name), all) {
			got = append(got, strings.TrimSpace(x.Check.Check+" "+x.Verdict.String()+" "+string(x.Reason)))
			if len(x.Lines) == 0 || x.Why == "" || x.Out != "" {
				t.Errorf("%s: %+v", name, x)
			}
		}
		if strings.Join(got, ", ") != want {
			t.Errorf("%s: got %v, want %s", name, got, want)
		}
	}
	r := s.TraceChecks(in("Microsoft.KeyVault/vaults/kv"), all)[0].Related
	if r == nil || len(r.Found) != assess.MostRelated || r.Named != 15 || r.More != 5 || r.Found[0].Truth != demarc.True || !strings.HasSuffix(r.Found[0].ID, "/zz") {
		t.Fatalf("got %+v", r)
	}
	if len(r.Found[0].Lines) == 0 || r.Collected == nil || r.Collected.How != demarc.CollectedAll {
		t.Errorf("got %+v", r)
	}
	if s.TraceChecks(in("Microsoft.KeyVault/vaults/none"), all) != nil {
		t.Error("a trace of nothing")
	}
}

// TestChecksAreSaidOnce: what two bindings of one definition say alike is one
// result, and its id depends on nothing but what it says.
func TestChecksAreSaidOnce(t *testing.T) {
	ids := func(shards int, texts ...string) (list []string) {
		s := vaults(t, shards, texts...)
		for i := range s.Checks.Len() {
			if e := s.Checks.At(i); e.Tool == "azure-policy" {
				list = append(list, e.ID)
			}
		}
		slices.Sort(list)
		return list
	}
	once := ids(1, loggedVault, purged)
	if len(once) != 6 || len(slices.Compact(slices.Clone(once))) != 6 {
		t.Errorf("got %v", once)
	}
	for _, id := range once {
		if len(id) != 16 || strings.Trim(id, "0123456789abcdef") != "" {
			t.Errorf("the id %q", id)
		}
	}
	if twice := ids(3, purged, loggedVault, purged); !slices.Equal(twice, once) {
		t.Errorf("got %v, want %v", twice, once)
	}
}
