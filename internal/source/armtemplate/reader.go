// Package armtemplate reads Azure Resource Manager templates: what they would
// deploy, as far as it can be told without deploying it. Parameters, variables,
// conditions, copy loops, nested and linked templates are worked out; what
// stays unknown is said with its reason, and a resource that may or may not be
// there is conditional.
package armtemplate

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/armexpr"
	"github.com/demarc-dev/demarc/internal/slots"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/jsontree"
)

// Format is the format of templates.
var Format = source.Format{
	Name:   "arm-template",
	Title:  "Azure Resource Manager templates, with the files they link to and their parameters (JSON)",
	Detect: detect,
	Read:   read,
	Parts:  parts,
}

// Bounds of one file, with all that it nests and links to.
const (
	maxRecords = 100_000
	maxSteps   = 5_000_000
	// maxCopies is how many copies of a resource Azure deploys at most.
	maxCopies = 800
)

// detect wants the schema of a template or, without one, its sections.
func detect(h source.Head) bool {
	j := h.JSON()
	if j.Kind != '{' {
		return false
	}
	if schema := demarc.Fold(j.Members["$schema"].Text); schema != "" {
		return strings.Contains(schema, "deploymenttemplate.json")
	}
	_, version := j.Members["contentversion"]
	kind := j.Members["resources"].Kind
	return version && (kind == '[' || kind == '{')
}

func read(ctx context.Context, in *source.Input, sink source.Sink) error {
	root, err := jsontree.Read(in)
	if err != nil {
		return err
	}
	return Expand(ctx, in, root, nil, sink)
}

// Expand gives all that a template deploys to a sink. Linked templates are
// looked for beside the input, and so are parameters when none are given: the
// content of a parameter file, or nil.
func Expand(ctx context.Context, in *source.Input, root, parameters *jsontree.Node, sink source.Sink) error {
	r := newReading(ctx, in, sink)
	values := r.parametersBeside
	if parameters != nil {
		values = func(root *jsontree.Node) map[string]armexpr.Value { return valuesIn(parameters, root) }
	}
	r.expand(root, values(root))
	r.reportMissing()
	return ctx.Err()
}

// parts tells which files a template takes in. Few link to others, so that it
// is worth a look before all is worked out.
func parts(ctx context.Context, in *source.Input) []string {
	root, err := jsontree.Read(in)
	if err != nil {
		return nil
	}
	r := newReading(ctx, in, &silence{})
	values := r.parametersBeside(root)
	if hasLinks(root) {
		r.expand(root, values)
	}
	paths := make([]string, 0, len(r.linked))
	for path := range r.linked {
		paths = append(paths, path)
	}
	slices.Sort(paths)
	return append(append(paths, r.valueFiles...), compiledFrom(in, root)...)
}

// compiledFrom names the Bicep file beside a template that was made of it.
func compiledFrom(in *source.Input, root *jsontree.Node) []string {
	if root.Get("metadata").Get("_generator").Get("name").String() != "bicep" {
		return nil
	}
	name := strings.TrimSuffix(in.Name(), path.Ext(in.Name())) + ".bicep"
	if !slices.Contains(in.Siblings(), name) {
		return nil
	}
	return []string{path.Join(path.Dir(in.File.Path), name)}
}

// hasLinks reports whether a template mentions a link anywhere.
func hasLinks(n *jsontree.Node) bool {
	for _, m := range n.Members {
		if demarc.EqualFold(m.Name, "templateLink") || hasLinks(m.Value) {
			return true
		}
	}
	return slices.ContainsFunc(n.Elements, hasLinks)
}

// silence is a sink for a reading of which only the files matter.
type silence struct{}

var nothingWanted = func() *slots.Layout {
	l, _ := slots.NewLayout(nil) // no wish can be wrong
	return l
}()

func (*silence) Resource(source.Resource)     {}
func (*silence) Scope(source.Scope)           {}
func (*silence) Reference(source.Reference)   {}
func (*silence) Statement(source.Statement)   {}
func (*silence) Evidence(*demarc.Evidence)    {}
func (*silence) Note(demarc.Note)             {}
func (*silence) Incomplete(demarc.Incomplete) {}
func (s *silence) Fork() source.Sink          { return s }
func (*silence) Plans() *slots.Layout         { return nothingWanted }

// reading is the reading of one file and of all that it links to.
type reading struct {
	ctx     context.Context
	in      *source.Input
	sink    source.Sink
	values  *slots.Values
	budget  *armexpr.Budget
	parsed  map[string]*armexpr.Expr // by text, nil for those that are broken
	columns map[string][]string      // wanted of a type, by its spelling
	left    int                      // records that may still be given
	full    bool                     // there were more than those

	loaded     map[string]*document // linked templates by path
	linked     map[string]bool      // paths of linked templates that were taken in
	missing    map[string]bool      // names of those that are not here
	valueFiles []string
}

// document is a template with the file that it was read from.
type document struct {
	in   *source.Input
	root *jsontree.Node
}

func newReading(ctx context.Context, in *source.Input, sink source.Sink) *reading {
	return &reading{
		ctx: ctx, in: in, sink: sink, values: slots.NewValues(), budget: armexpr.NewBudget(maxSteps), left: maxRecords,
		parsed: map[string]*armexpr.Expr{}, columns: map[string][]string{},
		loaded: map[string]*document{}, linked: map[string]bool{}, missing: map[string]bool{},
	}
}

func (r *reading) expand(root *jsontree.Node, values map[string]armexpr.Value) {
	t := r.newTemplate(&document{in: r.in, root: root})
	t.scope, t.tag = scopeOf(root, r.in.Target), tagOf(root)
	if values != nil {
		t.given = func(name string) (armexpr.Value, bool) {
			v, ok := values[demarc.Fold(name)]
			return v, ok
		}
	}
	if all := root.Get("resources"); all == nil || len(all.Members)+len(all.Elements) == 0 {
		r.sink.Note(demarc.Note{Kind: demarc.NoteIgnored, Place: demarc.Place{File: r.in.File, Line: root.Line}, Message: "a template without resources", Count: 1})
	}
	t.expand(t.frame())
	if r.full {
		r.incomplete(fmt.Sprintf("more than %d resources, the rest is not read", maxRecords))
	}
	if r.budget.Spent() {
		r.incomplete("its expressions take too many steps, some are not worked out")
	}
}

func (r *reading) incomplete(message string) {
	r.sink.Incomplete(demarc.Incomplete{Place: demarc.Place{File: r.in.File}, Message: message})
}

// reportMissing names the linked templates that are not here.
func (r *reading) reportMissing() {
	const most = 5
	if len(r.missing) == 0 {
		return
	}
	names := make([]string, 0, len(r.missing))
	for name := range r.missing {
		names = append(names, name)
	}
	slices.Sort(names)
	message := fmt.Sprintf("%d linked templates are not here: ", len(names))
	if len(names) == 1 {
		message = "a linked template is not here: "
	}
	message += strings.Join(names[:min(len(names), most)], ", ")
	if len(names) > most {
		message += fmt.Sprintf(" and %d more", len(names)-most)
	}
	r.incomplete(message)
}

// take counts a record and reports whether it may still be given.
func (r *reading) take() bool {
	if r.left--; r.left < 0 || r.ctx.Err() != nil {
		r.full = r.left < 0
		return false
	}
	return true
}

// expression parses a text once.
func (r *reading) expression(text string) *armexpr.Expr {
	if e, ok := r.parsed[text]; ok {
		return e
	}
	e, err := armexpr.Parse(text)
	if err != nil {
		e = nil
	}
	r.parsed[text] = e
	return e
}
