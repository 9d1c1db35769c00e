package armtemplate

import (
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/armexpr"
	"github.com/demarc-dev/demarc/internal/source/jsontree"
)

// template is one template, deployed to one scope.
type template struct {
	r      *reading
	doc    *document
	parent *template
	// outer is set when the expressions are those of the template around it.
	outer       *frame
	scope       armexpr.Value                           // id of the scope deployed to
	name        armexpr.Value                           // of its deployment
	given       func(name string) (armexpr.Value, bool) // values of parameters, nil for none
	conditional bool
	tag         string // tells unknowns of this template from those of others

	parameters, variables map[string]armexpr.Value
	busy                  map[string]bool // names that are being worked out
	nested                map[nestedKey]*template
	deployments           map[string][]*item // by folded name and symbolic name
	outputs               *armexpr.Value
}

func (r *reading) newTemplate(doc *document) *template {
	return &template{
		r: r, doc: doc, name: armexpr.UnknownSegment("only known when it is deployed", "deployment"),
		parameters: map[string]armexpr.Value{}, variables: map[string]armexpr.Value{}, busy: map[string]bool{},
		nested: map[nestedKey]*template{},
	}
}

// frame is a template with the copy loops that surround an expression in it.
// It is the host of its expressions.
type frame struct {
	t    *template
	loop *loop
}

// loop is a copy loop at one of its turns.
type loop struct {
	name  string
	index armexpr.Value
	outer *loop
}

func (t *template) frame() *frame { return &frame{t: t} }

// in is the frame inside of a loop.
func (f *frame) in(name string, index armexpr.Value) *frame {
	return &frame{t: f.t, loop: &loop{name, index, f.loop}}
}

// home is the frame whose names the expressions of this frame use.
func (f *frame) home() *frame {
	for f.t.outer != nil {
		f = f.t.outer
	}
	return f
}

const tooRecursive = " refers to itself"

// once works out a named value and keeps it.
func (t *template) once(kept map[string]armexpr.Value, kind, name string, make func() armexpr.Value) armexpr.Value {
	key := demarc.Fold(name)
	if v, ok := kept[key]; ok {
		return v
	}
	if t.busy[kind+key] {
		return armexpr.Failed(kind + " " + name + tooRecursive)
	}
	t.busy[kind+key] = true
	v := make()
	delete(t.busy, kind+key)
	kept[key] = v
	return v
}

// Parameter gives the value of a parameter: given, default, or unknown.
func (f *frame) Parameter(name string) armexpr.Value {
	t := f.home().t
	return t.once(t.parameters, "parameter", name, func() armexpr.Value { return t.parameter(name) })
}

func (t *template) parameter(name string) armexpr.Value {
	declared := t.doc.root.Get("parameters").Get(name)
	if declared == nil {
		return armexpr.Failed("there is no parameter " + name)
	}
	if isSecure(declared) {
		return armexpr.Unknown("parameter "+name+" is a secret", name+t.tag)
	}
	if t.given != nil {
		if v, ok := t.given(name); ok {
			return v
		}
	}
	if otherwise := declared.Get("defaultValue"); otherwise != nil {
		return t.frame().value(otherwise)
	}
	if declared.Get("nullable").Is('t') {
		return armexpr.Null()
	}
	return armexpr.Unknown("parameter "+name+" has no value", name+t.tag)
}

// isSecure reports whether a parameter or output holds a secret, which is
// never looked at.
func isSecure(declared *jsontree.Node) bool {
	return strings.HasPrefix(demarc.Fold(declared.Get("type").String()), "secure")
}

// Variable gives the value of a variable.
func (f *frame) Variable(name string) armexpr.Value {
	t := f.home().t
	return t.once(t.variables, "variable", name, func() armexpr.Value {
		all := t.doc.root.Get("variables")
		if n := all.Get(name); n != nil {
			return t.frame().value(n)
		}
		if v, ok := t.frame().looped(all, name); ok {
			return v
		}
		return armexpr.Failed("there is no variable " + name)
	})
}

// Scope is the id of the scope that the template is deployed to.
func (f *frame) Scope() armexpr.Value { return f.home().t.scope }

