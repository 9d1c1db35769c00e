// Package terraform reads what Terraform and OpenTofu know of resources: plans
// and states as `terraform show -json` writes them, and state files of
// version 4. What their resources are called in this program, and where their
// attributes belong, it is told by the catalogue.
//
// A plan is read to its end before anything is given to the sink, because its
// last part says what refers to what, and ids that are known only after apply
// are worked out from that. A state is given to the sink while it streams by,
// but for what others point to.
package terraform

import (
	"context"
	"errors"
	"fmt"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/slots"
	"github.com/demarc-dev/demarc/internal/source"
)

// New makes the format of Terraform's plans and states. The knowledge is asked
// for when a file is read.
func New(knowledge func() (Knowledge, error)) source.Format {
	return source.Format{
		Name:   "terraform",
		Title:  "Terraform or OpenTofu: plan and state of terraform show -json, state file of version 4",
		Detect: detect,
		Before: true,
		Read: func(ctx context.Context, in *source.Input, sink source.Sink) error {
			k, err := knowledge()
			if err != nil {
				return err
			}
			return read(ctx, in, sink, k)
		},
	}
}

// detect wants the members of a plan, of a state, or of the log of a run.
func detect(h source.Head) bool {
	j := h.JSON()
	if j.Kind != '{' {
		return false
	}
	has := func(name string) bool { _, ok := j.Members[name]; return ok }
	switch {
	case has("resource_changes") && j.Members["resource_changes"].Kind == '[', j.Members["planned_values"].Kind == '{':
		return true
	case has("format_version"):
		return has("terraform_version") || j.Members["configuration"].Kind == '{' || len(j.Members) == 1
	case has("lineage"):
		return has("serial") || has("outputs") || has("resources") || has("check_results")
	}
	return has("serial") && has("modules") || has("@level") && has("@module")
}

// reader reads one file.
type reader struct {
	sink      source.Sink
	file      *demarc.File
	knowledge Knowledge
	walk      *walker
	sources   *sources

	kinds    map[string]*kind
	attrs    *slots.Values // of the record at hand, by attribute
	out      *slots.Values // of the record at hand, by property
	index    *index
	pointers map[string][]pointer // by folded id of the target
	held     []*record            // whose properties others may tell

	before bool   // what the plan finds is given, not what it leaves
	format string // of show -json
	isPlan bool
	given  int // resources and scopes
	seen   int // records of all kinds
	plan   planRecords
	// ignored are the addresses of what stands for nothing in a plan.
	ignored map[string]bool
}

func read(ctx context.Context, in *source.Input, sink source.Sink, k Knowledge) error {
	r := &reader{
		sink: sink, file: in.File, knowledge: k, walk: newWalker(ctx, in, in.Head.Size()), sources: newSources(in.File.Path),
		kinds: map[string]*kind{}, attrs: slots.NewValues(), out: slots.NewValues(), index: newIndex(in.File.Path),
		pointers: map[string][]pointer{}, ignored: map[string]bool{}, before: in.Before,
	}
	err := r.document()
	if isCutOrBroken(err) && (r.seen > 0 || r.format != "") {
		r.note(demarc.NoteSkipped, r.walk.lineHere(), err.Error())
		sink.Incomplete(demarc.Incomplete{
			Place: demarc.Place{File: in.File, Line: r.walk.lineHere()}, Read: r.seen, Message: "the file breaks off or is broken here",
			Command: "terraform show -json",
		})
		err = nil
	}
	if err != nil {
		return err
	}
	r.finish()
	if r.seen == 0 {
		r.note(demarc.NoteIgnored, 0, "a Terraform plan or state without resources")
	}
	return nil
}

func isCutOrBroken(err error) bool {
	return errors.Is(err, errCut) || errors.Is(err, errBroken) || errors.Is(err, errLarge)
}

// document walks the top of the file.
func (r *reader) document() error {
	return r.walk.object(func(name string) error {
		switch name {
		case "version":
			return r.stateVersion()
		case "encrypted_data":
			return errors.New("an encrypted OpenTofu state: run `tofu show -json > state.json`")
		case "@level", "@module":
			return errors.New("the log of a Terraform run, which shows no attributes: run `terraform show -json plan.out > plan.json`")
		case "format_version":
			return r.formatVersion()
		case "resources":
			return r.walk.elements(r.stateResource)
		case "modules":
			return oldStateError("3 or older")
		case "values":
			return r.values(r.shownResource)
		}
		return r.planMember(name)
	})
}

// oldStateError says how to come from an old state to one that can be read.
func oldStateError(version string) error {
	return fmt.Errorf("a Terraform state of version %s, only version 4 can be read: upgrade it with Terraform 0.12 or later "+
		"(`terraform init`, `terraform refresh`), then run `terraform state pull > terraform.tfstate`", version)
}

func (r *reader) stateVersion() error {
	raw, err := r.walk.value()
	if err != nil {
		return err
	}
	if version := string(raw); version != "4" {
		return oldStateError(version)
	}
	return nil
}

// formatVersion reads the version of show -json, of which all of 0 and 1 say
// the same in the same words.
func (r *reader) formatVersion() error {
	raw, err := r.walk.value()
	if err != nil {
		return err
	}
	r.format = text(raw)
	if len(r.format) < 2 || r.format[:2] != "0." && r.format[:2] != "1." {
		return fmt.Errorf("format version %q of a Terraform plan or state, only 0.1 to 1.x can be read", r.format)
	}
	return nil
}

// finish gives what was held to the sink.
func (r *reader) finish() {
	if r.isPlan {
		records := r.plan.ordered(r.index)
		r.index.findSole(records)
		r.settle(records)
		return
	}
	for _, c := range r.held {
		r.give(c)
	}
}

func (r *reader) note(kind demarc.NoteKind, line int, message string) {
	r.noteAt(kind, demarc.Place{File: r.file, Line: line}, message)
}

func (r *reader) noteAt(kind demarc.NoteKind, place demarc.Place, message string) {
	r.sink.Note(demarc.Note{Kind: kind, Place: place, Message: message, Count: 1})
}

// place is where a record is written: in the sources, when they lie beside and
// have it, else in the file at hand.
func (r *reader) place(c *record) demarc.Place {
	if place, ok := r.sources.find(c); ok {
		return place
	}
	return demarc.Place{File: r.file, Line: c.line}
}
