package join_test

import (
	"strings"
	"testing"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/join"
)

const (
	guid   = "11111111-1111-1111-1111-111111111111"
	sub    = "/subscriptions/" + guid
	group  = sub + "/resourceGroups/rg"
	vm     = group + "/providers/Microsoft.Compute/virtualMachines/web01"
	server = group + "/providers/Microsoft.Sql/servers/s"
)

// estate is a small index.
type estate struct {
	resources []string
	scopes    []string
	hosts     map[string][]int
	names     map[string][]int
	workloads []string
	tenants   []string
}

func (e *estate) Resource(id string) (int, bool) {
	for i, have := range e.resources {
		if demarc.EqualFold(have, id) {
			return i, true
		}
	}
	return -1, false
}

func (e *estate) Scope(id string) *demarc.Scope {
	for _, have := range append(e.scopes, e.tenants...) {
		if demarc.EqualFold(have, id) {
			return &demarc.Scope{ID: have}
		}
	}
	return nil
}

func (e *estate) Hosts(name string) []int      { return e.hosts[name] }
func (e *estate) Named(name, typ string) []int { return e.names[strings.Trim(name+"|"+typ, "|")] }

func (e *estate) OnlyTenant() (*demarc.Scope, bool) {
	if len(e.tenants) == 1 {
		return &demarc.Scope{ID: e.tenants[0]}, false
	}
	return nil, len(e.tenants) > 1
}

func (e *estate) Service(tenant *demarc.Scope, typ string) (int, bool) {
	return e.Resource(strings.TrimPrefix(tenant.ID, "/") + "/" + typ)
}

func (e *estate) Workload(name string) bool {
	for _, have := range e.workloads {
		if demarc.EqualFold(have, name) {
			return true
		}
	}
	return false
}

// found names a target.
func found(e *estate, t join.Target) string {
	switch {
	case t.Missing != "":
		return "missing: " + t.Missing
	case t.Resource >= 0 && t.Nested != "":
		return e.resources[t.Resource] + " > " + t.Nested
	case t.Resource >= 0:
		return e.resources[t.Resource]
	case t.Scope != nil:
		return "scope " + t.Scope.ID
	case t.Workload != "":
		return "workload " + t.Workload
	case t.Estate:
		return "estate"
	case t.Tenant:
		return "tenant"
	}
	return "nothing"
}

