package app

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/assess"
	"github.com/demarc-dev/demarc/internal/catalog"
	"github.com/demarc-dev/demarc/internal/compare"
	"github.com/demarc-dev/demarc/internal/report"
	"github.com/demarc-dev/demarc/internal/scope"
	"github.com/demarc-dev/demarc/internal/source"
)

// WhatIfSchemaVersion is the version of docs/schema/whatif.schema.json.
const WhatIfSchemaVersion = "1.0"

// WhatIfRequest says what is to move in an estate.
type WhatIfRequest struct {
	Request
	Moves []Move
	Into  string // the scope of moves that name none
	// Records, where they are set, take the place of the paths: a snapshot is
	// replayed, and what would be is compared with it.
	Records Records
}

// WhatIf says what would become of responsibilities if resources moved: the
// estate is assessed as it is, and once more with the new resources in place of
// the old ones, of which nobody saw anything yet.
func WhatIf(ctx context.Context, q WhatIfRequest) (*report.WhatIf, error) {
	if len(q.Moves) == 0 {
		return nil, &UsageError{errors.New("nothing is to move: --move SELECTOR=TARGET or --plan FILE says what")}
	}
	if word, ok := q.snapshot(); ok && q.Records == nil {
		return q.overSnapshot(ctx, word)
	}
	moves := slices.Clone(q.Moves)
	for i := range moves {
		moves[i].Into = cmp.Or(moves[i].Into, q.Into)
	}
	slices.SortFunc(moves, compareMoves)
	w := &whatIf{Request: q.Request, records: q.Records, moves: slices.Compact(moves)}
	if err := w.readPipe(); err != nil {
		return nil, err
	}
	if err := w.first(ctx); err != nil {
		return nil, err
	}
	if err := w.choose(); err != nil {
		return nil, err
	}
	if err := w.second(ctx); err != nil {
		return nil, err
	}
	out := w.write()
	w.hide(w.catalog, w.before, out)
	return out, nil
}

func compareMoves(a, b Move) int {
	return cmp.Or(strings.Compare(a.Selector, b.Selector), strings.Compare(a.Target, b.Target), strings.Compare(a.Into, b.Into), strings.Compare(a.Reason, b.Reason))
}

// whatIf is one run of [WhatIf].
type whatIf struct {
	Request
	moves    []Move
	records  Records
	piped    []byte // standard input, which is read twice
	ownerTag string
	tagged   *tagged

	catalog       *catalog.Catalog
	before, after *assess.Settled
	chosen        []*selected
	left          []report.WhatIfLeft
	homes         []*placement // of what was chosen, in the same order
	rerouting     *rerouting
	unnamed       bool
}

func (w *whatIf) readPipe() error {
	const most = 1 << 30
	if !slices.Contains(w.Paths, source.Stdin) || w.Stdin == nil {
		return nil
	}
	var err error
	if w.piped, err = io.ReadAll(io.LimitReader(w.Stdin, most)); err != nil {
		return fmt.Errorf("read standard input: %w", err)
	}
	return nil
}

// open opens what the line runs over: what was recorded of an estate, else its
// files.
func (w *whatIf) open(ctx context.Context) (inputs, error) {
	if w.records != nil {
		return openRecords(ctx, w.records)
	}
	return OpenInputs(w.Paths, bytes.NewReader(w.piped)), nil
}

// diverted are inputs with a sink in front of the one that they are read into.
type diverted struct {
	inputs
	through func(source.Sink) source.Sink
}

// Read gives everything to the sink that stands in front.
func (d diverted) Read(ctx context.Context, sink source.Sink) error {
	return d.inputs.Read(ctx, d.through(sink))
}

// run assesses the inputs with a sink in front.
func (w *whatIf) run(ctx context.Context, through func(source.Sink) source.Sink) (*catalog.Catalog, *assess.Settled, error) {
	in, err := w.open(ctx)
	if err != nil {
		return nil, nil, err
	}
	documents, err := in.Documents()
	if err != nil {
		return nil, nil, err
	}
	for _, d := range documents {
		if w.ownerTag == "" && len(d.OwnerTags) > 0 {
			w.ownerTag = d.OwnerTags[0]
		}
	}
	return w.runOver(ctx, diverted{in, through})
}

// first assesses the estate as it is. On the way it learns which resources
// have the tags that somebody selects by.
func (w *whatIf) first(ctx context.Context) error {
	w.tagged = &tagged{ids: map[string]map[string]bool{}, open: map[string]int{}}
	for i := range w.moves {
		tag := strings.TrimSpace(w.moves[i].tag())
		if tag == "" {
			continue
		}
		key, _, ok := scope.CutTag(tag)
		if !ok {
			return &UsageError{fmt.Errorf("%q names no value: write tag:KEY=VALUE", w.moves[i].Selector)}
		}
		w.tagged.ids[tag] = map[string]bool{}
		w.Keep = append(slices.Clip(w.Keep), scope.TagPath(key))
	}
	var err error
	w.catalog, w.before, err = w.run(ctx, func(s source.Sink) source.Sink { return &tagger{s, w.tagged} })
	return err
}

