package armtemplate

import (
	"fmt"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/armexpr"
	"github.com/demarc-dev/demarc/internal/scope"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/jsontree"
)

// item is a resource of a template at one turn of its loop.
type item struct {
	f           *frame
	n           *jsontree.Node
	symbol      string // symbolic name, "" in templates without them
	parent      *item  // of a child resource
	typ         string // full type
	name        armexpr.Value
	id          armexpr.Value
	turn        int64 // of its loop, -1 where that is not known
	conditional bool  // it is not known whether it is deployed, or how often
	leaving     bool  // it is deleted
}

// expand gives all resources of a template, whose expressions see f.
func (t *template) expand(f *frame) {
	each(t.doc.root.Get("resources"), func(symbol string, n *jsontree.Node) {
		f.resource(&item{n: n, symbol: symbol, conditional: t.conditional})
	})
}

// each visits the resources of a list or, with symbolic names, of an object.
func each(resources *jsontree.Node, visit func(symbol string, n *jsontree.Node)) {
	if resources == nil {
		return
	}
	for _, m := range resources.Members {
		visit(m.Name, m.Value)
	}
	for _, e := range resources.Elements {
		visit("", e)
	}
}

func (f *frame) place(n *jsontree.Node) demarc.Place {
	return demarc.Place{File: f.t.doc.in.File, Line: n.Line}
}

func (f *frame) note(kind demarc.NoteKind, n *jsontree.Node, message string) {
	f.t.r.sink.Note(demarc.Note{Kind: kind, Place: f.place(n), Message: message, Count: 1})
}

// resource gives a resource, once for each turn of its loop.
func (f *frame) resource(one *item) {
	if !one.n.Is('{') {
		f.note(demarc.NoteSkipped, one.n, "not a resource")
		return
	}
	turns, known := f.count(one.n)
	if !known {
		one.conditional = true
	}
	for _, at := range turns {
		turn := *one
		turn.f, turn.turn = at.f, at.turn
		turn.give()
	}
}

// turn is one turn of a loop around a resource.
type turn struct {
	f    *frame
	turn int64
}

// count makes the turns of a resource's loop. When it cannot be told how many
// there are, one stands for all.
func (f *frame) count(n *jsontree.Node) (turns []turn, known bool) {
	turns, count, ok := f.turnsOf(n)
	switch {
	case ok && len(turns) == 0:
		f.note(demarc.NoteIgnored, n, "a resource is not deployed: its copy loop has no turns")
	case count.Failed():
		f.note(demarc.NoteMalformed, n, "the count of a copy loop: "+count.Reason())
	case !ok && !count.IsUnknown():
		f.note(demarc.NoteMalformed, n, fmt.Sprintf("a copy loop of %.20s turns, Azure allows 0 to %d; one stands for all", count, maxCopies))
	}
	return turns, ok
}

// turnsOf makes the turns of a resource's loop; ok is false when one had to
// stand for a count that is unknown or cannot be.
func (f *frame) turnsOf(n *jsontree.Node) (turns []turn, count armexpr.Value, ok bool) {
	loop := n.Get("copy")
	if !loop.Is('{') {
		return []turn{{f, 0}}, armexpr.Int(1), true
	}
	name := loop.Get("name").String()
	count = f.value(loop.Get("count"))
	if number := count.Int(); count.Kind() == armexpr.KindInt && 0 <= number && number <= maxCopies {
		for i := range number {
			turns = append(turns, turn{f.in(name, armexpr.Int(i)), i})
		}
		return turns, count, true
	}
	index := armexpr.UnknownSegment("it is not known how many copies there are", name+"[]")
	return []turn{{f.in(name, index), -1}}, count, false
}

