package assess

import (
	"encoding/binary"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/owner"
)

// owners finds who answers for resources as a whole: what names an owner of
// some of their tasks only does not count. It remembers what it found, and is
// not safe for concurrent use.
type owners struct {
	*docket
	whole  []int // the rules about whole resources
	names  map[string]string
	found  map[ownerKey]demarc.Owner
	last   ownerKey
	owner  demarc.Owner
	known  bool
	covers []byte
}

// ownerKey is what the owner of a resource depends on.
type ownerKey struct {
	scope        *demarc.Scope
	tag, tagName string
	rules        string // those that cover it, as numbers
}

func (d *docket) newOwners() *owners {
	w := &owners{docket: d, names: map[string]string{}, found: map[ownerKey]demarc.Owner{}}
	for i := range d.line.options.OwnerRules {
		if r := &d.line.options.OwnerRules[i]; len(r.Areas)+len(r.Responsibilities) == 0 {
			w.whole = append(w.whole, i)
		}
	}
	return w
}

// of is the owner of a resource by name, the zero Owner where nobody is named.
func (w *owners) of(o *observed, at whereabouts) demarc.Owner {
	key := ownerKey{scope: o.Scope, tag: at.owner, tagName: at.ownerTag, rules: w.rulesAbout(o)}
	if w.known && key == w.last {
		return w.owner
	}
	found, ok := w.found[key]
	if !ok {
		if len(w.found) == mostCached {
			clear(w.found)
		}
		found = w.find(key)
		w.found[key] = found
	}
	w.last, w.owner, w.known = key, found, true
	return found
}

// whereabouts is what a resource, or a whole above it, says about where it belongs:
// each thing the first that says it, as in [settler.above].
type whereabouts struct{ workload, owner, ownerTag string }

func (d *docket) whereabouts(o *observed) whereabouts {
	const deep = 8 // a ring of parts must end
	at := whereabouts{o.look.workload, o.look.owner, o.look.ownerTag}
	for range deep {
		if o.PartOf == "" || at.workload != "" && at.owner != "" {
			break
		}
		if o = d.find(o.PartOf); o == nil {
			break
		}
		if at.workload == "" {
			at.workload = o.look.workload
		}
		if at.owner == "" {
			at.owner, at.ownerTag = o.look.owner, o.look.ownerTag
		}
	}
	return at
}

// rulesAbout lists the rules that cover a resource.
func (w *owners) rulesAbout(o *observed) string {
	if len(w.whole) == 0 {
		return ""
	}
	w.covers = w.covers[:0]
	for _, i := range w.whole {
		if w.matches(i, w.line.options.OwnerRules[i].Match, o) {
			w.covers = binary.AppendUvarint(w.covers, uint64(i))
		}
	}
	made, ok := w.names[string(w.covers)]
	if !ok {
		made = string(w.covers)
		w.names[made] = made
	}
	return made
}

func (w *owners) find(key ownerKey) demarc.Owner {
	c := owner.Case{Responsibility: &demarc.Responsibility{}, Party: demarc.Customer, Tag: key.tag, TagName: key.tagName}
	for covers := []byte(key.rules); len(covers) > 0; {
		i, n := binary.Uvarint(covers)
		c.Rules, covers = append(c.Rules, &w.line.options.OwnerRules[i]), covers[n:]
	}
	c.ScopeTag, c.ScopeTagName = w.scopeOwner(key.scope)
	if found, _ := owner.Of(&c); found.Named() { // of a tie the note tells where tasks are
		return found
	}
	return demarc.Owner{}
}
