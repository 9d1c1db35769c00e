package app

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/assess"
	"github.com/demarc-dev/demarc/internal/catalog"
	"github.com/demarc-dev/demarc/internal/compare"
	"github.com/demarc-dev/demarc/internal/report"
	"github.com/demarc-dev/demarc/internal/report/markdown"
	"github.com/demarc-dev/demarc/internal/report/sarif"
	"github.com/demarc-dev/demarc/internal/scope"
	"github.com/demarc-dev/demarc/internal/source"
)

// FailOn are the words for what a gate does not let pass, the default first;
// each of the others but never holds back more than the one in front of it.
var FailOn = [...]string{"new-unmet", "unmet", "unknown", "never"}

// GateRequest says which change to judge, and over which estate.
type GateRequest struct {
	Request          // its paths are those of the change
	Estate  []string // what was there before, none when nobody knows
	Scope   string   // id of the subscription or resource group that a template is deployed to, "" when nobody says
	FailOn  string   // one of [FailOn]
}

// gate is one run of [Gate].
type gate struct {
	GateRequest
	piped   []byte // standard input, which is read more than once
	files   map[string]bool
	touched *touched
}

// Gate says what a change does to the responsibilities of the resources that
// it touches, and whether that passes: the estate alone is what was before,
// the change over it what is after.
func Gate(ctx context.Context, q GateRequest) (*report.Gate, error) {
	if !slices.Contains(FailOn[:], q.FailOn) {
		return nil, &UsageError{fmt.Errorf("unknown --fail-on %q, known are %s", q.FailOn, strings.Join(FailOn[:], ", "))}
	}
	if is := scope.Parse(q.Scope); q.Scope != "" && !isScope(is) {
		return nil, &UsageError{fmt.Errorf("--scope %q is not the id of a resource group, subscription or management group", q.Scope)}
	}
	g := &gate{GateRequest: q, files: map[string]bool{}, touched: newTouched()}
	if err := g.readPipe(); err != nil {
		return nil, err
	}
	change, err := g.look(ctx)
	if err != nil {
		return nil, err
	}
	before, err := g.before(ctx)
	if err != nil {
		return nil, err
	}
	c, after, err := g.after(ctx)
	if err != nil {
		return nil, err
	}
	r := &ruling{gate: g, after: after, reached: compare.Reach(after.Assessment, g.touched.names)}
	r.out = &report.Gate{SchemaVersion: GateSchemaVersion, Estate: after.Estate.Name, AsOf: date(after.AsOf), FailOn: q.FailOn, Passed: true,
		Reasons: []string{}, Compared: before != nil, Notes: []string{}, Findings: []report.GateFinding{}, Tasks: []report.GateTask{}}
	r.rule(before)
	for _, f := range change {
		r.out.Change.Files = append(r.out.Change.Files, f.Path)
	}
	r.incomplete()
	r.redact(c)
	return r.out, nil
}

// readPipe keeps standard input where it is named.
func (g *gate) readPipe() error {
	const most = 1 << 30
	named := slices.Contains(g.Paths, source.Stdin)
	if slices.Contains(g.Estate, source.Stdin) {
		return &UsageError{errors.New("--estate does not read standard input: name the change -, or give the estate as a file")}
	}
	if !named || g.Stdin == nil {
		return nil
	}
	var err error
	if g.piped, err = io.ReadAll(io.LimitReader(g.Stdin, most)); err != nil {
		return fmt.Errorf("read standard input: %w", err)
	}
	return nil
}

func (g *gate) open(paths []string) *Inputs { return OpenInputs(paths, bytes.NewReader(g.piped)) }

// deploy says where the templates of the change are deployed.
func (g *gate) deploy(in *Inputs) {
	for _, one := range in.list {
		if g.files[whole(one.file.Path)] {
			one.target = g.Scope
		}
	}
}

func isScope(id scope.ID) bool {
	_, ok := id.IsScope()
	return ok
}

