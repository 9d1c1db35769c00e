package terraform

import (
	"slices"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/scope"
)

// index finds the records of a file and knows what its configuration says, so
// that ids can be worked out that are known only after apply.
type index struct {
	file          string
	records       map[string]*record   // by address
	instances     map[string][]*record // by address without the last key
	configuration *configuration
	variables     map[string]string // those that may name a subscription
	sole          string            // the only subscription that ids of the plan name, "" when there are none or more
}

func newIndex(file string) *index {
	return &index{file: file, records: map[string]*record{}, instances: map[string][]*record{}, variables: map[string]string{}}
}

// add makes a record known. Of several at one address the first counts.
func (x *index) add(c *record) {
	if _, ok := x.records[c.address]; ok {
		return
	}
	x.records[c.address] = c
	plain := strings.TrimSuffix(c.address, c.key)
	x.instances[plain] = append(x.instances[plain], c)
}

// isARM reports whether a type is one of Azure Resource Manager.
func isARM(typ string) bool {
	namespace, _, _ := strings.Cut(typ, "/")
	return strings.Contains(namespace, ".")
}

// identify works out the id of a record: the one that is shown, else one made
// up in the form that its id will have, else one from its address.
func (x *index) identify(c *record) string {
	if c.id != "" || c.busy {
		return c.id
	}
	c.busy = true
	defer func() { c.busy = false }()
	if id, madeUp := x.shownID(c); id != "" {
		c.id, c.madeUp = id, madeUp
		return id
	}
	c.madeUp = true
	if isARM(c.armType) {
		c.id = x.compose(c)
	}
	if c.before != "" && demarc.EqualFold(scope.Parse(c.before).Name, scope.Parse(c.id).Name) {
		c.id, c.madeUp = c.before, false
	}
	if c.id == "" {
		c.id = "terraform/" + x.file + "#" + c.address
	}
	return c.id
}

// shownID is the id that the attributes of a record show.
func (x *index) shownID(c *record) (id string, madeUp bool) {
	for _, attribute := range c.kind.ids() {
		raw := c.text(attribute)
		switch {
		case raw == "" || strings.HasPrefix(c.armType, "terraform/"):
			continue
		case c.settings && len(c.kind.ID) == 0 && !isARM(c.armType):
			continue
		case isARM(c.armType):
			if id := armID(c, raw); id != "" {
				return id, false
			}
			continue
		case c.kind.Prefix != "":
			return c.kind.Prefix + raw[strings.LastIndexByte(raw, '/')+1:], false
		case strings.ContainsAny(raw, "/:"):
			return raw, false
		}
		return c.armType + "/" + raw, true
	}
	return "", false
}

// armID is the id in Azure of what Terraform knows by raw, "" when raw is no
// such id. Terraform joins two ids, or an id and a name, by a bar.
func armID(c *record, raw string) string {
	first, second, joined := strings.Cut(raw, "|")
	if !strings.HasPrefix(first, "/") {
		return ""
	}
	id := strings.TrimRight(first, "/")
	switch {
	case c.settings:
		return trimmed(id, c.armType)
	case joined && !strings.ContainsAny(second, "/|") && second != "" && strings.Count(c.armType, "/") == 1:
		return id + "/providers/" + c.armType + "/" + second
	case joined:
		return ""
	case c.kind.Suffix != "" && !strings.HasSuffix(demarc.Fold(id), demarc.Fold(c.kind.Suffix)):
		return id + "/" + c.kind.Suffix
	}
	return id
}

// trimmed cuts an id down to the resource of a type that it lies in or below.
func trimmed(id, typ string) string {
	for at := id; at != ""; at = scope.Parse(at).Parent {
		if demarc.EqualFold(scope.Parse(at).Type(), typ) {
			return at
		}
	}
	return id
}

