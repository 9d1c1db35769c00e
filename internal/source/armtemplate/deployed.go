package armtemplate

import (
	"context"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/armexpr"
	"github.com/demarc-dev/demarc/internal/scope"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/jsontree"
)

// Deployed gives single resources that another tool worked out of a template.
// They may still hold expressions that the tool could not resolve.
type Deployed struct{ f *frame }

// NewDeployed makes a Deployed for the resources of one document.
func NewDeployed(ctx context.Context, in *source.Input, root *jsontree.Node, sink source.Sink) *Deployed {
	r := newReading(ctx, in, sink)
	t := r.newTemplate(&document{in: in, root: root})
	t.scope, t.tag = scopeOf(root, in.Target), tagOf(root)
	return &Deployed{t.frame()}
}

// Give gives one resource. The id is that of the body where "" is given.
func (d *Deployed) Give(id string, body *jsontree.Node, standing demarc.Standing) {
	f := d.f
	if !body.Is('{') {
		f.note(demarc.NoteSkipped, body, "not a resource")
		return
	}
	one := &item{f: f, n: body, conditional: standing == demarc.Conditional, leaving: standing == demarc.Leaving}
	one.id = armexpr.Text(id)
	if id == "" {
		one.id = f.value(body.Get("id"))
	}
	one.typ, _, _ = strings.Cut(f.value(body.Get("type")).Text(), "@")
	one.name = f.value(body.Get("name"))
	if one.id.IsNull() || one.id.Shape() == "" {
		if !one.identify() {
			return
		}
	}
	parsed := scope.Parse(one.id.Shape())
	if _, isScope := parsed.IsScope(); isScope || isContainer(one.typ) {
		f.t.r.sink.Scope(source.Scope{ID: one.id.Shape(), Name: parsed.Name, Place: f.place(body)})
		return
	}
	if one.typ == "" {
		one.typ = parsed.Type()
	}
	switch {
	case one.typ == "":
		f.note(demarc.NoteSkipped, body, "the id is not that of a resource and there is no type")
	case demarc.EqualFold(one.typ, deploymentType):
		f.t.r.sink.Statement(source.Statement{Kind: "deployment", ID: one.id.Shape(), Place: f.place(body)})
	default:
		if one.name.IsNull() {
			one.name = armexpr.Text(parsed.Name)
		}
		one.emit()
	}
}
