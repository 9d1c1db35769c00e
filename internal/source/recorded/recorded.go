// Package recorded keeps what readers give to a sink as a stream of small
// binary records, and plays such records into a sink again. It stands beside
// the readers of formats: what was recorded once is one more input of the
// line, from which the same assessment comes again, or one under other
// overrides or another catalogue. It knows neither where records are kept nor
// what an assessment makes of them.
package recorded

import (
	"crypto/sha256"
	"sync"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/slots"
	"github.com/demarc-dev/demarc/internal/source"
)

// Kind says what a record holds. The numbers are part of a file format: none
// is ever used for something else.
type Kind byte

// The kinds. Records of plans come before all others when they are played.
const (
	KindPlan       Kind = 1 // which values were asked for of the resources that name it
	KindResource   Kind = 2
	KindScope      Kind = 3
	KindReference  Kind = 4
	KindStatement  Kind = 5
	KindEvidence   Kind = 6
	KindNote       Kind = 7
	KindIncomplete Kind = 8
	KindFile       Kind = 9  // a file of the estate with what it gave
	KindDocument   Kind = 10 // the text of a demarc.yaml
	KindEstate     Kind = 11 // the name and the day of the assessment
)

var kindNames = [...]string{
	KindPlan: "plan", KindResource: "resource", KindScope: "scope", KindReference: "reference", KindStatement: "statement", KindEvidence: "evidence",
	KindNote: "note", KindIncomplete: "incomplete", KindFile: "file", KindDocument: "document", KindEstate: "estate",
}

// String is the word of messages.
func (k Kind) String() string {
	if int(k) < len(kindNames) && kindNames[k] != "" {
		return kindNames[k]
	}
	return "unknown"
}

// Keeper takes records. It is used by one goroutine at a time.
type Keeper interface {
	// Keep takes one record. What it says is in record: two records of the same
	// kind and bytes say the same. Aside is what may differ all the same: the
	// place where it was read. Both are valid during the call only.
	Keep(kind Kind, record, aside []byte)
	// Fork gives another goroutine its own keeper; the one that uses this keeper
	// calls it. What both are given belongs together.
	Fork() Keeper
}

// version is the first byte of each record. A record of a higher one is
// refused.
const version = 1

// planID names a plan in the records of its resources.
type planID [8]byte

// Record makes a sink that keeps what it is given and passes it on.
func Record(next source.Sink, k Keeper) source.Sink {
	return &recorder{next: next, keeper: k, known: &sync.Map{}, plans: map[*slots.Plan]planID{}}
}

// recorder is the sink of one goroutine.
type recorder struct {
	next   source.Sink
	keeper Keeper
	known  *sync.Map // *slots.Plan -> planID, of all forks
	plans  map[*slots.Plan]planID
	record codec
	aside  codec
}

// Resource keeps a resource with the values that were seen of it.
func (r *recorder) Resource(x source.Resource) {
	c := r.begin()
	resource(c, &x)
	has := x.Values != nil
	c.flag(&has)
	if has {
		id := r.planOf(x.Values.Plan())
		c.buf = append(c.buf, id[:]...)
		c.values(x.Values.All())
	}
	r.keep(KindResource, x.Place)
	r.next.Resource(x)
}

// Scope keeps a scope.
func (r *recorder) Scope(x source.Scope) {
	scope(r.begin(), &x)
	r.keep(KindScope, x.Place)
	r.next.Scope(x)
}

// Reference keeps a reference.
func (r *recorder) Reference(x source.Reference) {
	reference(r.begin(), &x)
	r.keep(KindReference, x.Place)
	r.next.Reference(x)
}

// Statement keeps a statement. The file is a part of what it says: some files
// mean something as a whole.
func (r *recorder) Statement(x source.Statement) {
	c := r.begin()
	c.path(x.Place)
	own := statement(c, &x)
	r.aside.buf = r.aside.buf[:0]
	place(&r.aside, &x.Place)
	place(&r.aside, &own)
	r.keeper.Keep(KindStatement, c.buf, r.aside.buf)
	r.next.Statement(x)
}

