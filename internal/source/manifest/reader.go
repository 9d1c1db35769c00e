// Package manifest reads what a collector says it asked for. Only where a type
// of resource was collected does the absence of a resource say something: a
// related resource that no file shows is missing there, and not known anywhere
// else.
//
// A manifest is a JSON document, by convention manifest.json beside the files
// of an export. docs/schema/manifest.schema.json describes it:
//
//	{
//	  "schema": "https://demarc.dev/schema/manifest/1",
//	  "collector": "collect-diagnostics.sh 1.2",
//	  "at": "2026-07-03T06:00:00Z",
//	  "scopes": [
//	    {"scope": "/subscriptions/00000000-0000-0000-0000-000000000000", "types": [
//	      {"type": "Microsoft.Insights/diagnosticSettings", "state": "collected"},
//	      {"type": "Microsoft.Authorization/locks", "state": "denied", "reason": "403"}
//	    ]}
//	  ]
//	}
//
// A scope covers all that is below it; an empty one is everything. The type "*"
// stands for every type. The states are "collected" (all that are there were
// shown), "partly" (some may be absent), "denied" (the collector was not let)
// and "not-asked". An entry may have an instant of its own. Several entries may
// speak about one type: which counts is for the evaluation to say.
package manifest

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/jsontree"
	"github.com/demarc-dev/demarc/internal/source/moment"
)

// schema is what the member of this name begins with, whatever the version.
const schema = "https://demarc.dev/schema/manifest/"

// version is the one that is read.
const version = "1"

// Format is the format of manifests.
var Format = source.Format{
	Name:   "manifest",
	Title:  "Manifests of what was collected: manifest.json (docs/schema/manifest.schema.json)",
	Detect: detect,
	Read:   read,
	First:  true,
}

// detect wants the name of the schema.
func detect(h source.Head) bool {
	return strings.HasPrefix(demarc.Fold(h.JSON().Members["schema"].Text), schema)
}

func read(_ context.Context, in *source.Input, sink source.Sink) error {
	root, err := jsontree.Read(in)
	if err != nil {
		return err
	}
	r := &reader{sink: sink, file: in.File}
	if v := demarc.Fold(root.Get("schema").String()); v != schema+version {
		return source.Refusal("a manifest of another version: " + root.Get("schema").String())
	}
	r.at = r.instant(root, "manifest", time.Time{})
	scopes := root.Get("scopes")
	if !scopes.Is('[') {
		r.note(root, demarc.NoteSkipped, "a manifest without a list of scopes")
		return nil
	}
	for _, scope := range scopes.Elements {
		r.scope(scope)
	}
	if r.said == 0 && r.noted == 0 {
		r.note(root, demarc.NoteRead, "a manifest that says of no type that it was collected")
	}
	return nil
}

type reader struct {
	sink        source.Sink
	file        *demarc.File
	at          time.Time // of the manifest
	said, noted int
}

// scope reads what a manifest says of one scope.
func (r *reader) scope(n *jsontree.Node) {
	id, types := n.Get("scope"), n.Get("types")
	if !id.Is('"') || !types.Is('[') {
		r.note(n, demarc.NoteSkipped, "a scope of a manifest without an id and a list of types")
		return
	}
	path := strings.TrimRight(strings.TrimSpace(id.Text), "/")
	if path != "" && !strings.HasPrefix(path, "/") {
		r.note(id, demarc.NoteMalformed, "a scope of a manifest that does not begin with a slash")
	}
	for _, entry := range types.Elements {
		r.entry(entry, path)
	}
}

// entry reads what a manifest says of one type.
func (r *reader) entry(n *jsontree.Node, scope string) {
	typ := strings.TrimSpace(n.Get("type").String())
	if typ == "" {
		r.note(n, demarc.NoteSkipped, "an entry of a manifest without a type")
		return
	}
	state := strings.TrimSpace(n.Get("state").String())
	how, err := demarc.ParseCollection(state)
	if err != nil {
		r.note(n, demarc.NoteSkipped, fmt.Sprintf("a state of a manifest that is not known: %.40q", state))
		return
	}
	place := demarc.Place{File: r.file, Line: n.Line}
	r.said++
	r.sink.Statement(source.Statement{Kind: "collected", ID: scope + "#" + typ, Place: place,
		Content: demarc.Collected{Type: typ, Scope: scope, How: how, At: r.instant(n, "entry", r.at), Place: place}})
}

// instant reads the member "at", which stands for what is otherwise known.
func (r *reader) instant(n *jsontree.Node, of string, otherwise time.Time) time.Time {
	at := n.Get("at")
	if at == nil || at.Is('n') {
		return otherwise
	}
	t, ok := moment.Parse(at.String())
	if !ok {
		r.note(at, demarc.NoteMalformed, "the instant of the "+of+" is not readable")
		return otherwise
	}
	return t
}

func (r *reader) note(n *jsontree.Node, kind demarc.NoteKind, message string) {
	r.noted++
	r.sink.Note(demarc.Note{Kind: kind, Place: demarc.Place{File: r.file, Line: n.Line}, Message: message, Count: 1})
}