func TestFind(t *testing.T) {
	const tenant = "/tenants/22222222-2222-2222-2222-222222222222"
	exchange := "tenants/22222222-2222-2222-2222-222222222222/m365/exchange-online"
	app := "servicePrincipals/44444444-4444-4444-4444-444444444444"
	azure := estate{resources: []string{vm, server, exchange, app}, scopes: []string{sub, group}, workloads: []string{"Shop"}, tenants: []string{tenant},
		hosts: map[string][]int{"web01": {0}, "twins": {0, 1}}, names: map[string][]int{"azurerm_sql.s": {1}, "s": {1, 2}, "s|Microsoft.Sql/servers": {1}}}
	loose := azure
	loose.tenants = nil
	several := azure
	several.tenants = []string{tenant, "/tenants/33333333-3333-3333-3333-333333333333"}
	neither := "missing: the estate has neither the resource nor one that it is nested in"
	tests := []struct {
		name    string
		in      *estate
		subject demarc.Subject
		want    string
	}{
		{"id", &azure, demarc.Subject{ID: vm}, vm},
		{"id in another case", &azure, demarc.Subject{ID: strings.ToUpper(vm)}, vm},
		{"slash and space at the end", &azure, demarc.Subject{ID: " " + vm + "/ "}, vm},
		{"child", &azure, demarc.Subject{ID: server + "/databases/d"}, server + " > databases/d"},
		{"child of a child", &azure, demarc.Subject{ID: server + "/databases/d/rules/r"}, server + " > databases/d/rules/r"},
		{"extension", &azure, demarc.Subject{ID: vm + "/providers/Microsoft.Security/assessments/a"}, vm + " > providers/Microsoft.Security/assessments/a"},
		{"only begins alike", &azure, demarc.Subject{ID: vm + "2"}, "missing: the estate has its scope and not the resource"},
		{"another subscription", &azure, demarc.Subject{ID: "/subscriptions/9/resourceGroups/x/providers/A.B/c/d"}, neither},
		{"subscription", &azure, demarc.Subject{ID: strings.ToUpper(sub)}, "scope " + sub},
		{"group", &azure, demarc.Subject{ID: group + "/"}, "scope " + group},
		{"workload", &azure, demarc.Subject{ID: "shop"}, "workload shop"},
		{"no such workload", &azure, demarc.Subject{ID: "shops"}, neither},
		{"service without tenant", &azure, demarc.Subject{ID: "m365/exchange-online", Type: "m365/exchange-online"}, exchange},
		{"service without tenant, and several tenants", &several, demarc.Subject{ID: "m365/exchange-online", Type: "m365/exchange-online"}, neither},
		{"service of another tenant", &azure, demarc.Subject{ID: "tenants/5/m365/exchange-online", Type: "m365/exchange-online", Scope: "/tenants/5"}, neither},

		{"zeroes", &azure, demarc.Subject{ID: "/subscriptions/00000000-0000-0000-0000-000000000000"}, "missing: a placeholder in place of an id"},
		{"angle brackets", &azure, demarc.Subject{ID: "/subscriptions/<subscription id>/resourceGroups/rg"}, "missing: a placeholder in place of an id"},
		{"braces", &azure, demarc.Subject{ID: sub + "/resourceGroups/{name}"}, "missing: a placeholder in place of an id"},
		{"word", &azure, demarc.Subject{ID: "Unknown"}, "missing: a placeholder in place of an id"},
		{"placeholder of a machine", &azure, demarc.Subject{Host: "N/A"}, "missing: a placeholder in place of a name"},

		{"machine", &azure, demarc.Subject{Host: "web01"}, vm},
		{"no such machine", &azure, demarc.Subject{Host: "web02", Scope: sub}, "missing: no machine of that name"},
		{"two machines", &azure, demarc.Subject{Host: "twins"}, "missing: more than one machine of that name"},
		{"an id comes before a machine", &azure, demarc.Subject{ID: server, Host: "web01"}, server},

		{"application", &azure, demarc.Subject{Identity: "44444444-4444-4444-4444-444444444444"}, app},
		{"person", &azure, demarc.Subject{Identity: "55555555-5555-5555-5555-555555555555", Scope: tenant}, "scope " + tenant},
		{"person without tenant", &azure, demarc.Subject{Identity: "55555555-5555-5555-5555-555555555555"}, "scope " + tenant},
		{"person of another tenant", &azure, demarc.Subject{Identity: "5", Scope: "/tenants/5"}, "missing: the estate does not have the scope"},

		{"address", &azure, demarc.Subject{Name: "azurerm_sql.s"}, server},
		{"name and type", &azure, demarc.Subject{Name: "s", Type: "Microsoft.Sql/servers"}, server},
		{"two of a name", &azure, demarc.Subject{Name: "s"}, "missing: more than one resource of that name"},
		{"no such name", &azure, demarc.Subject{Name: "x"}, "missing: no resource of that name or address"},
		{"a name in a scope", &azure, demarc.Subject{Name: "AdminMFA", Scope: tenant}, "scope " + tenant},
		{"a name in a scope that is not there", &azure, demarc.Subject{Name: "AdminMFA", Scope: "/tenants/5"}, "missing: no resource of that name or address"},

		{"scope", &azure, demarc.Subject{Scope: sub}, "scope " + sub},
		{"scope that is not there", &azure, demarc.Subject{Scope: "/tenants/5"}, "missing: the estate does not have the scope"},
		{"the tenant, one of one", &azure, demarc.Subject{Type: "entra/tenant"}, "scope " + tenant},
		{"the tenant, of which none is known", &loose, demarc.Subject{Type: "entra/tenant"}, "tenant"},
		{"the tenant, one of two", &several, demarc.Subject{Type: "entra/tenant"}, "missing: it does not tell which of the tenants it is about"},
		{"everything", &several, demarc.Subject{}, "estate"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := found(tt.in, join.Find(&tt.subject, tt.in)); got != tt.want {
				t.Errorf("%s, want %s", got, tt.want)
			}
		})
	}
}

func TestPlaceholder(t *testing.T) {
	for id, want := range map[string]bool{
		"": false, vm: false, "/tenants/" + guid: false, "00000000-0000-0000-0000-000000000001": false,
		"00000000-0000-0000-0000-000000000000": true, "<id>": true, "*": true, "N/A": true, "none": true, "-": true, "nonesuch": false,
	} {
		if got := join.Placeholder(id); got != want {
			t.Errorf("%q: %v", id, got)
		}
	}
}

// FuzzFind looks for whatever comes: the answer is one thing or says why there
// is none.
func FuzzFind(f *testing.F) {
	f.Add(vm, "", "", "", "", "")
	f.Add("", "web01", "x", "", "s", "/tenants/x")
	f.Add("//providers/", "", "", "entra/tenant", "", "")
	f.Fuzz(func(t *testing.T, id, host, identity, typ, name, scope string) {
		e := &estate{resources: []string{vm, server}, scopes: []string{sub}, hosts: map[string][]int{"web01": {0}}, names: map[string][]int{"s": {0, 1}}}
		got := join.Find(&demarc.Subject{ID: id, Host: host, Identity: identity, Type: typ, Name: name, Scope: scope}, e)
		n := 0
		for _, set := range []bool{got.Resource >= 0, got.Scope != nil, got.Workload != "", got.Estate, got.Tenant, got.Missing != ""} {
			if set {
				n++
			}
		}
		if n != 1 {
			t.Errorf("%+v is %d things", got, n)
		}
		if join.Placeholder(id) && got.Missing == "" {
			t.Errorf("%q was joined to %s", id, found(e, got))
		}
	})
}
