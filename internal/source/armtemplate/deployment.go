package armtemplate

import (
	"path"
	"slices"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/armexpr"
	"github.com/demarc-dev/demarc/internal/scope"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/jsontree"
)

const deploymentType = "Microsoft.Resources/deployments"

// maxLinks is how long a chain of linked templates may be.
const maxLinks = 50

// nestedKey is a deployment of a template at one turn of its loop.
type nestedKey struct {
	n    *jsontree.Node
	turn int64
}

// scopeOf is the scope that a template is deployed to, as its schema says which
// kind that is and the target, where somebody told it, which one.
func scopeOf(root *jsontree.Node, target string) armexpr.Value {
	given := scope.Parse(target)
	known := func(name, prefix, what, placeholder string) armexpr.Value {
		if name != "" {
			return armexpr.Text(prefix + name)
		}
		return armexpr.Join(armexpr.Text(prefix), armexpr.UnknownSegment("the "+what+" is not known", placeholder))
	}
	subscription := known(given.Subscription, "/subscriptions/", "subscription", "subscription")
	switch schema := demarc.Fold(root.Get("$schema").String()); {
	case strings.Contains(schema, "/subscriptiondeploymenttemplate"):
		return subscription
	case strings.Contains(schema, "/managementgroupdeploymenttemplate"):
		return known(given.ManagementGroup, "/providers/Microsoft.Management/managementGroups/", "management group", "managementGroup")
	case strings.Contains(schema, "/tenantdeploymenttemplate"):
		return armexpr.Text("")
	}
	return armexpr.Join(subscription, known(given.Group, "/resourceGroups/", "resource group", "resourceGroup"))
}

// deploy gives what a deployment within the template deploys. The deployment
// itself is something that was said, not something that is there.
func (one *item) deploy() {
	f := one.f
	f.t.r.sink.Statement(source.Statement{Kind: "deployment", ID: one.id.Shape(), Place: f.place(one.n)})
	t := one.template()
	if t == nil {
		return
	}
	t.conditional = t.conditional || one.conditional
	t.expand(t.inner())
}

// template is the template of a deployment, nil when it is not here. The same
// one is returned each time, with what was worked out of it.
func (one *item) template() *template {
	t := one.f.t
	key := nestedKey{one.n, one.turn}
	if known, ok := t.nested[key]; ok {
		return known
	}
	t.nested[key] = nil
	doc, inner := one.document()
	if doc == nil {
		return nil
	}
	nested := t.r.newTemplate(doc)
	nested.parent, nested.name = t, one.name
	nested.scope = one.target(doc.root)
	nested.conditional = t.conditional
	if inner {
		nested.given = one.argument
		nested.tag = t.tag
	} else {
		nested.outer = one.f
	}
	t.nested[key] = nested
	return nested
}

// document finds the template of a deployment, and whether its expressions
// are its own.
func (one *item) document() (doc *document, inner bool) {
	f := one.f
	properties := one.n.Get("properties")
	if root := properties.Get("template"); root.Is('{') {
		scope := f.value(properties.Get("expressionEvaluationOptions").Get("scope"))
		return &document{in: f.t.doc.in, root: root}, demarc.EqualFold(scope.Text(), "inner")
	}
	if link := properties.Get("templateLink"); link != nil {
		return f.follow(one.n, link), true
	}
	f.note(demarc.NoteMalformed, one.n, "a deployment without a template")
	return nil, false
}

// argument is the value that a deployment gives a parameter. It is worked out
// when it is asked for: deployments wait for each other's outputs.
func (one *item) argument(name string) (armexpr.Value, bool) {
	parameters := one.n.Get("properties").Get("parameters")
	if parameters == nil {
		return armexpr.Value{}, false
	}
	if parameters.Kind != '{' { // the whole is an expression
		return valueOf(one.f.value(parameters), name)
	}
	given := parameters.Get(name)
	switch {
	case given == nil:
		return armexpr.Value{}, false
	case given.Get("reference") != nil:
		return armexpr.Unknown("parameter "+name+" is a secret", name), true
	case given.Get("value") != nil:
		return one.f.value(given.Get("value")), true
	}
	v, ok := one.f.value(given).Member("value")
	return v, ok
}

// valueOf finds the value of a parameter in an object of parameters.
func valueOf(all armexpr.Value, name string) (armexpr.Value, bool) {
	if all.IsUnknown() {
		return armexpr.Unknown(all.Reason(), name), true
	}
	given, ok := all.Member(name)
	if !ok {
		return armexpr.Value{}, false
	}
	return given.Member("value")
}

// target is the scope that a deployment deploys to.
func (one *item) target(root *jsontree.Node) armexpr.Value {
	f, n := one.f, one.n
	base := f.t.scope
	if scope := n.Get("scope"); scope != nil {
		switch v := f.value(scope); {
		case v.Text() == "/":
			base = armexpr.Text("")
		case strings.HasPrefix(v.Shape(), "/"):
			base = v
		case strings.Contains(v.Shape(), "/"):
			base = armexpr.Join(armexpr.Text("/providers/"), v)
		default:
			base = scopeOf(root, "")
		}
	}
	return one.deployed(base, root)
}