// give gives one resource and its children.
func (one *item) give() {
	f := one.f
	if !f.t.r.take() || !one.applies() || !one.identify() {
		return
	}
	switch {
	case one.n.Get("existing").Is('t'):
		f.t.r.sink.Reference(source.Reference{ID: one.id.Shape(), Type: one.typ, Place: f.place(one.n)})
	case demarc.EqualFold(one.typ, deploymentType):
		one.deploy()
	case isContainer(one.typ):
		f.t.r.sink.Scope(source.Scope{ID: one.id.Shape(), Name: one.name.Shape(), Place: f.place(one.n)})
	default:
		one.emit()
	}
	each(one.n.Get("resources"), func(symbol string, n *jsontree.Node) {
		f.resource(&item{n: n, symbol: symbol, parent: one, conditional: one.conditional})
	})
}

// applies looks at the condition.
func (one *item) applies() bool {
	n := one.n.Get("condition")
	if n == nil {
		return true
	}
	v := one.f.value(n)
	switch {
	case v.Failed():
		one.f.note(demarc.NoteMalformed, one.n, "a condition: "+v.Reason())
	case v.Kind() == armexpr.KindBool && !v.IsTrue(), demarc.EqualFold(v.Text(), "false"):
		one.f.note(demarc.NoteIgnored, one.n, "a resource is not deployed: its condition is false")
		return false
	case v.IsTrue(), demarc.EqualFold(v.Text(), "true"):
		return true
	}
	one.conditional = true
	return true
}

// identify works out type, name and id.
func (one *item) identify() bool {
	f, n := one.f, one.n
	typ := f.value(n.Get("type"))
	one.typ, _, _ = strings.Cut(typ.Text(), "@")
	if one.typ == "" {
		f.note(demarc.NoteSkipped, n, "a resource without a type that can be told")
		return false
	}
	if extension := n.Get("import"); extension != nil || n.Get("extension") != nil {
		one.foreign()
		return true
	}
	one.name = f.noted(n, n.Get("name"), "the name of a resource")
	if one.name.Kind() != armexpr.KindText && !one.name.IsUnknown() {
		f.note(demarc.NoteSkipped, n, "a resource without a name")
		return false
	}
	one.nest()
	one.identified()
	return true
}

// noted works out a piece of an id. An expression that is wrong becomes a note
// and an unknown piece that is told from others by its line.
func (f *frame) noted(resource, n *jsontree.Node, what string) armexpr.Value {
	v := f.value(n)
	if !v.Failed() {
		return v
	}
	f.note(demarc.NoteMalformed, resource, what+": "+v.Reason())
	return armexpr.UnknownSegment(v.Reason(), fmt.Sprintf("error in line %d%s", n.Line, f.home().t.tag))
}

// foreign identifies a resource of an extension, such as Microsoft Graph, that
// hangs in no scope of Azure.
func (one *item) foreign() {
	one.name = armexpr.Text(one.symbol)
	for _, name := range [...]string{"uniqueName", "displayName", "name"} {
		if v := one.f.value(one.n.Get("properties").Get(name)); v.Kind() == armexpr.KindText || v.IsUnknown() {
			one.name = v.AsSegment()
			break
		}
	}
	one.id = armexpr.Join(armexpr.Text("/providers/"+one.typ+"/"), one.name)
}

// nest puts the type and the name of the parent in front of those of a child.
// In a list of children both are relative; they may be spelled out as well.
func (one *item) nest() {
	p := one.parent
	if p == nil || strings.Contains(one.typ, "/") && demarc.EqualFold(one.typ[:min(len(one.typ), len(p.typ))], p.typ) {
		return
	}
	if strings.Contains(one.typ, "/") && !strings.HasPrefix(demarc.Fold(one.typ), "providers/") {
		return // a resource of its own that merely stands there
	}
	one.typ = p.typ + "/" + one.typ
	one.name = armexpr.Join(p.name, armexpr.Text("/"), one.name)
}

