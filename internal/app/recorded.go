package app

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/assess"
	"github.com/demarc-dev/demarc/internal/catalog"
	"github.com/demarc-dev/demarc/internal/slots"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/estate"
	"github.com/demarc-dev/demarc/internal/source/recorded"
)

// Records are what was recorded of an estate, to be played again.
type Records interface {
	// Each visits all records, those of plans before all others, and stops at
	// the first error, which it returns. The bytes are valid during the visit.
	// It may be called again.
	Each(ctx context.Context, visit func(kind recorded.Kind, record, aside []byte) error) error
}

// sorted records can pass over those of other kinds without reading them. It is
// what makes a large estate, which is gone through three times, quick to play.
type sortedRecords interface {
	// Of are the records of some kinds.
	Of(kinds ...recorded.Kind) Records
}

// only are the records of some kinds.
func only(of Records, kinds ...recorded.Kind) Records {
	if s, ok := of.(sortedRecords); ok {
		return s.Of(kinds...)
	}
	return someRecords{of, kinds}
}

// someRecords passes over records of other kinds.
type someRecords struct {
	of    Records
	kinds []recorded.Kind
}

// Each visits those of the kinds.
func (s someRecords) Each(ctx context.Context, visit func(kind recorded.Kind, record, aside []byte) error) error {
	return s.of.Each(ctx, func(kind recorded.Kind, record, aside []byte) error {
		if !slices.Contains(s.kinds, kind) {
			return nil
		}
		return visit(kind, record, aside)
	})
}

// runRecorded runs the line over what was recorded. The day is that of the
// recorded assessment, unless the request names one.
func (q Request) runRecorded(ctx context.Context, records Records) (*catalog.Catalog, *assess.Settled, error) {
	in, err := openRecords(ctx, records)
	if err != nil {
		return nil, nil, err
	}
	return q.runOver(ctx, in)
}

// recordedInputs are what was recorded of an estate.
type recordedInputs struct {
	records   Records
	player    *recorded.Player
	files     []inputFile
	documents []recorded.Document
	estate    recorded.Estate
	said      []source.Statement
	between   func()
	shards    *shardedInputs // that hold the resources, nil where they are among the records
}

// openRecords plays what must be known before the line is built.
func openRecords(ctx context.Context, records Records) (*recordedInputs, error) {
	in := &recordedInputs{records: records, player: recorded.NewPlayer()}
	plans, err := slots.NewLayout(nil)
	if err != nil {
		return nil, err
	}
	said := &firstSink{plans: plans}
	first := only(records, recorded.KindPlan, recorded.KindEstate, recorded.KindDocument, recorded.KindFile, recorded.KindStatement)
	err = first.Each(ctx, func(kind recorded.Kind, record, aside []byte) error { return in.look(kind, record, aside, said) })
	if err != nil {
		return nil, fmt.Errorf("look into what was recorded: %w", err)
	}
	slices.SortFunc(in.files, func(a, b inputFile) int { return strings.Compare(a.Path, b.Path) })
	in.files = slices.CompactFunc(in.files, func(a, b inputFile) bool { return a.File == b.File })
	slices.SortFunc(in.documents, func(a, b recorded.Document) int { return strings.Compare(a.Path, b.Path) })
	in.documents = slices.CompactFunc(in.documents, func(a, b recorded.Document) bool { return a.Path == b.Path })
	in.said = in.firstOf(said.all)
	return in, nil
}

// look takes one of the records that are looked into first.
func (in *recordedInputs) look(kind recorded.Kind, record, aside []byte, said *firstSink) error {
	var err error
	switch kind {
	case recorded.KindPlan:
		return in.player.Plan(record)
	case recorded.KindEstate:
		in.estate, err = recorded.ReadEstate(record)
	case recorded.KindDocument:
		var d recorded.Document
		d, err = recorded.ReadDocument(record)
		in.documents = append(in.documents, d)
	case recorded.KindFile:
		var f recorded.File
		f, err = recorded.ReadFile(record)
		file := in.player.File(f.Path)
		*file = f.File
		in.files = append(in.files, inputFile{file, f.First})
	case recorded.KindStatement:
		return in.player.Play(kind, record, aside, said)
	case recorded.KindResource, recorded.KindScope, recorded.KindReference, recorded.KindEvidence, recorded.KindNote, recorded.KindIncomplete:
	}
	return err
}

// firstOf are the statements of files that are read first, in the order of the
// files and their lines.
func (in *recordedInputs) firstOf(said []source.Statement) []source.Statement {
	first := map[*demarc.File]bool{}
	for _, f := range in.files {
		first[f.File] = f.first
	}
	said = slices.DeleteFunc(said, func(s source.Statement) bool { return !first[s.Place.File] })
	slices.SortStableFunc(said, func(a, b source.Statement) int {
		return cmp.Or(strings.Compare(a.Place.File.Path, b.Place.File.Path), cmp.Compare(a.Place.Line, b.Place.Line), cmp.Compare(a.ID, b.ID))
	})
	return said
}

// Documents parses the documents of that day.
func (in *recordedInputs) Documents() ([]*estate.Document, error) {
	var all []*estate.Document
	for _, d := range in.documents {
		one, err := estate.Parse(in.player.File(d.Path), bytes.NewReader(d.Text))
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, nil
}

// ReadFirst gives the statements that shape how resources are judged.
func (in *recordedInputs) ReadFirst(ctx context.Context) ([]source.Statement, error) {
	return in.said, ctx.Err()
}

// Read plays everything: evidence behind all else, so that it is known what it
// can be about.
func (in *recordedInputs) Read(ctx context.Context, sink source.Sink) error {
	kinds := []recorded.Kind{recorded.KindScope, recorded.KindReference, recorded.KindStatement, recorded.KindNote, recorded.KindIncomplete}
	if in.shards == nil {
		kinds = append(kinds, recorded.KindResource)
	} else if err := in.shards.play(ctx, sink); err != nil {
		return fmt.Errorf("play what was recorded: %w", err)
	}
	if err := playAll(ctx, only(in.records, kinds...), in.player, sink); err != nil {
		return fmt.Errorf("play what was recorded: %w", err)
	}
	witnessed := slices.ContainsFunc(in.files, func(f inputFile) bool { return f.Evidence > 0 })
	if in.between != nil && witnessed {
		in.between()
	}
	if err := playAll(ctx, only(in.records, recorded.KindEvidence), in.player, sink.Fork()); err != nil {
		return fmt.Errorf("play what was recorded: %w", err)
	}
	return ctx.Err()
}

// all are the files of that day.
func (in *recordedInputs) all() []inputFile { return in.files }

// texts are the documents of that day.
func (in *recordedInputs) texts() []recorded.Document { return in.documents }

// then is what was assessed.
func (in *recordedInputs) then() recorded.Estate { return in.estate }

// tell sets who is told between. How many bytes there are is not known.
func (in *recordedInputs) tell(_ func(done, total int64), between func()) { in.between = between }

// AssessKeeping is [Assess] that gives everything that it reads to a keeper
// too.
func AssessKeeping(ctx context.Context, q Request, k recorded.Keeper) (*demarc.Assessment, error) {
	q.keeper = k
	return Assess(ctx, q)
}

// AssessRecorded is [Assess] over what was recorded. The paths of the request
// do not count.
func AssessRecorded(ctx context.Context, q Request, records Records) (*demarc.Assessment, error) {
	c, settled, err := q.runRecorded(ctx, records)
	if err != nil {
		return nil, err
	}
	return q.redacted(c, settled), nil
}
