// Package cyclonedx reads bills of materials in CycloneDX JSON, as far as they
// say what somebody runs: machine learning models with the data they were
// trained on (ML-BOM), and services with their providers (SaaSBOM). Software
// components are counted and not assessed. A document with nothing but
// statements about vulnerabilities is refused.
package cyclonedx

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/json"
	"github.com/demarc-dev/demarc/internal/slots"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/jsonrows"
	"github.com/demarc-dev/demarc/internal/source/jsonspan"
	"github.com/demarc-dev/demarc/internal/source/paging"
)

// Format is the format of CycloneDX documents.
var Format = source.Format{
	Name:   "cyclonedx",
	Title:  "CycloneDX 1.4 to 1.6: ML-BOM and SaaSBOM (JSON)",
	Detect: detect,
	Read:   read,
}

func detect(h source.Head) bool {
	return demarc.EqualFold(h.JSON().Members["bomformat"].Text, "CycloneDX")
}

func read(ctx context.Context, in *source.Input, sink source.Sink) error {
	var all []*decoder
	pages, err := jsonrows.Read(ctx, in, sink, func(s source.Sink) jsonrows.Decoder {
		d := &decoder{sink: s, file: in.File, values: slots.NewValues()}
		all = append(all, d)
		return d
	})
	paging.Broken(sink, in.File, pages)
	inventories, statements := 0, 0
	for _, d := range all {
		inventories += d.inventories
		statements += d.statements
	}
	if err == nil && inventories == 0 && statements > 0 {
		return source.Refusal("vulnerability statements, not an inventory: a CycloneDX document without components and services")
	}
	return err
}

type decoder struct {
	sink   source.Sink
	file   *demarc.File
	values *slots.Values

	inventories, statements int // documents of each kind
	depth                   int // of what is walked
}

// maxDepth is how deep components and services may lie in each other.
const maxDepth = 100

// object are the members of an object as JSON texts.
type object map[string][]byte

func parse(raw []byte) (object, error) {
	o := object{}
	err := jsonspan.Members(raw, func(name, value []byte) { o[string(json.AppendUnquote(nil, name))] = value })
	return o, err
}

// text is the text of a member, or of one in an object in it.
func (o object) text(path ...string) string {
	raw := o[path[0]]
	switch {
	case len(path) > 1:
		inner, _ := parse(raw)
		return inner.text(path[1:]...)
	case len(raw) == 0 || raw[0] != '"':
		return ""
	}
	return strings.TrimSpace(string(json.AppendUnquote(nil, raw)))
}

// each visits the objects of a list. What is no object is left out and counted.
func (o object) each(list string, visit func(object)) (broken int) {
	raw := o[list]
	if len(raw) == 0 || raw[0] != '[' {
		return 0
	}
	err := jsonspan.Elements(raw, func(value []byte) {
		if inner, err := parse(value); err == nil {
			visit(inner)
		} else {
			broken++
		}
	})
	if err != nil {
		broken++
	}
	return broken
}

// Decode reads one document.
func (d *decoder) Decode(r jsonrows.Row) {
	place := demarc.Place{File: d.file, Line: r.Line}
	o, err := parse(r.Raw)
	if err != nil || !demarc.EqualFold(o.text("bomFormat"), "CycloneDX") {
		d.note(demarc.NoteSkipped, place, 1, "not a CycloneDX document")
		return
	}
	b := newBOM(d, place, o)
	b.raw = r.Raw
	statements := o.each("vulnerabilities", func(object) { b.statements++ })
	if b.statements+statements > 0 && !has(o, "components") && !has(o, "services") {
		d.statements++
		return
	}
	d.inventories++
	b.read(o)
}

// has reports whether a list is there and has elements.
func has(o object, list string) bool {
	found := false
	_ = jsonspan.Elements(o[list], func([]byte) { found = true })
	return found
}

func (d *decoder) note(kind demarc.NoteKind, place demarc.Place, count int, message string) {
	d.sink.Note(demarc.Note{Kind: kind, Place: place, Message: message, Count: count})
}

// bom is one document while it is read.
type bom struct {
	*decoder
	place demarc.Place
	raw   []byte
	lines []int             // where the lines of the document end, found when first asked for
	own   []string          // names of who made the document's subject, folded
	users map[string]string // id of the model that uses a dataset, by the reference of the dataset

	found, software, statements, broken int
}

func newBOM(d *decoder, place demarc.Place, o object) *bom {
	b := &bom{decoder: d, place: place, users: map[string]string{}}
	metadata, _ := parse(o["metadata"])
	subject, _ := parse(metadata["component"])
	for _, of := range []object{metadata, subject} {
		for _, member := range []string{"manufacture", "manufacturer", "supplier"} {
			if name := of.text(member, "name"); name != "" {
				b.own = append(b.own, plain(name))
			}
		}
	}
	return b
}

// read gives out what the document lists.
func (b *bom) read(o object) {
	metadata, _ := parse(o["metadata"])
	if subject, err := parse(metadata["component"]); err == nil {
		b.component(subject, b.uses)
		b.component(subject, b.give)
	}
	b.components(o, b.uses)
	b.broken += b.components(o, b.give)
	b.broken += b.services(o)
	b.compositions(o)
	for _, n := range []struct {
		kind    demarc.NoteKind
		count   int
		message string
	}{
		{demarc.NoteIgnored, b.software, "software components, not assessed: a bill of materials says what they are made of, not where they run"},
		{demarc.NoteIgnored, b.statements, "vulnerability statements, not read"},
		{demarc.NoteSkipped, b.broken, "entries that are no objects or lie too deep"},
	} {
		if n.count > 0 {
			b.note(n.kind, b.place, n.count, n.message)
		}
	}
	if b.found+b.software+b.statements+b.broken == 0 {
		b.note(demarc.NoteIgnored, b.place, 1, "a bill of materials without components and services")
	}
}

// compositions tells when the document says of itself that it is incomplete.
func (b *bom) compositions(o object) {
	b.broken += o.each("compositions", func(c object) {
		if aggregate := c.text("aggregate"); strings.HasPrefix(aggregate, "incomplete") {
			message := fmt.Sprintf("the document says that its list is not whole (%s)", aggregate)
			b.sink.Incomplete(demarc.Incomplete{Place: b.place, Message: message})
		}
	})
}

// at is the place of an entry: the line of its name.
func (b *bom) at(o object) demarc.Place {
	name := o["name"]
	if name == nil {
		return b.place
	}
	if b.lines == nil {
		b.lines = []int{}
		for i, c := range b.raw {
			if c == '\n' {
				b.lines = append(b.lines, i)
			}
		}
	}
	offset := cap(b.raw) - cap(name) // members are parts of the document's bytes
	before, _ := slices.BinarySearch(b.lines, offset)
	return demarc.Place{File: b.place.File, Line: b.place.Line + before}
}

// isOwn reports whether a name is that of whoever made the document's subject.
func (b *bom) isOwn(name string) bool {
	for _, own := range b.own {
		if own == plain(name) {
			return true
		}
	}
	return false
}
