// Package scope knows where a resource hangs: the parts of its id, the tree of
// tenants, management groups, subscriptions, resource groups and sites, and
// what of that tree the inputs showed.
package scope

import (
	"strings"

	"github.com/demarc-dev/demarc"
)

// ID is an Azure resource id taken apart. Every text is a piece of the id as
// it was spelled, so that taking an id apart allocates nothing. Ids are read
// as they come: in any case, with malformed GUIDs and with pieces missing.
// See https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules
type ID struct {
	// Subscription, Group and ManagementGroup are the names in the id, "" when
	// it has none.
	Subscription, Group, ManagementGroup string
	// Scope is the id of the innermost scope that the resource hangs in, or of
	// the scope above when the id is itself a scope; "" when the id does not say.
	Scope string
	// Parent is the id of the resource that this one is a child or an
	// extension of, "" when it hangs in a scope.
	Parent string
	// Name is the last name of the id.
	Name string

	kind    demarc.ScopeKind // what scope it is, OrganisationScope for none
	tail    string           // the namespace, types and names behind the last "providers/"
	pairs   int              // type and name pairs in tail
	strange bool             // segments that fit nowhere
}

// Parse takes an id apart.
func Parse(id string) ID {
	p := parser{text: strings.TrimRight(id, "/")}
	for p.next() {
		p.take()
	}
	return p.id
}

// IsScope tells which kind of scope the id names, and false when it is the id
// of a resource.
func (i ID) IsScope() (demarc.ScopeKind, bool) {
	return i.kind, i.kind != demarc.OrganisationScope && !i.strange
}

// IsResource reports whether the id names a resource: it has a type and a name.
func (i ID) IsResource() bool {
	return i.pairs > 0 && i.Name != "" && i.kind == demarc.OrganisationScope
}

// Type is the full type, as the id spells it. It allocates only for the types
// of child resources.
func (i ID) Type() string {
	if i.pairs <= 1 {
		return i.tail[:typeEnd(i.tail)]
	}
	return string(i.AppendType(nil))
}

// AppendType appends the full type to b.
func (i ID) AppendType(b []byte) []byte {
	namespace, rest, _ := strings.Cut(i.tail, "/")
	b = append(b, namespace...)
	for rest != "" {
		var typ string
		typ, rest, _ = strings.Cut(rest, "/")
		_, rest, _ = strings.Cut(rest, "/")
		b = append(append(b, '/'), typ...)
	}
	return b
}

// Malformed says what breaks the rules of ids, "" when nothing does.
func (i ID) Malformed() string {
	switch {
	case i.strange:
		return "the id has pieces that fit nowhere"
	case i.pairs > 0 && i.Name == "":
		return "the id ends in a type without a name"
	case i.Subscription != "" && !IsGUID(i.Subscription):
		return "the subscription id is not a GUID"
	}
	return ""
}

// IsGUID reports whether s is 32 hexadecimal digits with dashes in their places.
func IsGUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i := range len(s) {
		switch c := s[i]; {
		case i == 8 || i == 13 || i == 18 || i == 23:
			if c != '-' {
				return false
			}
		case '0' <= c && c <= '9', 'a' <= c && c <= 'f', 'A' <= c && c <= 'F':
		default:
			return false
		}
	}
	return true
}

// parser walks an id two segments at a time: a keyword or type, and a name.
type parser struct {
	text       string
	pos        int // behind the pair
	start      int // of the pair, with its slash
	key, value string
	valueStart int
	inProvider bool
	id         ID
}

// next moves to the next pair. An id may lack its first slash.
func (p *parser) next() bool {
	if p.pos >= len(p.text) {
		return false
	}
	p.start = p.pos
	keyStart := p.pos
	if p.text[p.pos] == '/' {
		keyStart++
	}
	keyEnd := segmentEnd(p.text, keyStart)
	p.key = p.text[keyStart:keyEnd]
	p.valueStart = min(keyEnd+1, len(p.text))
	p.pos = segmentEnd(p.text, p.valueStart)
	p.value = p.text[p.valueStart:p.pos]
	return true
}

func (p *parser) take() {
	switch {
	case is(p.key, "providers"):
		p.takeProvider()
	case p.inProvider:
		p.takePair()
	case is(p.key, "subscriptions") && p.id.kind == demarc.OrganisationScope:
		p.id.Subscription = p.value
		p.takeScope(demarc.SubscriptionScope)
	case is(p.key, "resourceGroups") && p.id.kind != demarc.ResourceGroupScope:
		p.id.Group = p.value
		p.takeScope(demarc.ResourceGroupScope)
	case is(p.key, "tenants") && p.start == 0:
		p.takeScope(demarc.TenantScope)
	default:
		p.id.strange = true
		p.id.Name = p.value
		if p.value == "" {
			p.id.Name = p.key
		}
	}
}

// takeScope makes the id one of a scope, until more follows.
func (p *parser) takeScope(kind demarc.ScopeKind) {
	if p.value == "" {
		p.id.strange = true
		return
	}
	p.id.Scope = p.text[:p.start]
	p.id.kind = kind
	p.id.Name = p.value
}

// takeProvider begins a new type. What stands in front of it is the scope or
// the resource that this one extends.
func (p *parser) takeProvider() {
	if p.inProvider && p.id.kind == demarc.OrganisationScope {
		p.id.Parent = p.text[:p.start]
	}
	p.leaveScope()
	p.inProvider = true
	p.id.tail = p.text[p.valueStart:]
	p.id.pairs = 0
	p.id.Name = ""
}

// takePair takes a type and a name.
func (p *parser) takePair() {
	if p.id.kind == demarc.ManagementGroupScope {
		p.leaveScope()
	}
	if p.id.pairs > 0 {
		p.id.Parent = p.text[:p.start]
	}
	p.id.pairs++
	p.id.tail = p.text[p.tailStart():p.pos]
	p.id.Name = p.value
	if p.id.pairs == 1 && is(p.id.Type(), "Microsoft.Management/managementGroups") && p.value != "" {
		p.id.ManagementGroup = p.value
		p.id.kind = demarc.ManagementGroupScope
	}
}

// leaveScope notes that the id goes on behind a scope, which therefore is
// where the resource hangs.
func (p *parser) leaveScope() {
	if p.id.kind != demarc.OrganisationScope {
		p.id.Scope = p.text[:p.start]
		p.id.kind = demarc.OrganisationScope
	}
}

// tailStart is where the tail begins in the text: tail always ends where the
// text does when it is first set.
func (p *parser) tailStart() int {
	if p.id.pairs == 1 {
		return len(p.text) - len(p.id.tail)
	}
	return p.start - len(p.id.tail)
}

// is reports whether a piece of an id is a keyword, in any case.
func is(piece, keyword string) bool {
	return len(piece) == len(keyword) && demarc.EqualFold(piece, keyword)
}

func segmentEnd(s string, from int) int {
	if i := strings.IndexByte(s[from:], '/'); i >= 0 {
		return from + i
	}
	return len(s)
}

// typeEnd is where "namespace/type" ends in a tail with one pair.
func typeEnd(tail string) int {
	namespace := segmentEnd(tail, 0)
	if namespace == len(tail) {
		return namespace
	}
	return segmentEnd(tail, namespace+1)
}
