package app

import (
	"context"
	"maps"
	"slices"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/catalog"
	"github.com/demarc-dev/demarc/internal/compare"
	"github.com/demarc-dev/demarc/internal/report"
	"github.com/demarc-dev/demarc/internal/report/redact"
	"github.com/demarc-dev/demarc/internal/source"
)

// DiffSchemaVersion is the version of docs/schema/diff.schema.json.
const DiffSchemaVersion = "1.0"

// DiffRequest says what to hold against what. The paths of the request are not
// used: each side has its own.
type DiffRequest struct {
	Request
	Before, After string   // files or folders
	Became        []string // resources that became others, "OLD=NEW" by id or name
}

// diffEnd is one of the two assessments.
type diffEnd struct {
	*demarc.Assessment
	of       string     // the word that asked for it
	names    []string   // what only the documents of the organisation name, to hide it
	declared *addresses // nil of a snapshot
	computed string     // which checks, and policies from where
}

// Diff says what is different between two assessments.
func Diff(ctx context.Context, q DiffRequest) (*report.Diff, error) {
	if q.Before == source.Stdin && q.After == source.Stdin {
		return nil, &UsageError{errBothPiped}
	}
	c, err := knowledge()
	if err != nil {
		return nil, err
	}
	sides, err := q.sides(ctx)
	if err != nil {
		return nil, err
	}
	before, after := sides.before, sides.after
	pairs := before.declared.pairs(after.declared)
	if err := became(q.Became, before, after, pairs); err != nil {
		return nil, err
	}
	found := compare.Diff(before.Assessment, after.Assessment, compare.DiffOptions{Pairs: pairs, TypeName: typeNamer(c), Replayed: sides.replayed})
	out := newDiff(before, after, found)
	out.Notes = append(out.Notes, sides.notes...)
	if sides.replayed != nil {
		out.Notes = append(out.Notes, notKept(found)...)
	}
	q.hideSides(c, before, after, out)
	return out, nil
}

// side assesses what a word of the command line names.
func (q DiffRequest) side(ctx context.Context, word string) (*diffEnd, error) {
	one := q.Request
	one.Paths = []string{word}
	in, heard := OpenInputs(one.Paths, one.Stdin), &addresses{all: map[string]addressed{}}
	in.Through = func(_ *demarc.File, s source.Sink) source.Sink { return &listener{s, heard} }
	_, settled, err := one.runOver(ctx, in)
	if err != nil {
		return nil, err
	}
	return &diffEnd{settled.Assessment, word, settled.Named(), heard, computedWords(one.Checks.words(), one.Checks.Policies)}, nil
}

// typeNamer names types as the catalogue does.
func typeNamer(c *catalog.Catalog) func(string) string {
	return func(typ string) string {
		if entry, ok := c.Type(demarc.Fold(typ)); ok {
			return entry.Type.Name
		}
		return ""
	}
}

// hideSides takes the names of both sides out of a document when they are to
// be hidden.
func (q DiffRequest) hideSides(c *catalog.Catalog, before, after *diffEnd, out *report.Diff) {
	if !q.Redact.On {
		return
	}
	both := *after.Assessment
	both.Resources = slices.Concat(after.Resources, before.Resources)
	both.Scopes = slices.Concat(after.Scopes, before.Scopes)
	both.Responsibilities = slices.Concat(after.Responsibilities, before.Responsibilities)
	both.Estate.Files = slices.Concat(after.Estate.Files, before.Estate.Files)
	both.Parties = partiesOf(before.Assessment, after.Assessment)
	hide := redact.New(&both, redact.Options{Secret: q.Redact.Secret, Party: c.KnowsParty, Names: slices.Concat(before.names, after.names, peopleOf(before.Assessment), namesAround(c, before.Assessment)), Words: publicWords(c), Paths: pathsOf(before, after)})
	hide.Document(out)
	out.Sort()
}

// pathsOf are the paths of the sides that are files: what a snapshot is called
// tells nothing.
func pathsOf(sides ...*diffEnd) []string {
	var paths []string
	for _, s := range sides {
		if s.declared != nil {
			paths = append(paths, s.of)
		}
	}
	return paths
}

// partiesOf are the parties of some assessments, as the last of them names them.
func partiesOf(all ...*demarc.Assessment) map[string]demarc.Party {
	parties := map[string]demarc.Party{}
	for _, a := range all {
		maps.Copy(parties, a.Parties)
	}
	return parties
}

// namesAround are the names of an estate and of its parties that are not public.
func namesAround(c *catalog.Catalog, a *demarc.Assessment) []string {
	names := []string{a.Estate.Name}
	for id, p := range a.Parties {
		if !c.KnowsParty(id) {
			names = append(names, p.Name)
		}
	}
	return slices.DeleteFunc(names, func(name string) bool { return name == "" })
}

// peopleOf are the names of the side before that its resources and scopes do
// not tell: workloads, owners, who attests, and what evidence is about.
func peopleOf(a *demarc.Assessment) []string {
	var names []string
	a.Verdicts.Above(func(v *demarc.Verdict) bool {
		names = append(names, v.Instance.Workload)
		if v.Owner.Named() {
			names = append(names, v.Owner.Name)
		}
		return true
	})
	if a.Evidence != nil { // a snapshot keeps none
		for i := range a.Evidence.Len() {
			e := a.Evidence.At(i)
			names = append(names, e.By, e.Subject.Name)
		}
	}
	return names
}
