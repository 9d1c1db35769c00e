package terraform

import (
	"cmp"
	"slices"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/jsonspan"
)

// planRecords are the records of a plan by what shows them. A resource is
// mostly shown more than once: by the change, by the planned values and, when
// it exists already, by the prior state.
type planRecords struct {
	changes, deferred, planned, prior []*record
}

// ordered are the records in the order in which they were read, each address
// once: a change tells most, then what is planned, then what was.
func (p *planRecords) ordered(x *index) []*record {
	var all []*record
	shown := map[string]bool{}
	for _, list := range [][]*record{p.changes, p.deferred, p.planned, p.prior} {
		from := len(all)
		for _, c := range list {
			if !shown[c.address] {
				all = append(all, c)
			}
		}
		for _, c := range all[from:] {
			shown[c.address] = true
			x.add(c)
		}
	}
	slices.SortStableFunc(all, func(a, b *record) int { return cmp.Compare(a.line, b.line) })
	return all
}

// planMember takes a member of a plan.
func (r *reader) planMember(name string) error {
	switch name {
	case "planned_values":
		r.isPlan = true
		if r.before {
			return r.walk.skip()
		}
		return r.values(func(raw []byte, line int) error { return r.shownInPlan(raw, line, &r.plan.planned) })
	case "resource_changes":
		r.isPlan = true
		return r.walk.elements(func() error { return r.change(&r.plan.changes) })
	case "deferred_changes":
		return r.walk.elements(r.deferred)
	case "prior_state":
		r.isPlan = true
		return r.walk.members(func(name string) error {
			if name == "values" {
				return r.values(func(raw []byte, line int) error { return r.shownInPlan(raw, line, &r.plan.prior) })
			}
			return r.walk.skip()
		})
	case "configuration", "variables", "errored", "complete":
		line := r.walk.lineHere()
		raw, err := r.walk.value()
		if err != nil {
			return err
		}
		r.remember(name, raw, line)
		return nil
	}
	return r.walk.skip()
}

// remember keeps what a plan says of itself.
func (r *reader) remember(name string, raw []byte, line int) {
	place := demarc.Place{File: r.file, Line: line}
	switch {
	case name == "configuration":
		r.index.configuration = readConfiguration(raw)
	case name == "variables":
		each(raw, func(variable string, of []byte) {
			// Only what may name a subscription is kept: variables may be secret.
			if strings.Contains(demarc.Fold(variable), "subscription") {
				r.index.variables[variable] = text(member(of, "value"))
			}
		})
	case name == "errored" && string(raw) == "true":
		r.sink.Incomplete(demarc.Incomplete{Place: place, Message: "the plan ended in an error and shows only a part of the changes", Command: "terraform plan -out plan.out"})
	case name == "complete" && string(raw) == "false":
		r.sink.Incomplete(demarc.Incomplete{Place: place, Message: "the plan says that it leaves changes for a later one (-target, or deferred)", Command: "terraform plan -out plan.out"})
	}
}

// shownInPlan reads a resource of the planned values or the prior state.
func (r *reader) shownInPlan(raw []byte, line int, into *[]*record) error {
	h, s, err := readValues(raw)
	if err != nil {
		r.seen++
		r.note(demarc.NoteSkipped, line, err.Error())
		return nil
	}
	if h.deposed != "" {
		return nil // the change of it tells more
	}
	c, err := r.declared(h, s, line)
	if c == nil {
		return err
	}
	if into == &r.plan.prior && c.seen == demarc.SeenDeclared {
		c.seen = demarc.SeenPartial // no change touches it: it is what it was
	}
	if into == &r.plan.prior {
		c.change = source.Untouched // what is done to it stands among the changes
	}
	*into = append(*into, c)
	return nil
}

// declared makes a record of what a plan shows.
func (r *reader) declared(h header, s shown, line int) (*record, error) {
	c, err := r.record(h, line)
	if c == nil {
		return nil, err
	}
	c.seen = demarc.SeenDeclared
	if len(s.attributes) == 0 || s.attributes[0] != '{' {
		c.seen = demarc.SeenNone
	}
	r.decode(c, s)
	return c, nil
}

