package app

import (
	"fmt"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/assess"
	"github.com/demarc-dev/demarc/internal/catalog"
	"github.com/demarc-dev/demarc/internal/scope"
	"github.com/demarc-dev/demarc/internal/source"
)

// plannedScope is the name of a scope that nobody named: braces stand for what is
// not known.
const plannedScope = "{planned}"

// placer gives what is new an id and a scope.
type placer struct {
	catalog *catalog.Catalog
	before  *assess.Settled
	gone    map[string]bool
	used    map[string]bool // folded ids given away
	unnamed bool            // something lies in a scope that nobody named
}

// place says where a target goes that takes the place of a resource.
func (p *placer) place(x *selected) (*placement, error) {
	r := p.before.Resources[x.place]
	out := &placement{target: x.to, name: r.Name}
	if out.name == "" {
		out.name = scope.Parse(r.ID).Name
	}
	var err error
	switch folder := x.to.entry.Family.Folder; folder {
	case "azure":
		err = p.inAzure(out, r, x.move.Into)
	case ownRooms:
		err = p.inRooms(out, r, x.move.Into)
	default:
		if tenantService(p.catalog, x.to.entry) {
			return out, p.inTenant(out, x.move.Into)
		}
		out.scopeID = x.move.Into
		p.unique(out, func(name string) string { return "planned/" + folder + "/" + x.to.entry.Type.Type + "/" + name })
	}
	return out, err
}

// tenantService reports whether a type is a service that a tenant has once: all
// of Microsoft's are that do not hang in a subscription.
func tenantService(c *catalog.Catalog, entry *catalog.Entry) bool {
	provider := c.ProviderOf(entry.Family)
	return entry.Family.Folder != "azure" && provider != nil && provider.Party == demarc.Microsoft
}

// unique gives an id that nothing else has: with a number behind the name where
// the name is taken.
func (p *placer) unique(out *placement, id func(name string) string) {
	name := strings.ReplaceAll(out.name, "/", "-")
	for n := 1; ; n++ {
		out.name = name
		if n > 1 {
			out.name = fmt.Sprintf("%s-%d", name, n)
		}
		out.id = id(out.name)
		folded := demarc.Fold(out.id)
		if _, there := byID(p.before, out.id); (!there || p.gone[folded]) && !p.used[folded] {
			p.used[folded] = true
			return
		}
	}
}

// inAzure puts it into the resource group that somebody names, else into the
// one where the old one is, else into one that is only planned.
func (p *placer) inAzure(out *placement, r *demarc.Assessed, into string) error {
	group := scope.Parse(r.ID).Scope
	if kind, ok := scope.Parse(group).IsScope(); !ok || kind != demarc.ResourceGroupScope {
		group = "/subscriptions/" + plannedScope + "/resourceGroups/" + plannedScope
	}
	if into != "" {
		id, err := p.scopeCalled(into, demarc.ResourceGroupScope, demarc.SubscriptionScope)
		if err != nil {
			return err
		}
		if kind, _ := scope.Parse(id).IsScope(); kind == demarc.SubscriptionScope {
			id += "/resourceGroups/" + plannedScope
		}
		group = id
	}
	_, out.location = scope.Parse(r.ID).Scope, scope.Parse(r.ID).Subscription != ""
	p.unnamed = p.unnamed || strings.Contains(group, plannedScope)
	namespace, rest, _ := strings.Cut(out.entry.Type.Type, "/")
	types := strings.Split(rest, "/")
	path := func(name string, depth int) string {
		id := group + "/providers/" + namespace
		for _, t := range types[:depth] {
			id += "/" + t + "/" + name
		}
		return id
	}
	p.unique(out, func(name string) string { return path(name, len(types)) })
	for depth := 1; depth < len(types); depth++ {
		typ := namespace + "/" + strings.Join(types[:depth], "/")
		id := path(out.name, depth)
		if _, there := byID(p.before, id); there && !p.gone[demarc.Fold(id)] {
			continue
		}
		out.with(id, out.name, typ, nil)
	}
	for _, k := range p.catalog.Kinds(out.entry.Type.Type) {
		for _, b := range k.Brings {
			if k.Kind == out.kind {
				out.with(out.id+b.Type[len(k.Type):]+"/"+b.Name, b.Name, b.Type, b.Values)
			}
		}
	}
	return nil
}

// with adds a resource that comes with the new one.
func (p *placement) with(id, name, typ string, values map[string]string) {
	b := beside{values: values}
	b.ID, b.Name, b.Type, b.MadeUp = id, name, typ, true
	p.beside = append(p.beside, b)
}

// inRooms puts it into a site.
func (p *placer) inRooms(out *placement, r *demarc.Assessed, into string) error {
	site := plannedScope
	if r.Scope != nil && r.Scope.Kind == demarc.SiteScope {
		site = r.Scope.Name
	}
	if into != "" {
		site = into
	}
	p.unnamed = p.unnamed || site == plannedScope
	_, kind, _ := strings.Cut(out.entry.Type.Type, "/")
	out.scopeID = site
	p.unique(out, func(name string) string { return source.OnPremisesID(site, kind, name) })
	return nil
}

// inTenant makes it the service that the tenant has once. Where it has it
// already, that one takes over.
func (p *placer) inTenant(out *placement, into string) error {
	tenant, err := p.tenant(into)
	if err != nil {
		return err
	}
	for _, r := range p.before.Resources {
		if demarc.EqualFold(r.Type, out.entry.Type.Type) && r.Standing == demarc.There && (tenant == "" || r.Scope == nil || demarc.EqualFold(r.Scope.ID, source.TenantID(tenant))) {
			out.id, out.name, out.existing = r.ID, r.Name, true
			return nil
		}
	}
	out.id, out.name, out.scopeID = source.ServiceID(tenant, out.entry.Type.Type), out.entry.Type.Name, source.TenantID(tenant)
	return nil
}

// tenant is the name in the id of the tenant that is meant, "" when none is
// known.
func (p *placer) tenant(into string) (string, error) {
	if into != "" {
		id, err := p.scopeCalled(into, demarc.TenantScope)
		return scope.Parse(id).Name, err
	}
	var ids []string
	for _, sc := range p.before.Scopes {
		if sc.Kind == demarc.TenantScope {
			ids = append(ids, sc.ID)
		}
	}
	if len(ids) > 1 {
		return "", hinted(fmt.Errorf("the estate has %d tenants:\n%s", len(ids), strings.Join(ids, "\n")), "--into names the one that is meant")
	}
	if len(ids) == 0 {
		return "", nil
	}
	return scope.Parse(ids[0]).Name, nil
}

// scopeCalled finds a scope of one of the kinds by id or name. An id that the
// estate does not have is taken as it is: what is planned may lie there.
func (p *placer) scopeCalled(word string, kinds ...demarc.ScopeKind) (string, error) {
	var words []string
	var ids []string
	for _, kind := range kinds {
		words = append(words, strings.ReplaceAll(kind.String(), "-", " "))
		if is, ok := scope.Parse(word).IsScope(); ok && is == kind {
			return strings.TrimRight(word, "/"), nil
		}
		for _, x := range scopesNamed(p.before, word) {
			if x.scope.Kind == kind {
				ids = append(ids, x.scope.ID)
			}
		}
	}
	switch len(ids) {
	case 1:
		return ids[0], nil
	case 0:
		return "", hinted(fmt.Errorf("--into %q is no %s", word, strings.Join(words, " or ")), "give its id, or the name of one of the estate")
	}
	return "", hinted(fmt.Errorf("%d scopes are called %q:\n%s", len(ids), word, strings.Join(ids, "\n")), "give one of the ids")
}
