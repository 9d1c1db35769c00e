package armexpr

import (
	"strings"
)

// ID joins the id of a resource: a scope, a type and the names, one for each
// part of the type.
// https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-resource#resourceid
func ID(scope, typ Value, names []Value) Value {
	pieces := append([]Value{scope, typ}, names...)
	if u, unknown := firstUnknown(pieces); unknown && u.Failed() {
		return u
	}
	if typ.IsUnknown() {
		return derived("resourceId", pieces)
	}
	namespace, types, _ := strings.Cut(typ.Text(), "/")
	var b strings.Builder
	b.WriteString(scope.shape() + "/providers/" + namespace)
	i := 0
	for part := range strings.SplitSeq(types, "/") {
		b.WriteString("/" + part)
		if i < len(names) {
			b.WriteString("/" + names[i].shape())
			i++
		}
	}
	for ; i < len(names); i++ {
		b.WriteString("/" + names[i].shape())
	}
	return shaped(b.String(), pieces...)
}

// Join writes texts one behind the other, also those that are not known.
func Join(pieces ...Value) Value {
	var b strings.Builder
	for _, p := range pieces {
		if p.Failed() {
			return p
		}
		b.WriteString(p.shape())
	}
	return shaped(b.String(), pieces...)
}

// Segments cuts a path at its slashes. Ok is false when unknown pieces of it
// may hold slashes; the path is then cut at those that are known.
func Segments(path Value) (list []Value, ok bool) {
	for piece := range strings.SplitSeq(path.shape(), "/") {
		list = append(list, shaped(piece, path))
	}
	return list, !path.HasSlash()
}

// typeAt finds the first argument that is a type: it has a slash.
func (c *call) typeAt() int {
	for i, a := range c.args {
		if strings.Contains(a.shape(), "/") {
			return i
		}
	}
	return -1
}

const noType = "no type among the arguments"

// resourceID has, in front of the type, a resource group, or a subscription
// and a resource group. Without them it is of the scope that is deployed to.
func resourceID(c *call) Value {
	at := c.typeAt()
	if at < 0 || at > 2 || at+1 >= len(c.args) {
		if _, unknown := firstUnknown(c.args); unknown {
			return c.unknown()
		}
		return c.fail(noType)
	}
	scope := c.env.host.Scope()
	switch at {
	case 1:
		scope = Join(SubscriptionOf(scope), Text("/resourceGroups/"), c.args[0])
	case 2:
		scope = Join(Text("/subscriptions/"), c.args[0], Text("/resourceGroups/"), c.args[1])
	}
	return ID(scope, c.args[at], c.args[at+1:])
}

// SubscriptionOf is the id of the subscription of a scope, an unknown one where
// the scope has none.
func SubscriptionOf(scope Value) Value {
	segments, _ := Segments(scope)
	if len(segments) >= 3 && strings.EqualFold(segments[1].shape(), "subscriptions") {
		return Join(Text("/subscriptions/"), segments[2])
	}
	return Join(Text("/subscriptions/"), UnknownSegment(atDeployment, "subscription"))
}

func subscriptionResourceID(c *call) Value {
	switch at := c.typeAt(); {
	case at == 0:
		return ID(SubscriptionOf(c.env.host.Scope()), c.args[0], c.args[1:])
	case at == 1 && len(c.args) > 2:
		return ID(Join(Text("/subscriptions/"), c.args[0]), c.args[1], c.args[2:])
	}
	return c.fail(noType)
}

func managementGroupResourceID(c *call) Value {
	group := Text("/providers/Microsoft.Management/managementGroups/")
	switch at := c.typeAt(); {
	case at == 0:
		scope := c.env.host.Scope()
		if !strings.HasPrefix(scope.shape(), group.text) {
			scope = Join(group, UnknownSegment(atDeployment, "managementGroup"))
		}
		return ID(scope, c.args[0], c.args[1:])
	case at == 1 && len(c.args) > 2:
		return ID(Join(group, c.args[0]), c.args[1], c.args[2:])
	}
	return c.fail(noType)
}

func tenantResourceID(c *call) Value { return ID(Text(""), c.args[0], c.args[1:]) }

func extensionResourceID(c *call) Value {
	if _, unknown := firstUnknown(c.args[1:2]); unknown {
		return c.unknown()
	}
	return ID(c.args[0], c.args[1], c.args[2:])
}