// Call answers the functions of the deployment and those that the template
// declares.
func (f *frame) Call(name string, args []armexpr.Value) (armexpr.Value, bool) {
	switch name {
	case "copyindex":
		return f.copyIndex(args)
	case "resourcegroup":
		return f.resourceGroup(), true
	case "subscription":
		return f.subscription(), true
	case "managementgroup":
		return f.managementGroup(), true
	case "deployment":
		return f.deployment(), true
	case "reference":
		return f.home().t.reference(args)
	}
	return f.declared(name, args)
}

// copyIndex is the turn of a loop: the innermost or that of a name.
func (f *frame) copyIndex(args []armexpr.Value) (armexpr.Value, bool) {
	name, offset := "", int64(0)
	for _, a := range args {
		switch a.Kind() {
		case armexpr.KindText:
			name = a.Text()
		case armexpr.KindInt:
			offset = a.Int()
		case armexpr.KindUnknown, armexpr.KindNull, armexpr.KindBool, armexpr.KindFloat, armexpr.KindArray, armexpr.KindObject:
			return armexpr.Failed("copyIndex: neither the name of a loop nor an offset"), true
		}
	}
	for l := f.loop; l != nil; l = l.outer {
		if name == "" || demarc.EqualFold(l.name, name) {
			if l.index.IsUnknown() {
				return l.index, true
			}
			return armexpr.Int(l.index.Int() + offset), true
		}
	}
	return armexpr.Value{}, false
}

const atDeployment = "only known when it is deployed"

func segment(scope armexpr.Value, keyword string) (armexpr.Value, bool) {
	segments, _ := armexpr.Segments(scope)
	for i := 1; i+1 < len(segments); i += 2 {
		if demarc.EqualFold(segments[i].Shape(), keyword) {
			return segments[i+1], true
		}
	}
	return armexpr.Value{}, false
}

func member(name string, v armexpr.Value) armexpr.Member { return armexpr.Member{Name: name, Value: v} }

func (f *frame) resourceGroup() armexpr.Value {
	scope := f.Scope()
	name, ok := segment(scope, "resourceGroups")
	if !ok {
		return armexpr.Failed("resourceGroup: the template is not deployed to a resource group")
	}
	return armexpr.Object([]armexpr.Member{
		member("id", scope), member("name", name), member("type", armexpr.Text("Microsoft.Resources/resourceGroups")),
		member("location", armexpr.Unknown("the location of the resource group is not known", "resourceGroup().location")),
		member("managedBy", armexpr.Unknown(atDeployment, "resourceGroup().managedBy")),
		member("tags", armexpr.Unknown("the tags of the resource group are not known", "resourceGroup().tags")),
		member("properties", armexpr.Unknown(atDeployment, "resourceGroup().properties")),
	})
}

func (f *frame) subscription() armexpr.Value {
	id := armexpr.SubscriptionOf(f.Scope())
	name, _ := segment(id, "subscriptions")
	return armexpr.Object([]armexpr.Member{
		member("id", id), member("subscriptionId", name),
		member("tenantId", armexpr.UnknownSegment(atDeployment, "tenant")),
		member("displayName", armexpr.UnknownSegment(atDeployment, "subscription().displayName")),
	})
}

func (f *frame) managementGroup() armexpr.Value {
	name, ok := segment(f.Scope(), "managementGroups")
	if !ok {
		return armexpr.Unknown(atDeployment, "managementGroup()")
	}
	return armexpr.Object([]armexpr.Member{
		member("id", f.Scope()), member("name", name), member("type", armexpr.Text("Microsoft.Management/managementGroups")),
		member("properties", armexpr.Unknown(atDeployment, "managementGroup().properties")),
	})
}

func (f *frame) deployment() armexpr.Value {
	return armexpr.Object([]armexpr.Member{
		member("name", f.home().t.name),
		member("location", armexpr.Unknown(atDeployment, "deployment().location")),
		member("properties", armexpr.Unknown(atDeployment, "deployment().properties")),
	})
}

// declared calls a function that the template declares.
func (f *frame) declared(name string, args []armexpr.Value) (armexpr.Value, bool) {
	namespace, function, ok := strings.Cut(name, ".")
	if !ok {
		return armexpr.Value{}, false
	}
	home := f.home()
	for _, group := range elements(home.t.doc.root.Get("functions")) {
		if !demarc.EqualFold(group.Get("namespace").String(), namespace) {
			continue
		}
		if body := group.Get("members").Get(function); body != nil {
			return home.custom(name, body, args), true
		}
	}
	return armexpr.Value{}, false
}