// identified makes the id of the type and the name.
func (one *item) identified() {
	base := one.base()
	_, types, _ := strings.Cut(one.typ, "/")
	wanted := strings.Count(types, "/") + 1
	names, sure := armexpr.Segments(one.name)
	if !sure && len(names) < wanted {
		// One unknown piece stands for several names.
		rest := names[0]
		for i := wanted - len(names); i > 0; i-- {
			names = append([]armexpr.Value{armexpr.UnknownSegment(rest.Reason(), fmt.Sprintf("%s[%d]", strings.Trim(rest.Shape(), "{}"), i-1))}, names...)
		}
	}
	if len(names) != wanted {
		one.f.note(demarc.NoteMalformed, one.n, "the name has not as many parts as the type")
	}
	if isContainer(one.typ) {
		one.id = containerID(one.typ, base, names[len(names)-1])
		return
	}
	one.id = armexpr.ID(base, armexpr.Text(one.typ), names)
	if strings.Contains(demarc.Fold(one.typ), "/providers/") {
		one.typ = scope.Parse(one.id.Shape()).Type() // an extension, written as a child
	}
}

// base is the id of the scope or resource in front of the resource's type.
func (one *item) base() armexpr.Value {
	f := one.f
	n := one.n.Get("scope")
	switch {
	case demarc.EqualFold(one.typ, deploymentType):
		return f.t.scope
	case n == nil:
		return one.elsewhere(f.t.scope)
	}
	v := f.noted(one.n, n, "the scope of a resource")
	shape := v.Shape()
	switch {
	case shape == "/":
		return armexpr.Text("")
	case strings.HasPrefix(shape, "/"):
		return v
	case v.Kind() == armexpr.KindText || v.IsUnknown() && strings.Contains(shape, "/"):
		return armexpr.Join(f.t.scope, armexpr.Text("/providers/"), v)
	}
	return armexpr.Join(f.t.scope, armexpr.Text("/providers/"), armexpr.UnknownSegment(v.Reason(), strings.Trim(shape, "{}")))
}

// isContainer reports whether a type is that of a scope.
func isContainer(typ string) bool {
	switch demarc.Fold(typ) {
	case "microsoft.resources/resourcegroups", "microsoft.resources/subscriptions", "microsoft.management/managementgroups":
		return true
	}
	return false
}

func containerID(typ string, base, name armexpr.Value) armexpr.Value {
	name = name.AsSegment()
	switch demarc.Fold(typ) {
	case "microsoft.resources/resourcegroups":
		return armexpr.Join(armexpr.SubscriptionOf(base), armexpr.Text("/resourceGroups/"), name)
	case "microsoft.resources/subscriptions":
		return armexpr.Join(armexpr.Text("/subscriptions/"), name)
	}
	return armexpr.Join(armexpr.Text("/providers/Microsoft.Management/managementGroups/"), name)
}

// emit gives the resource with the values that anybody wants of it.
func (one *item) emit() {
	r := one.f.t.r
	name := one.name.Shape()
	given := source.Resource{Resource: demarc.Resource{
		ID: one.id.Shape(), Name: name[strings.LastIndexByte(name, '/')+1:], Type: one.typ, Place: one.f.place(one.n),
		Seen: demarc.SeenDeclared, MadeUp: one.id.IsUnknown(),
	}}
	switch {
	case one.leaving:
		given.Standing = demarc.Leaving
	case one.conditional || one.name.IsUnknown():
		given.Standing = demarc.Conditional
	}
	plan := r.sink.Plans().For(one.typ)
	r.values.Reset(plan)
	for _, column := range r.columnsOf(one.typ) {
		switch column {
		case "id", "name", "type":
			continue
		}
		if n := one.n.Get(column); n != nil {
			r.values.SetTree(column, one.f.tree(n))
		}
	}
	r.values.Set("name", demarc.Text(given.Name))
	r.values.Set("type", demarc.Text(one.typ))
	given.Values = r.values
	r.sink.Resource(given)
}

// columnsOf are the top-level names of what is wanted of a type.
func (r *reading) columnsOf(typ string) []string {
	if columns, ok := r.columns[typ]; ok {
		return columns
	}
	var columns []string
	seen := map[string]bool{}
	for _, path := range r.sink.Plans().For(typ).Paths() {
		if i := strings.IndexAny(path, ".["); i >= 0 {
			path = path[:i]
		}
		if !seen[path] {
			seen[path] = true
			columns = append(columns, path)
		}
	}
	r.columns[typ] = columns
	return columns
}
