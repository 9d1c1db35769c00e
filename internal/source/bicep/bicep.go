// Package bicep reads what the Bicep and Azure command lines say that a
// deployment does: the snapshot of a parameter file, and the changes of a
// what-if. Bicep's own files are built by the bicep program where it is
// installed.
package bicep

import (
	"context"
	"fmt"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/armtemplate"
	"github.com/demarc-dev/demarc/internal/source/jsontree"
)

// Snapshot is the format of `bicep snapshot`.
var Snapshot = source.Format{
	Name:   "bicep-snapshot",
	Title:  "bicep snapshot main.bicepparam (JSON)",
	Detect: func(h source.Head) bool { return h.JSON().Members["predictedresources"].Kind == '[' },
	Read:   readSnapshot,
}

func readSnapshot(ctx context.Context, in *source.Input, sink source.Sink) error {
	root, err := jsontree.Read(in)
	if err != nil {
		return err
	}
	d := armtemplate.NewDeployed(ctx, in, root, sink)
	for _, n := range elements(root.Get("predictedResources")) {
		d.Give("", n, demarc.There)
	}
	for _, n := range elements(root.Get("diagnostics")) {
		note(sink, in, demarc.NoteUndecided, n, text(n, "message", "the snapshot has a diagnostic"))
	}
	if len(elements(root.Get("predictedResources"))) == 0 {
		note(sink, in, demarc.NoteIgnored, root, "a snapshot without resources")
	}
	return ctx.Err()
}

// WhatIf is the format of a what-if.
var WhatIf = source.Format{
	Name:   "arm-what-if",
	Title:  "az deployment ... what-if --no-pretty-print (JSON)",
	Detect: detectWhatIf,
	Before: true,
	Read:   readWhatIf,
}

// detectWhatIf wants a list of changes and what only a what-if has beside it.
func detectWhatIf(h source.Head) bool {
	m := h.JSON().Members
	_, status := m["status"]
	return status && (m["changes"].Kind == '[' || m["properties"].Kind == '{' && h.Mentions(`"changetype"`))
}

func readWhatIf(ctx context.Context, in *source.Input, sink source.Sink) error {
	root, err := jsontree.Read(in)
	if err != nil {
		return err
	}
	marked := &marker{Sink: sink}
	w := whatIf{in: in, sink: marked, give: armtemplate.NewDeployed(ctx, in, root, marked)}
	all := root
	if root.Get("changes") == nil {
		all = root.Get("properties") // as the REST API wraps it
	}
	for _, n := range elements(all.Get("changes")) {
		w.change(n, demarc.There)
	}
	for _, n := range elements(all.Get("potentialChanges")) {
		w.change(n, demarc.Conditional)
	}
	if len(elements(all.Get("changes")))+len(elements(all.Get("potentialChanges"))) == 0 {
		note(sink, in, demarc.NoteIgnored, root, "a what-if without changes")
	}
	if failed := root.Get("error"); failed.Is('{') {
		sink.Incomplete(demarc.Incomplete{Place: demarc.Place{File: in.File, Line: failed.Line},
			Message: "the what-if failed: " + text(failed, "message", "it does not say why")})
	}
	return ctx.Err()
}

// whatIf gives the changes of one what-if.
type whatIf struct {
	in   *source.Input
	sink *marker
	give *armtemplate.Deployed
}

// marker marks resources with what is done to them.
type marker struct {
	source.Sink
	change source.Change
}

// Resource marks a resource and hands it on.
func (m *marker) Resource(r source.Resource) {
	r.Change = m.change
	m.Sink.Resource(r)
}

// changes are the kinds of changes whose outcome is predicted. Of one that
// deploys it is not known what it changes.
var changes = map[string]source.Change{
	"create": source.Created, "deploy": source.Updated, "modify": source.Updated, "delete": source.Deleted,
	"nochange": source.Untouched, "noeffect": source.Untouched,
}

// change gives the resource that a change is about, as it is afterwards.
func (w *whatIf) change(n *jsontree.Node, standing demarc.Standing) {
	id := n.Get("resourceId").String()
	kind := n.Get("changeType").String()
	before, after := n.Get("before"), n.Get("after")
	w.sink.change = changes[demarc.Fold(kind)]
	if w.in.Before {
		if before.Is('{') {
			w.give.Give(id, before, demarc.There)
		}
		return
	}
	if !after.Is('{') {
		after = before
	}
	switch demarc.Fold(kind) {
	case "delete":
		after, standing = before, demarc.Leaving
	case "create", "deploy", "modify", "nochange", "noeffect":
	case "ignore":
		note(w.sink, w.in, demarc.NoteIgnored, n, "a resource that the deployment leaves alone")
		return
	case "unsupported":
		note(w.sink, w.in, demarc.NoteSkipped, n, "not predicted: "+text(n, "unsupportedReason", "the what-if does not say why"))
		return
	default:
		note(w.sink, w.in, demarc.NoteSkipped, n, fmt.Sprintf("a change of the kind %q", kind))
		return
	}
	if !after.Is('{') { // only the id is there
		after = &jsontree.Node{Kind: '{', Line: n.Line}
	}
	w.give.Give(id, after, standing)
}

func elements(n *jsontree.Node) []*jsontree.Node {
	if n == nil {
		return nil
	}
	return n.Elements
}

// text is the text of a member, or what stands for it.
func text(n *jsontree.Node, name, otherwise string) string {
	if s := n.Get(name).String(); s != "" {
		return s
	}
	return otherwise
}

func note(sink source.Sink, in *source.Input, kind demarc.NoteKind, n *jsontree.Node, message string) {
	sink.Note(demarc.Note{Kind: kind, Place: demarc.Place{File: in.File, Line: n.Line}, Message: message, Count: 1})
}