// change reads one of the changes that a plan makes.
func (r *reader) change(into *[]*record) error {
	raw, line, err := r.walk.placed()
	if err != nil {
		return err
	}
	return r.changed(raw, line, demarc.There, into)
}

// deferred reads a change that a plan leaves for later, because it cannot be
// told how many instances there will be.
func (r *reader) deferred() error {
	raw, line, err := r.walk.placed()
	if err != nil {
		return err
	}
	return r.changed(member(raw, "resource_change"), line, demarc.Conditional, &r.plan.deferred)
}

func (r *reader) changed(raw []byte, line int, standing demarc.Standing, into *[]*record) error {
	var h header
	var change []byte
	err := jsonspan.Members(raw, func(quoted, value []byte) {
		if string(quoted) == `"change"` {
			change = value
			return
		}
		h.read(quoted, value)
	})
	if err != nil {
		r.seen++
		r.note(demarc.NoteSkipped, line, err.Error())
		return nil
	}
	if h.module == "" {
		h.module = moduleOf(h.address)
	}
	if h.deposed != "" {
		h.address += " (deposed " + h.deposed + ")"
	}
	before, after := member(change, "before"), member(change, "after")
	if r.before {
		return r.found(h, shown{attributes: before, sensitive: member(change, "before_sensitive")}, line, into)
	}
	s := shown{attributes: after, unknown: member(change, "after_unknown"), sensitive: member(change, "after_sensitive")}
	act, done := actOf(member(change, "actions"))
	if act == deletes || !isObject(after) {
		s = shown{attributes: before, sensitive: member(change, "before_sensitive")}
	}
	c, err := r.declared(h, s, line)
	if c == nil {
		return err
	}
	c.standing, c.change = standing, done
	switch act {
	case deletes:
		c.standing = demarc.Leaving
	case replaces:
		c.replaced = true
		c.before = text(member(before, c.kind.ids()[0]))
	case unheardOf:
		r.note(demarc.NoteMalformed, line, "a change with actions that are not known, taken for one that leaves the resource there")
	case keeps:
	}
	*into = append(*into, c)
	return nil
}

// found keeps what a change finds, which is nothing where it creates.
func (r *reader) found(h header, s shown, line int, into *[]*record) error {
	if !isObject(s.attributes) {
		r.seen++
		return nil
	}
	c, err := r.declared(h, s, line)
	if c == nil {
		return err
	}
	*into = append(*into, c)
	return nil
}

func isObject(raw []byte) bool { return len(raw) > 0 && raw[0] == '{' }

// act is what a change comes to.
type act uint8

const (
	keeps     act = iota // create, update, no-op, read, forget: it is there afterwards
	deletes              // it is not there afterwards
	replaces             // another one is there afterwards
	unheardOf            // nobody knows
)

// actOf reads the actions of a change: what it comes to, and what is said to be
// done. A change without any does nothing, and one that forgets a resource
// leaves it where it is.
func actOf(raw []byte) (act, source.Change) {
	var all []string
	_ = jsonspan.Elements(raw, func(action []byte) { all = append(all, text(action)) })
	switch strings.Join(all, " ") {
	case "", "no-op", "read", "forget":
		return keeps, source.Untouched
	case "create", "create forget":
		return keeps, source.Created
	case "update":
		return keeps, source.Updated
	case "delete":
		return deletes, source.Deleted
	case "delete create", "create delete":
		return replaces, source.Replaced
	}
	return unheardOf, source.Unstated
}

// moduleOf is the module in an address, "" for the root.
func moduleOf(address string) string {
	if !strings.HasPrefix(address, "module.") {
		return ""
	}
	parts := splitAddress(address)
	n := 0
	for n+1 < len(parts) && parts[n] == "module" {
		n += 2
	}
	return strings.Join(parts[:n], ".")
}
