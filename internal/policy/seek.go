package policy

import (
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/armexpr"
)

// Seek is the look for a related resource that auditIfNotExists and
// deployIfNotExists make
// (https://learn.microsoft.com/azure/governance/policy/concepts/effect-audit-if-not-exists).
type Seek struct {
	Bound int    // in the rulebook
	Type  string // folded, of the related resource
	// Place says where to look.
	Place SeekPlace
	// Private says that what the related resource must be depends on the very
	// resource that is asked.
	Private bool
	// Valued says that its name or its group depends on values of the resource
	// that is asked, beside its id.
	Valued bool
	// Named says that only a resource of some name will do, and ByGroup that
	// the rule names the resource group.
	Named, ByGroup bool

	bound     *Bound
	condition condition
}

// SeekPlace says where a related resource is looked for.
type SeekPlace uint8

// The places.
const (
	BelowResource  SeekPlace = iota // anywhere below the resource
	InGroup                         // in the resource group
	InSubscription                  // anywhere in the subscription
	OnResource                      // an extension of the very resource
	OnSubscription                  // an extension of the subscription itself

	SeekPlaces // how many there are
)

// extensionTypes are the types that hang on any other resource.
var extensionNamespaces = [...]string{"microsoft.insights/diagnosticsettings", "microsoft.insights/datacollectionruleassociations",
	"microsoft.guestconfiguration/", "microsoft.authorization/", "microsoft.security/", "microsoft.maintenance/configurationassignments",
	"microsoft.kubernetesconfiguration/", "microsoft.advisor/", "microsoft.policyinsights/", "microsoft.eventgrid/eventsubscriptions"}

// newSeek is what a bound definition looks for, nil when it looks for nothing
// that can be named.
func newSeek(i int, b *Bound) *Seek {
	if b.details == nil || !b.effect.seeks() {
		return nil
	}
	s := &Seek{Bound: i, bound: b, condition: b.details.existence}
	if b.details.related != nil {
		typ, ok := b.fixed(b.details.related)
		if !ok || typ.IsUnknown() {
			return nil
		}
		s.Type = demarc.Fold(typ.Text())
	}
	if s.Type == "" {
		return nil
	}
	s.Place = b.seekPlace(s.Type)
	s.Private = asksBack(b.details.existence)
	s.Named, s.ByGroup = b.details.name != nil, b.details.group != nil
	s.Valued = b.readsValues(b.details.name) || b.readsValues(b.details.group)
	return s
}

// readsValues reports whether an operand reads more of a resource than its id
// tells.
func (b *Bound) readsValues(o *operand) bool {
	if o == nil || o.expr == nil {
		return false
	}
	for _, arg := range o.expr.Arguments("field") {
		if arg == nil {
			return true
		}
		name, ok := b.fixed(&operand{expr: arg})
		if _, plain := plainSources[demarc.Fold(name.Text())]; !ok || !plain {
			return true
		}
	}
	return false
}

// seekPlace: what lies below the type that is asked, or extends it, is looked
// for there; else in the resource group, or where the rule says. What extends a
// subscription hangs on the subscription itself, not on something in it.
func (b *Bound) seekPlace(typ string) SeekPlace {
	scope := ""
	if b.details.scope != nil {
		v, _ := b.fixed(b.details.scope)
		scope = demarc.Fold(v.Text())
	}
	types := b.types()
	below := !types.any
	for name := range types.names {
		below = below && strings.HasPrefix(typ, name+"/")
	}
	ofSubscription := scope == "subscription" || types.names[subscriptionType]
	switch extends := extension(typ); {
	case below:
		return BelowResource
	case extends && ofSubscription:
		return OnSubscription
	case ofSubscription:
		return InSubscription
	case b.details.group != nil || scope == "resourcegroup":
		return InGroup
	case extends:
		return OnResource
	}
	return InGroup
}

// extension reports whether resources of a type hang on any other resource.
func extension(typ string) bool {
	for _, one := range extensionNamespaces {
		if strings.HasPrefix(typ, one) {
			return true
		}
	}
	return false
}

// asksBack reports whether a condition reads the resource that is asked.
func asksBack(c condition) bool {
	switch c := c.(type) {
	case allOf:
		for _, one := range c {
			if asksBack(one) {
				return true
			}
		}
	case anyOf:
		for _, one := range c {
			if asksBack(one) {
				return true
			}
		}
	case notOf:
		return asksBack(c.of)
	case *leaf:
		return c.right.asksBack() || c.value.asksBack() || c.count != nil && (c.count.value.asksBack() || asksBack(c.count.where))
	}
	return false
}

// asksBack reports whether an operand reads the resource that is asked: in an
// existence condition the function field() does.
func (o *operand) asksBack() bool {
	if o == nil {
		return false
	}
	for _, piece := range o.list {
		if piece.asksBack() {
			return true
		}
	}
	if o.expr == nil {
		return false
	}
	for _, function := range [...]string{"field", "resourcegroup", "subscription"} {
		if len(o.expr.Arguments(function)) > 0 {
			return true
		}
	}
	return false
}

// Name is the name that the related resource must have, as the rule works it
// out for a resource: "" for any.
func (s *Seek) Name(m *Machine) armexpr.Value {
	if s.bound.details.name == nil {
		return armexpr.Text("")
	}
	if v, ok := s.bound.fixed(s.bound.details.name); ok {
		return v
	}
	return m.evalFor(s.bound, s.bound.details.name)
}

// CommonName is the name where it is the same whoever asks; ok is false when it
// is worked out for each resource.
func (s *Seek) CommonName(m *Machine) (name armexpr.Value, ok bool) {
	operand := s.bound.details.name
	if operand == nil {
		return armexpr.Text(""), true
	}
	if v, ok := s.bound.fixed(operand); ok {
		return v, true
	}
	h := &aloof{host: &host{Machine: m, code: &code{bound: s.bound}, bound: s.bound}}
	name = operand.eval(h, armexpr.NewBudget(maxSteps))
	return name, !h.asked
}

// Group is the resource group to look in, "" for that of the resource.
func (s *Seek) Group(m *Machine) armexpr.Value {
	if s.bound.details.group == nil {
		return armexpr.Text("")
	}
	return m.evalFor(s.bound, s.bound.details.group)
}
