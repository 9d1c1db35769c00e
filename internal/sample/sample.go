// Package sample builds ready-made assessments for tests: a small believable
// estate with something of everything, and large ones of any size. It decides
// nothing by rules; what the stations would say is written down here.
package sample

import (
	"slices"
	"time"

	"github.com/demarc-dev/demarc"
)

// AsOf is the day of every sample.
var AsOf = time.Date(2026, time.November, 22, 23, 59, 59, 0, time.UTC)

const (
	learn        = "https://learn.microsoft.com/azure/"
	subscription = "/subscriptions/6f0b1c7e-2f3a-4a53-9d0e-4b8f5f0c2a11"
	checked      = "2026-11-22"
)

// Contoso is a small estate with on-premises, IaaS, PaaS, SaaS and AI in it,
// parts, configuration, a publisher's image, a managed application, types
// nobody knows, and names that attack terminals, pages and spreadsheets.
func Contoso() *demarc.Assessment {
	b := newBuilder("Contoso")
	b.compute()
	b.platform()
	b.elsewhere()
	b.hostile()
	b.words()
	return b.finish()
}

// builder collects resources and counts them at the end.
type builder struct {
	a        *demarc.Assessment
	export   *demarc.File
	tenant   *demarc.Scope
	sub      *demarc.Scope
	prod     *demarc.Scope
	nodes    *demarc.Scope
	site     *demarc.Scope
	division map[string]*demarc.Division
}

func newBuilder(name string) *builder {
	b := &builder{a: &demarc.Assessment{AsOf: AsOf}, division: map[string]*demarc.Division{}}
	b.export = &demarc.File{Path: "exports/resources.json", Format: "resource-graph"}
	devices := &demarc.File{Path: "exports/servers.csv", Format: "on-premises-csv", Resources: 1}
	b.tenant = &demarc.Scope{Kind: demarc.TenantScope, ID: "/tenants/contoso.example", Name: "contoso.example"}
	b.sub = &demarc.Scope{Kind: demarc.SubscriptionScope, ID: subscription, Name: "Production", Parent: b.tenant}
	b.prod = &demarc.Scope{Kind: demarc.ResourceGroupScope, ID: subscription + "/resourcegroups/rg-prod", Name: "rg-prod", Parent: b.sub}
	b.nodes = &demarc.Scope{Kind: demarc.ResourceGroupScope, ID: subscription + "/resourcegroups/mc_rg-prod_aks-shop", Name: "MC_rg-prod_aks-shop", Parent: b.sub}
	b.site = &demarc.Scope{Kind: demarc.SiteScope, ID: "/sites/berlin", Name: "Berlin", Parent: b.tenant}
	b.a.Scopes = []*demarc.Scope{b.site, b.sub, b.nodes, b.prod, b.tenant}
	b.a.Estate = demarc.Estate{Name: name, Files: []*demarc.File{b.export, devices}}
	b.a.Parties = parties()
	return b
}

func parties() map[string]demarc.Party {
	return map[string]demarc.Party{
		demarc.Customer:  {ID: demarc.Customer, Name: "Customer", Short: "YOU"},
		demarc.Microsoft: {ID: demarc.Microsoft, Name: "Microsoft", Short: "MS"},
		"fabrikam":       {ID: "fabrikam", Name: "Fabrikam Appliances", Short: "FABRIK"},
	}
}

// add files one resource; the answer is shared with its like by the caller.
func (b *builder) add(scope *demarc.Scope, id, typ string, answer *demarc.Answer) *demarc.Assessed {
	line := len(b.a.Resources) + 2
	r := &demarc.Assessed{Answer: answer}
	r.Resource = demarc.Resource{ID: id, Name: lastSegment(id), Type: typ, Scope: scope, Seen: demarc.SeenFull}
	r.Place = demarc.Place{File: b.export, Line: line}
	b.a.Resources = append(b.a.Resources, r)
	return r
}

func lastSegment(id string) string {
	for i := len(id) - 1; i >= 0; i-- {
		if id[i] == '/' {
			return id[i+1:]
		}
	}
	return id
}

// finish puts everything in order and counts it.
func (b *builder) finish() *demarc.Assessment {
	slices.SortFunc(b.a.Resources, func(x, y *demarc.Assessed) int { return demarc.CompareFold(x.ID, y.ID) })
	for _, d := range b.division {
		b.a.Divisions = append(b.a.Divisions, d)
	}
	slices.SortFunc(b.a.Divisions, func(x, y *demarc.Division) int { return demarc.CompareFold(x.ID, y.ID) })
	b.rules()
	b.count()
	b.a.Matrices = []demarc.Matrix{cloud.fill(b.a.Resources), intelligence.fill(b.a.Resources)}
	return b.a
}

func (b *builder) rules() {
	for _, r := range b.a.Resources {
		if r.Answer.Rule != nil && !slices.Contains(b.a.Rules, r.Answer.Rule) {
			b.a.Rules = append(b.a.Rules, r.Answer.Rule)
		}
	}
	slices.SortFunc(b.a.Rules, func(x, y *demarc.Rule) int { return demarc.CompareFold(x.ID, y.ID) })
}

func (b *builder) count() {
	e := &b.a.Estate
	for _, r := range b.a.Resources {
		switch r.Answer.Role {
		case demarc.Workload, demarc.ThirdParty:
			if r.Answer.Division != nil { // else nobody knows what it is
				e.Workloads++
			}
		case demarc.Part:
			e.Parts++
		case demarc.Configuration:
			e.Configurations++
		case demarc.ControlPlane:
			e.ControlPlane++
		case demarc.ProviderManaged:
			e.ProviderManaged++
		}
		r.Place.File.Resources++
	}
}