// look reads the change alone, to learn what it touches.
func (g *gate) look(ctx context.Context) ([]*demarc.File, error) {
	if in := g.open(g.Estate); len(g.Estate) > 0 && len(in.list) == 0 {
		return nil, fmt.Errorf("read the estate: %w", &UnreadError{Problems: in.problems})
	}
	in := g.open(g.Paths)
	for _, f := range in.Files {
		g.files[whole(f.Path)] = true
	}
	g.deploy(in)
	in.Through = func(_ *demarc.File, s source.Sink) source.Sink { return &watcher{Sink: s, touched: g.touched} }
	_, _, err := g.runOver(ctx, in)
	return in.Files, err
}

// before assesses what was there: the estate without the change, and what the
// change itself tells of what it finds. It is nil when nothing tells.
func (g *gate) before(ctx context.Context) (*demarc.Assessment, error) {
	in := g.open(append(slices.Clone(g.Estate), g.Paths...))
	g.deploy(in)
	in.keep(func(one *input) bool {
		one.before = g.files[whole(one.file.Path)]
		return !one.before || one.format.Before
	})
	if len(in.list) == 0 && len(g.Estate) == 0 {
		return nil, nil
	}
	_, settled, err := g.runOver(ctx, in)
	if err != nil {
		return nil, fmt.Errorf("assess what was before: %w", err)
	}
	return settled.Assessment, nil
}

// after assesses the change over the estate: what the change touches takes the
// place of what the estate shows of it.
func (g *gate) after(ctx context.Context) (*catalog.Catalog, *assess.Settled, error) {
	in := g.open(append(slices.Clone(g.Estate), g.Paths...))
	in.Through = func(f *demarc.File, s source.Sink) source.Sink {
		if g.files[whole(f.Path)] {
			return s
		}
		return &replacer{Sink: s, touched: g.touched}
	}
	g.deploy(in)
	return g.runOver(ctx, in)
}

// keep leaves out files that are not to be read.
func (in *Inputs) keep(wanted func(*input) bool) {
	in.list = slices.DeleteFunc(in.list, func(one *input) bool { return !wanted(one) })
	in.Files = in.Files[:0]
	for _, one := range in.list {
		in.Files = append(in.Files, one.file)
	}
}

// whole is a path by which a file is known however it was named.
func whole(path string) string {
	full, err := filepath.Abs(path)
	if err != nil || path == source.Stdin {
		return path
	}
	return full
}

// incomplete tells what the change and the estate do not show.
func (r *ruling) incomplete() {
	const most = 5
	if r.nowhere && len(r.gate.Estate) > 0 {
		r.out.Notes = append(r.out.Notes, "The change does not say where all of it is deployed: --scope names the resource group or subscription. "+
			"Until then that counts as new, and what exists once above it is not compared.")
	}
	list := r.after.Estate.Incomplete
	for _, i := range list[:min(len(list), most)] {
		r.out.Notes = append(r.out.Notes, "Incomplete: "+i.Place.String()+": "+i.Message+".")
	}
	if more := len(list) - most; more > 0 {
		r.out.Notes = append(r.out.Notes, fmt.Sprintf("And %d more that is incomplete.", more))
	}
}

// redact hides names when they are to be hidden. What a change calls its
// resources is not known as a name anywhere else, and goes.
func (r *ruling) redact(c *catalog.Catalog) {
	if !r.gate.Redact.On {
		return
	}
	q := r.gate.Request
	for i := range r.out.Findings {
		f := &r.out.Findings[i]
		q.Paths = append(slices.Clip(q.Paths), f.File)
		f.Resource.Address = ""
	}
	q.Paths = slices.Compact(slices.Sorted(slices.Values(append(q.Paths, r.gate.Estate...))))
	q.hide(c, r.after, r.out)
}

// WriteGate writes a gate in one of [report.GateFormats].
func WriteGate(w io.Writer, format string, g *report.Gate, o report.Options) error {
	switch format {
	case "sarif":
		v := Version()
		return sarif.WriteGate(w, g, v.Version)
	case "markdown":
		return markdown.WriteGate(w, g)
	}
	return report.Print(w, format, g, o)
}
