package terraform

import (
	"bytes"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/source/jsonspan"
)

// header is what a record says of itself, apart from its attributes.
type header struct {
	address, module, mode, typ, name string
	index                            []byte // JSON, nil when there is one instance
	deposed                          string
}

// record makes the record of a header, nil when it stands for nothing or
// cannot be one: then a note was left.
func (r *reader) record(h header, line int) (*record, error) {
	r.seen++
	if h.typ == "" || h.mode != "managed" && h.mode != "data" {
		r.note(demarc.NoteSkipped, line, "a record without a type, or of a mode other than managed and data")
		return nil, nil
	}
	k, err := r.kindOf(h.typ)
	if err != nil {
		return nil, err
	}
	if k.None != "" {
		r.ignore(h, line, k.None)
		return nil, nil
	}
	c := &record{address: h.address, module: h.module, typ: h.typ, name: h.name, data: h.mode == "data", line: line, kind: k}
	if len(h.index) > 0 && string(h.index) != "null" {
		c.key = "[" + string(h.index) + "]"
	}
	if c.address == "" {
		c.address = addressOf(h, c.key)
	}
	return c, nil
}

// ignore notes a record that stands for nothing, once for all that a plan
// shows of it.
func (r *reader) ignore(h header, line int, why string) {
	if r.isPlan {
		if r.ignored[h.address] {
			return
		}
		r.ignored[h.address] = true
	}
	r.note(demarc.NoteIgnored, line, h.typ+": "+why)
}

func addressOf(h header, key string) string {
	address := h.typ + "." + h.name + key
	if h.mode == "data" {
		address = "data." + address
	}
	if h.module != "" {
		address = h.module + "." + address
	}
	return address
}

// stateResource reads a resource of a state of version 4, with all of its
// instances. See https://developer.hashicorp.com/terraform/language/state
func (r *reader) stateResource() error {
	raw, line, err := r.walk.placed()
	if err != nil {
		return err
	}
	var h header
	var instances []byte
	err = jsonspan.Members(raw, func(quoted, value []byte) {
		switch string(quoted) {
		case `"module"`:
			h.module = text(value)
		case `"instances"`:
			instances = value
		default:
			h.readKind(quoted, value)
		}
	})
	if err != nil {
		r.seen++
		r.note(demarc.NoteSkipped, line, err.Error())
		return nil
	}
	if instances == nil {
		return nil
	}
	at, failed := raw, error(nil)
	err = jsonspan.Elements(instances, func(instance []byte) {
		// A piece of a slice lies as far in it as their capacities differ.
		before := at[:cap(at)-cap(instance)]
		line += bytes.Count(before, []byte("\n"))
		at = instance
		if failed == nil {
			failed = r.stateInstance(h, instance, line)
		}
	})
	if err != nil {
		r.seen++
		r.note(demarc.NoteSkipped, line, err.Error())
	}
	return failed
}

// stateInstance reads one instance of a resource.
func (r *reader) stateInstance(h header, raw []byte, line int) error {
	var s shown
	err := jsonspan.Members(raw, func(quoted, value []byte) {
		switch string(quoted) {
		case `"index_key"`:
			h.index = value
		case `"attributes"`:
			s.attributes = value
		case `"attributes_flat"`:
			if s.attributes == nil {
				s.attributes = value
			}
		case `"sensitive_attributes"`:
			s.sensitive = marksOf(value)
		case `"deposed"`:
			h.deposed = text(value)
		}
	})
	if err != nil {
		r.seen++
		r.note(demarc.NoteSkipped, line, err.Error())
		return nil
	}
	return r.observed(h, s, line)
}

// shownResource reads a resource of a state as show -json writes it.
func (r *reader) shownResource(raw []byte, line int) error {
	h, s, err := readValues(raw)
	if err != nil {
		r.seen++
		r.note(demarc.NoteSkipped, line, err.Error())
		return nil
	}
	return r.observed(h, s, line)
}

// readValues reads a resource of a `values` or `planned_values`.
func readValues(raw []byte) (h header, s shown, err error) {
	err = jsonspan.Members(raw, func(quoted, value []byte) {
		switch string(quoted) {
		case `"values"`:
			s.attributes = value
		case `"sensitive_values"`:
			s.sensitive = value
		default:
			h.read(quoted, value)
		}
	})
	if h.address != "" && h.module == "" {
		h.module = moduleOf(h.address)
	}
	return h, s, err
}

// read reads a member of a record as show -json writes it.
func (h *header) read(quoted, value []byte) {
	switch string(quoted) {
	case `"address"`:
		h.address = text(value)
	case `"module_address"`:
		h.module = text(value)
	case `"index"`:
		h.index = value
	case `"deposed"`, `"deposed_key"`:
		h.deposed = text(value)
	default:
		h.readKind(quoted, value)
	}
}

// readKind reads a member that all records have, in states and in what
// show -json writes.
func (h *header) readKind(quoted, value []byte) {
	switch string(quoted) {
	case `"mode"`:
		h.mode = text(value)
	case `"type"`:
		h.typ = text(value)
	case `"name"`:
		h.name = text(value)
	}
}

// observed takes an instance of a state: it was there when the state was
// written. What its provider's API has beyond the attributes was not seen.
func (r *reader) observed(h header, s shown, line int) error {
	c, err := r.record(h, line)
	if c == nil {
		return err
	}
	c.seen = demarc.SeenPartial
	if len(s.attributes) == 0 || s.attributes[0] != '{' {
		c.seen = demarc.SeenNone
	}
	if h.deposed != "" {
		c.standing = demarc.Leaving
	}
	r.decode(c, s)
	r.index.identify(c)
	if !c.data {
		r.point(c)
	}
	if r.knowledge.TerraformPointed(demarc.Fold(c.armType)) && !c.data && !c.settings {
		r.held = append(r.held, c)
		return nil
	}
	r.give(c)
	return nil
}

// values walks the modules of a state or a plan as show -json writes them.
func (r *reader) values(take func(raw []byte, line int) error) error {
	return r.walk.members(func(name string) error {
		if name == "root_module" {
			return r.module(take)
		}
		return r.walk.skip()
	})
}

func (r *reader) module(take func(raw []byte, line int) error) error {
	return r.walk.members(func(name string) error {
		switch name {
		case "resources":
			return r.walk.elements(func() error {
				raw, line, err := r.walk.placed()
				if err != nil {
					return err
				}
				return take(raw, line)
			})
		case "child_modules":
			return r.walk.elements(func() error { return r.module(take) })
		}
		return r.walk.skip()
	})
}