// choose finds what moves, and where to.
func (w *whatIf) choose() error {
	s := newSelection(w.catalog, w.before, w.tagged)
	for i := range w.moves {
		if err := s.take(&w.moves[i]); err != nil {
			return err
		}
	}
	for _, x := range s.taken {
		w.chosen = append(w.chosen, x)
	}
	slices.SortFunc(w.chosen, func(a, b *selected) int { return a.place - b.place })
	w.wholes()
	r := &rerouting{gone: map[string]bool{}, subjects: map[demarc.Subject]bool{}, above: map[witness]demarc.Subject{}, by: map[string]*placement{}, ownerTag: w.ownerTag}
	if tags := w.catalog.TagNames("owner"); r.ownerTag == "" && len(tags) > 0 {
		r.ownerTag = tags[0]
	}
	for _, x := range w.chosen {
		for _, i := range x.bundle {
			r.gone[demarc.Fold(w.before.Resources[i].ID)] = true
		}
	}
	w.left = slices.DeleteFunc(s.left, func(l report.WhatIfLeft) bool { return r.gone[demarc.Fold(l.ID)] })
	p := &placer{catalog: w.catalog, before: w.before, gone: r.gone, used: map[string]bool{}}
	for _, x := range w.chosen {
		home, err := p.place(x)
		if err != nil {
			return fmt.Errorf("move %s: %w", w.before.Resources[x.place].Name, err)
		}
		w.homes = append(w.homes, home)
		r.by[demarc.Fold(w.before.Resources[x.place].ID)] = home
	}
	w.rerouting, w.unnamed = r, p.unnamed
	return nil
}

// wholes leaves out of what was chosen what belongs to something else that was:
// it goes along.
func (w *whatIf) wholes() {
	within := map[int]bool{}
	for _, x := range w.chosen {
		for _, i := range x.bundle[1:] {
			within[i] = true
		}
	}
	w.chosen = slices.DeleteFunc(w.chosen, func(x *selected) bool { return within[x.place] })
}

// second assesses the estate with the new resources in place of the old ones.
// What was seen of those is left out, however it named them.
func (w *whatIf) second(ctx context.Context) error {
	w.witnesses()
	w.Progress = nil
	_, after, err := w.run(ctx, func(s source.Sink) source.Sink { return newReroute(w.rerouting, s) })
	if err != nil {
		return fmt.Errorf("assess what would be: %w", err)
	}
	w.after = after
	return nil
}

// witnesses finds the evidence that is about what goes. What was seen at a
// service that a tenant has once, and speaks of nothing but the tenant, stays
// true of the tenant.
func (w *whatIf) witnesses() {
	levels := map[string]demarc.Level{}
	for _, r := range w.before.Responsibilities {
		levels[r.ID] = r.Level
	}
	for i := range w.before.Evidence.Len() {
		e := w.before.Evidence.At(i)
		if e.Resource == nil || !w.rerouting.gone[demarc.Fold(e.Resource.ID)] {
			continue
		}
		of := witness{foldedSubject(&e.Subject), e.Tool, e.Check}
		w.rerouting.subjects[of.Subject] = true
		other := slices.ContainsFunc(e.Responsibilities, func(id string) bool { return levels[id] != demarc.TenantLevel })
		if len(e.Responsibilities) > 0 && !other && w.ofTenant(e.Resource) {
			w.rerouting.above[of] = demarc.Subject{Type: e.Resource.Type, Scope: scopeIDOf(e.Resource)}
		}
	}
}

// ofTenant reports whether a resource is a service that a tenant has once.
func (w *whatIf) ofTenant(r *demarc.Assessed) bool {
	entry, ok := w.catalog.Type(demarc.Fold(r.Type))
	return ok && tenantService(w.catalog, entry)
}

func scopeIDOf(r *demarc.Assessed) string {
	if r.Scope == nil {
		return ""
	}
	return r.Scope.ID
}

// pairs are the folded ids of what moves with the ids of what takes the place.
func (w *whatIf) pairs() map[string]string {
	pairs := map[string]string{}
	for n, x := range w.chosen {
		if !w.homes[n].existing {
			pairs[demarc.Fold(w.before.Resources[x.place].ID)] = w.homes[n].id
		}
	}
	return pairs
}

// difference is all that is different, as far as two assessments tell.
func (w *whatIf) difference() *compare.Difference {
	return compare.Diff(w.before.Assessment, w.after.Assessment, compare.DiffOptions{Pairs: w.pairs(), TypeName: w.typeName})
}

func (w *whatIf) typeName(typ string) string {
	if entry, ok := w.catalog.Type(demarc.Fold(typ)); ok {
		return entry.Type.Name
	}
	return typ
}