// compose makes up an id in the form of Azure Resource Manager, "" when too
// little is known.
func (x *index) compose(c *record) string {
	for _, attribute := range c.kind.Parent {
		if parents := x.idsAt(c, attribute); len(parents) == 1 {
			if id := c.below(parents[0]); id != "" {
				return id
			}
		}
	}
	switch c.armType {
	case groupType:
		return c.named(x.subscription(c), "resourceGroups")
	case managementGroupType, subscriptionType:
		return c.within("", 1)
	}
	segments := strings.Count(c.armType, "/")
	if len(c.kind.names()) >= segments {
		if group := x.group(c); group != "" {
			if id := c.within(group, segments); id != "" {
				return id
			}
		}
	}
	if segments > 1 || c.settings {
		return x.belowReferred(c)
	}
	return ""
}

// below is the id of a record that is a child of a parent, or extends it.
func (c *record) below(parent string) string {
	id := scope.Parse(parent)
	_, isScope := id.IsScope()
	if c.settings && id.IsResource() {
		return trimmed(parent, c.armType)
	}
	segments := strings.Count(c.armType, "/")
	switch {
	case isScope:
		return c.within(parent, segments)
	case !id.IsResource():
		return ""
	}
	typ := id.Type()
	if len(c.armType) > len(typ) && demarc.EqualFold(c.armType[:len(typ)], typ) && c.armType[len(typ)] == '/' {
		return c.named(parent, c.armType[len(typ)+1:])
	}
	return c.within(parent, segments)
}

// within is the id of a record right below a scope, or extending a resource,
// with as many names as its type has segments.
func (c *record) within(scopeID string, segments int) string {
	if len(c.kind.names()) < segments {
		return ""
	}
	namespace, types, _ := strings.Cut(c.armType, "/")
	return c.named(scopeID+"/providers/"+namespace, types)
}

// named appends the types that are left with their names, the last ones that
// the mapping lists.
func (c *record) named(id, types string) string {
	left := strings.Split(types, "/")
	names := c.kind.names()
	if c.settings && len(c.kind.Names) == 0 || len(names) < len(left) {
		return ""
	}
	names = names[len(names)-len(left):]
	for i, typ := range left {
		name, literal := strings.CutPrefix(names[i], "=")
		if !literal {
			name = c.text(names[i])
		}
		if name == "" && (i < len(left)-1 || c.settings) {
			return ""
		}
		if name == "" {
			name = strings.ReplaceAll(c.address, "/", "_")
		}
		id += "/" + typ + "/" + name
	}
	return id
}

// group is the id of the resource group of a record, as far as it is known.
func (x *index) group(c *record) string {
	if name := c.text("resource_group_name"); name != "" {
		return x.subscription(c) + "/resourceGroups/" + name
	}
	groups := slices.DeleteFunc(x.referred(c, "resource_group_name"), func(o *record) bool { return o.armType != groupType })
	if len(groups) != 1 {
		return ""
	}
	return x.identify(groups[0])
}

// idsAt are the ids that an attribute holds or will hold.
func (x *index) idsAt(c *record, attribute string) []string {
	var ids []string
	v := c.at(attribute)
	for _, e := range append(slices.Clone(v.Elements()), v) {
		if strings.HasPrefix(e.Text(), "/") {
			ids = append(ids, e.Text())
		}
	}
	if len(ids) > 0 && !v.IsUnknown() {
		return ids
	}
	for _, other := range x.referred(c, strings.ReplaceAll(attribute, "[*]", "")) {
		if id := x.identify(other); id != "" {
			ids = append(ids, id)
		}
	}
	return ids
}

// belowReferred makes up the id of a child whose parent nothing but a
// reference names: the only resource of the nearest type above its own.
func (x *index) belowReferred(c *record) string {
	best, bestID := 0, ""
	for _, other := range x.referredAnywhere(c) {
		n := len(other.armType)
		if n < best || n > len(c.armType) || !demarc.EqualFold(c.armType[:n], other.armType) || other.settings || !isARM(other.armType) {
			continue
		}
		id := c.below(x.identify(other))
		switch {
		case id == "":
		case n > best:
			best, bestID = n, id
		case id != bestID: // it may be the child of either
			bestID = ""
		}
	}
	return bestID
}