// Evidence keeps a piece of evidence. The file is a part of what an undated
// one says: the organisation may state the day of a file.
func (r *recorder) Evidence(x *demarc.Evidence) {
	c := r.begin()
	evidence(c, x)
	if x.Observed.IsZero() {
		c.path(x.Place)
	}
	r.keep(KindEvidence, x.Place)
	r.next.Evidence(x)
}

// Note keeps a note. It is about its file.
func (r *recorder) Note(x demarc.Note) {
	c := r.begin()
	c.path(x.Place)
	note(c, &x)
	r.keep(KindNote, x.Place)
	r.next.Note(x)
}

// Incomplete keeps the news that rows are absent from a file.
func (r *recorder) Incomplete(x demarc.Incomplete) {
	c := r.begin()
	c.path(x.Place)
	incomplete(c, &x)
	r.keep(KindIncomplete, x.Place)
	r.next.Incomplete(x)
}

// Fork records what another goroutine reads.
func (r *recorder) Fork() source.Sink {
	return &recorder{next: r.next.Fork(), keeper: r.keeper.Fork(), known: r.known, plans: map[*slots.Plan]planID{}}
}

// Plans are those of the sink behind.
func (r *recorder) Plans() *slots.Layout { return r.next.Plans() }

// begin begins a record.
func (r *recorder) begin() *codec {
	r.record.buf = append(r.record.buf[:0], version)
	return &r.record
}

func (r *recorder) asideOf(p demarc.Place) *codec {
	r.aside.buf = r.aside.buf[:0]
	if p.File != nil || p.Line != 0 {
		place(&r.aside, &p)
	}
	return &r.aside
}

func (r *recorder) keep(kind Kind, p demarc.Place) {
	r.keeper.Keep(kind, r.record.buf, r.asideOf(p).buf)
}

// planOf names a plan, and keeps it when it is met for the first time.
func (r *recorder) planOf(p *slots.Plan) planID {
	id, ok := r.plans[p]
	if ok {
		return id
	}
	c := codec{buf: []byte{version}}
	plan(&c, &keptPlan{every: p == r.next.Plans().Every(), wishes: p.Wishes()})
	sum := sha256.Sum256(c.buf)
	copy(id[:], sum[:])
	r.plans[p] = id
	if _, known := r.known.LoadOrStore(p, id); !known {
		r.keeper.Keep(KindPlan, c.buf, nil)
	}
	return id
}

// File is a file of the estate.
type File struct {
	demarc.File
	// First says that its statements shape how resources are judged, so that
	// they are played before the line is built.
	First bool
}

// Document is the text of one of the estate's own documents.
type Document struct {
	Path string
	Text []byte
}

// Estate is what an assessment was called and its day, as YYYY-MM-DD.
type Estate struct {
	Name string
	AsOf string
}

// KeepFile keeps a file with what it gave, when all were read.
func KeepFile(k Keeper, f File) { keep(k, KindFile, file, &f) }

// KeepDocument keeps a document.
func KeepDocument(k Keeper, d Document) { keep(k, KindDocument, document, &d) }

// KeepEstate keeps the name and the day of an assessment.
func KeepEstate(k Keeper, e Estate) { keep(k, KindEstate, estate, &e) }

func keep[T any](k Keeper, kind Kind, each func(*codec, *T), x *T) {
	c := codec{buf: []byte{version}}
	each(&c, x)
	k.Keep(kind, c.buf, nil)
}

// ReadFile reads what [KeepFile] wrote.
func ReadFile(record []byte) (File, error) { return read(KindFile, record, file) }

// ReadDocument reads what [KeepDocument] wrote.
func ReadDocument(record []byte) (Document, error) { return read(KindDocument, record, document) }

// ReadEstate reads what [KeepEstate] wrote.
func ReadEstate(record []byte) (Estate, error) { return read(KindEstate, record, estate) }

func read[T any](kind Kind, record []byte, each func(*codec, *T)) (x T, err error) {
	c := reading(record)
	each(&c, &x)
	return x, c.end(kind)
}
