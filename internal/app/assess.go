package app

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"time"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/assess"
	"github.com/demarc-dev/demarc/internal/catalog"
	"github.com/demarc-dev/demarc/internal/classify"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/estate"
	"github.com/demarc-dev/demarc/internal/source/recorded"
)

// Request says what to assess.
type Request struct {
	Paths    []string  // files and folders; "-" is Stdin
	Stdin    io.Reader // may be nil
	AsOf     string    // YYYY-MM-DD; "" is the day of the estate's document, else Today
	Today    time.Time
	GroupBy  demarc.Grouping
	Watch    func(*demarc.Resource) bool // resources whose values are kept for an explanation
	Keep     []string                    // further properties to keep of them
	Progress func(done, total int64)     // called with bytes read; may be nil
	Checks   Checks                      // what is computed here beside evidence from outside
	Redact   Redaction
	Place    Place // of the snapshots that the paths may name

	keepSought bool            // see assess.Options
	keeper     recorded.Keeper // of everything that is read, nil for none
	scribe     *scribe         // of what people say, nil for none
	most       int             // resources of a shard, 0 for shardResources
	name       string          // of an estate that no document names, "" for that of the path
}

// Assess reads an estate and runs the line over it.
func Assess(ctx context.Context, q Request) (*demarc.Assessment, error) {
	c, settled, err := q.run(ctx)
	if err != nil {
		return nil, err
	}
	return q.redacted(c, settled), nil
}

func (q Request) run(ctx context.Context) (*catalog.Catalog, *assess.Settled, error) {
	if word, ok := q.snapshot(); ok {
		return q.runSnapshot(ctx, word)
	}
	return q.runOver(ctx, OpenInputs(q.Paths, q.Stdin))
}

// prepared is a line with what it is to run over.
type prepared struct {
	catalog   *catalog.Catalog
	line      *assess.Line
	options   assess.Options
	documents []*estate.Document
	texts     []recorded.Document // the same as they were written
	first     []source.Statement  // that shape how resources are judged
	notes     []demarc.Note       // of what policies could not be evaluated
}

// prepare builds the line for what is in the inputs.
func (q Request) prepare(ctx context.Context, in inputs) (*prepared, error) {
	c, err := knowledge()
	if err != nil {
		return nil, err
	}
	p := &prepared{catalog: c, texts: in.texts()}
	if p.documents, err = in.Documents(); err != nil {
		return nil, err
	}
	then := in.then()
	q.AsOf, q.name = cmp.Or(q.AsOf, then.AsOf), cmp.Or(q.name, then.Name)
	if p.options, err = q.options(p.documents); err != nil {
		return nil, err
	}
	if err := checkOverrides(c, p.options.Overrides); err != nil {
		return nil, err
	}
	if p.first, err = in.ReadFirst(ctx); err != nil {
		return nil, err
	}
	if p.options.Policies, p.notes, err = rulesOf(c, q.Checks, p.first); err != nil {
		return nil, err
	}
	if p.line, err = assess.New(c, p.options); err != nil {
		return nil, fmt.Errorf("compile the catalogue: %w", err)
	}
	return p, nil
}

// runOver runs the line over files that were looked into already, or over what
// was recorded of them.
func (q Request) runOver(ctx context.Context, in inputs) (*catalog.Catalog, *assess.Settled, error) {
	p, err := q.prepare(ctx, in)
	if err != nil {
		return nil, nil, err
	}
	g := p.gatherer()
	in.tell(q.Progress, g.know)
	if err := in.Read(ctx, q.scribe.over(q.recording(g.sink()))); err != nil {
		return nil, nil, err
	}
	q.recordAround(in, &p.options)
	q.scribe.owners(p.options.OwnerRules)
	g.known = nil
	for _, n := range p.notes {
		g.shards[0].Note(n)
	}
	return p.catalog, p.line.Settle(g.shards, filesOf(in)), nil
}

// gatherer makes what gathers the shards of the line.
func (p *prepared) gatherer() *gatherer {
	return &gatherer{catalog: p.catalog, line: p.line, observed: statedDays(p.documents)}
}

// options takes from the estate's documents what shapes the line. What the
// command line says comes first; of several documents the first that says a
// thing counts.
func (q Request) options(documents []*estate.Document) (assess.Options, error) {
	o := assess.Options{AsOf: q.Today.UTC(), GroupBy: q.GroupBy, NoChecks: q.Checks.NotOwn, Watch: q.Watch, Keep: q.Keep, KeepSought: q.keepSought}
	dated := false
	for _, d := range documents {
		o.Name = cmp.Or(o.Name, d.Name)
		if !d.AsOf.IsZero() && !dated {
			o.AsOf, dated = d.AsOf, true
		}
		o.Overrides = append(o.Overrides, d.Overrides...)
		for _, w := range d.Workloads {
			o.Workloads = append(o.Workloads, assess.Workload{Name: w.Name, Match: w.Match, DataClass: w.DataClass})
			if w.Owner != "" {
				o.OwnerRules = append(o.OwnerRules, demarc.OwnerRule{Match: w.Match, Owner: w.Owner, Place: w.Place})
			}
		}
		for _, r := range d.Requirements {
			o.Requirements = append(o.Requirements, r.Requirement)
		}
		o.Delegations = append(o.Delegations, d.Delegations...)
		o.OwnerRules = append(o.OwnerRules, d.Owners...)
		o.OwnerTags = append(o.OwnerTags, d.OwnerTags...)
		for _, p := range d.Parties {
			p.Party.Until = p.To
			o.Parties = append(o.Parties, p.Party)
		}
	}
	if len(o.Overrides) > classify.MostOverrides {
		return o, fmt.Errorf("%d overrides, more than %d", len(o.Overrides), classify.MostOverrides)
	}
	if q.AsOf != "" {
		var err error
		if o.AsOf, err = time.Parse(time.DateOnly, q.AsOf); err != nil {
			return o, &UsageError{fmt.Errorf("%q is no day, write YYYY-MM-DD", q.AsOf)}
		}
	}
	o.Name = cmp.Or(o.Name, q.name, nameOf(q.Paths))
	return o, nil
}

// statedDays is the day of a file, as the first document that says so states
// it; the zero time when none does.
func statedDays(documents []*estate.Document) func(file string) time.Time {
	return func(file string) time.Time {
		for _, d := range documents {
			if day := d.ObservedOf(file); !day.IsZero() {
				return day
			}
		}
		return time.Time{}
	}
}

// nameOf names an estate that no document names after its only path. A folder
// that is named by a day holds an export of that day: what it is an export of is
// more likely told by the folder around it, and is the same the day after.
func nameOf(paths []string) string {
	if len(paths) != 1 || paths[0] == "-" {
		return "Estate"
	}
	full, err := filepath.Abs(paths[0])
	if err != nil {
		return "Estate"
	}
	name := filepath.Base(full)
	if around := filepath.Base(filepath.Dir(full)); namesDay(name) && len(around) > 1 {
		return around
	}
	return name
}

// namesDay reports whether a name is a day or a month and nothing else.
func namesDay(name string) bool {
	return slices.ContainsFunc([]string{time.DateOnly, "2006-01", "20060102"}, func(layout string) bool {
		_, err := time.Parse(layout, name)
		return err == nil
	})
}