// deployed is the scope of a deployment that names a subscription or a group.
func (one *item) deployed(base armexpr.Value, root *jsontree.Node) armexpr.Value {
	at := one.elsewhere(base)
	name, ok := segment(one.f.t.scope, "resourceGroups")
	if ok && one.n.Get("subscriptionId") != nil && one.n.Get("resourceGroup") == nil && !isSubscription(root) {
		at = armexpr.Join(at, armexpr.Text("/resourceGroups/"), name)
	}
	return at
}

// elsewhere is the scope that a resource names by subscription and group.
func (one *item) elsewhere(base armexpr.Value) armexpr.Value {
	if n := one.n.Get("subscriptionId"); n != nil {
		base = armexpr.Join(armexpr.Text("/subscriptions/"), one.f.noted(one.n, n, "the subscription of a resource").AsSegment())
	}
	if n := one.n.Get("resourceGroup"); n != nil {
		group := one.f.noted(one.n, n, "the resource group of a resource").AsSegment()
		base = armexpr.Join(armexpr.SubscriptionOf(base), armexpr.Text("/resourceGroups/"), group)
	}
	return base
}

func isSubscription(root *jsontree.Node) bool {
	return strings.Contains(demarc.Fold(root.Get("$schema").String()), "/subscriptiondeploymenttemplate")
}

// follow finds a linked template. One that is not here is remembered, and one
// that is being read already is cut off.
func (f *frame) follow(n, link *jsontree.Node) *document {
	r := f.t.r
	relative, address := f.value(link.Get("relativePath")), f.value(link.Get("uri"))
	var candidates []string
	name := ""
	switch {
	case !relative.IsNull():
		name = relative.Shape()
		if !relative.IsUnknown() {
			candidates = []string{relative.Text()}
		}
	case !address.IsNull():
		name = withoutQuery(address.Shape())
		candidates = tails(address)
	default:
		name = f.value(link.Get("id")).Shape() // a template spec, which Azure keeps
	}
	for _, candidate := range candidates {
		doc, cyclic := f.open(candidate)
		switch {
		case cyclic && (len(candidates) == 1 || strings.Contains(candidate, "/")):
			f.note(demarc.NoteMalformed, n, "a linked template leads back to itself")
			return nil
		case doc != nil:
			return doc
		}
	}
	r.missing[name] = true
	return nil
}

func withoutQuery(address string) string {
	if i := strings.IndexByte(address, '?'); i >= 0 {
		return address[:i]
	}
	return address
}

// common are names that templates of all projects have: alone they do not
// tell that an address means the file beside the template.
var common = []string{"azuredeploy.json", "maintemplate.json", "main.json", "template.json", "deploy.json", "index.json"}

// tails are the ends of an address that may be paths beside the template, the
// longest first.
func tails(address armexpr.Value) []string {
	whole := address.IsUnknown()
	shape := address.Shape()
	tail := shape
	if whole {
		// Unknown pieces behind the path are its query: a token.
		end := strings.LastIndex(demarc.Fold(shape), ".json")
		if end < 0 {
			return nil
		}
		tail = shape[:end+len(".json")]
		if i := strings.LastIndexByte(tail, '}'); i >= 0 {
			tail = tail[i+1:]
		}
	}
	tail = withoutQuery(tail)
	if _, path, ok := strings.Cut(tail, "://"); ok {
		_, tail, _ = strings.Cut(path, "/")
	}
	if !strings.Contains(tail, ".") || whole && !strings.HasPrefix(tail, "/") {
		return nil
	}
	tail = strings.Trim(tail, "/")
	var list []string
	for {
		list = append(list, tail)
		_, rest, more := strings.Cut(tail, "/")
		if !more {
			break
		}
		tail = rest
	}
	if last := demarc.Fold(list[len(list)-1]); !whole && slices.Contains(common, last) {
		list = list[:len(list)-1]
	}
	return list
}

// open opens a template beside this one or, as addresses are relative to where
// the first template lies, beside those that led here.
func (f *frame) open(rel string) (doc *document, cyclic bool) {
	links := 0
	for t := f.t; t != nil; t = t.parent {
		if t.parent != nil && t.parent.doc.in == t.doc.in {
			continue
		}
		if links++; links > maxLinks {
			return nil, true
		}
		if doc := f.t.r.load(t.doc.in, rel); doc != nil {
			return doc, f.leadsFrom(doc)
		}
	}
	return nil, false
}

// leadsFrom reports whether a document is among those that led here.
func (f *frame) leadsFrom(doc *document) bool {
	for t := f.t; t != nil; t = t.parent {
		if t.doc.in.File.Path == doc.in.File.Path {
			return true
		}
	}
	return false
}

// load reads a linked template once, nil when there is none.
func (r *reading) load(from *source.Input, rel string) *document {
	at := path.Join(path.Dir(from.File.Path), rel)
	if doc, ok := r.loaded[at]; ok {
		return doc
	}
	r.loaded[at] = nil
	in, err := from.Sibling(rel)
	if err != nil || !detect(in.Head) {
		return nil
	}
	root, err := jsontree.Read(in)
	if err != nil {
		r.sink.Note(demarc.Note{Kind: demarc.NoteUnreadable, Place: demarc.Place{File: in.File}, Message: err.Error(), Count: 1})
		return nil
	}
	doc := &document{in: in, root: root}
	r.loaded[at], r.linked[at] = doc, true
	return doc
}