// expressionsOf finds what the configuration says of a record.
func (x *index) expressionsOf(c *record) (*expressions, *module, []string) {
	if x.configuration == nil {
		return nil, nil, nil
	}
	path, plain := modulePath(c.module)
	m := x.configuration.at(plain)
	if m == nil {
		return nil, nil, nil
	}
	address := c.typ + "." + c.name
	if c.data {
		address = "data." + address
	}
	return m.resources[address], m, path
}

// referred are the records that the expression of an attribute refers to.
func (x *index) referred(c *record, attribute string) []*record {
	e, m, path := x.expressionsOf(c)
	if e == nil {
		return nil
	}
	return x.resolve(c, m.targets(e.references[attribute], path, 0))
}

// referredAnywhere are the records that any expression of a record refers to.
func (x *index) referredAnywhere(c *record) []*record {
	e, m, path := x.expressionsOf(c)
	if e == nil {
		return nil
	}
	var all []*record
	for _, attribute := range sortedKeys(e.references) {
		all = append(all, x.resolve(c, m.targets(e.references[attribute], path, 0))...)
	}
	return all
}

// resolve finds the records of targets, each once. Where each of several
// instances refers to several others, nobody knows which belong together,
// unless they have the same keys.
func (x *index) resolve(c *record, targets []target) []*record {
	var found []*record
	met := map[*record]bool{}
	for _, t := range targets {
		address := t.address
		if len(t.module) > 0 {
			address = "module." + strings.Join(t.module, ".module.") + "." + address
		}
		list := x.instancesAt(address)
		if len(list) > 1 && c.key != "" {
			own, ok := x.records[withoutLastKey(address)+c.key]
			if !t.own || !ok {
				continue
			}
			list = []*record{own}
		}
		for _, o := range list {
			if o != c && !met[o] {
				met[o] = true
				found = append(found, o)
			}
		}
	}
	return found
}

// instancesAt are the instances at an address with or without a key. A key
// that is an expression stands for all instances.
func (x *index) instancesAt(address string) []*record {
	if c, ok := x.records[address]; ok {
		return []*record{c}
	}
	if list, ok := x.instances[address]; ok {
		return list
	}
	return x.instances[withoutLastKey(address)]
}

// withoutLastKey is an address without the key of its instance.
func withoutLastKey(address string) string {
	parts := splitAddress(address)
	last := parts[len(parts)-1]
	return address[:len(address)-len(last)] + withoutKey(last)
}

// modulePath takes the address of a module apart: its steps with the keys of
// instances, and without.
func modulePath(address string) (path, plain []string) {
	if address == "" {
		return nil, nil
	}
	for i, part := range splitAddress(address) {
		if i%2 == 1 {
			path = append(path, part)
			plain = append(plain, withoutKey(part))
		}
	}
	return path, plain
}

// subscription is the scope of the subscription that a record's provider works
// in, "" when the plan does not say.
func (x *index) subscription(c *record) string {
	if x.sole != "" {
		return inSubscription(x.sole)
	}
	e, _, _ := x.expressionsOf(c)
	if e == nil {
		return ""
	}
	expression := x.configuration.providers[e.provider]
	id := text(member(expression, "constant_value"))
	for _, ref := range references(expression) {
		if name, ok := strings.CutPrefix(ref, "var."); ok && id == "" {
			id = x.variables[name]
		}
	}
	return inSubscription(id)
}

func inSubscription(id string) string {
	if id == "" {
		return ""
	}
	return "/subscriptions/" + strings.TrimPrefix(id, "/subscriptions/")
}

// findSole looks for the only subscription that the ids in a plan name. Where
// the configuration gives one to some of its providers, nothing is guessed for
// the others.
func (x *index) findSole(records []*record) {
	if x.configuration != nil && len(x.configuration.providers) > 0 {
		return
	}
	for _, c := range records {
		for _, attribute := range slices.Concat(c.kind.ids(), c.kind.Parent) {
			named := scope.Parse(c.text(attribute)).Subscription
			switch {
			case named == "" || demarc.EqualFold(named, x.sole):
			case x.sole == "":
				x.sole = named
			default:
				x.sole = ""
				return
			}
		}
	}
}
