package estate

import (
	"context"
	"slices"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/slots"
	"github.com/demarc-dev/demarc/internal/source"
)

// Format is the format of demarc.yaml.
var Format = source.Format{
	Name:   "demarc-yaml",
	Title:  "demarc.yaml: name, parties, resources by hand, overrides, requirements, delegations, owners",
	Detect: detect,
	Read:   read,
}

// keys are those at the top of a document.
var keys = []string{"asOf", "parties", "resources", "overrides", "workloads", "requirements", "delegations", "owners", "ownerTags", "evidence"}

// detect wants a mapping of which most keys are known, not the name alone.
func detect(h source.Head) bool {
	known, unknown := 0, 0
	for _, key := range h.YAML() {
		switch {
		case slices.Contains(keys, key):
			known++
		case key != "name":
			unknown++
		}
	}
	return known > 0 && known >= unknown || len(h.YAML()) == 1 && h.YAML()[0] == "name"
}

// read gives the resources of a document to the sink, and every other entry as
// a statement. What the statements say is told by Parse.
func read(_ context.Context, in *source.Input, sink source.Sink) error {
	d, err := Parse(in.File, in)
	if err != nil {
		return err
	}
	values := slots.NewValues()
	for i := range d.Resources {
		sink.Resource(d.Resources[i].row(values, sink.Plans()))
	}
	for _, p := range d.Parties {
		sink.Statement(source.Statement{Kind: "party", ID: p.ID, Place: p.Place})
	}
	for i := range d.Overrides {
		if o := &d.Overrides[i]; !d.isOwn(o) {
			sink.Statement(source.Statement{Kind: "override", ID: matched(o.Match), Place: o.Place})
		}
	}
	for _, w := range d.Workloads {
		sink.Statement(source.Statement{Kind: "workload", ID: w.Name, Place: w.Place})
	}
	for _, r := range d.Requirements {
		sink.Statement(source.Statement{Kind: "requirement", ID: r.ID, Place: r.Place})
	}
	d.people(sink)
	return nil
}

// people gives what a document says of who does and who answers.
func (d *Document) people(sink source.Sink) {
	for i := range d.Delegations {
		sink.Statement(source.Statement{Kind: "delegation", ID: d.Delegations[i].Party, Place: d.Delegations[i].Place})
	}
	for i := range d.Owners {
		sink.Statement(source.Statement{Kind: "owner", ID: d.Owners[i].Owner, Place: d.Owners[i].Place})
	}
	for i := range d.Evidence {
		sink.Statement(source.Statement{Kind: "evidence-date", ID: d.Evidence[i].Path, Place: d.Evidence[i].Place})
	}
}

// isOwn reports whether an override is the model or provider stated with a
// resource, which is no entry of its own.
func (d *Document) isOwn(o *demarc.Override) bool {
	return slices.ContainsFunc(d.Resources, func(r Resource) bool { return r.Place == o.Place })
}

func matched(m demarc.Match) string { return m.ID + m.Tag + m.Scope + m.Type }

// row turns a resource by hand into one for the sink.
func (r *Resource) row(values *slots.Values, plans *slots.Layout) source.Resource {
	out := source.Resource{Resource: r.Resource, ScopeID: r.ScopeID, Values: values}
	plan := plans.Every()
	switch {
	case r.Kind != "":
		out.DisplayType = "onprem/" + r.Kind
	case !strings.Contains(r.Type, "/"):
		out.DisplayType, out.Type = r.Type, ""
	default:
		plan = plans.For(r.Type)
	}
	values.Reset(plan)
	if r.Tags != nil {
		_ = values.DecodeColumn("tags", r.Tags) // made by us, never broken
		values.CloseColumn("tags")
	}
	if r.Properties != nil {
		_ = values.DecodeDeclared("properties", r.Properties) // not all there is
	}
	return out
}
