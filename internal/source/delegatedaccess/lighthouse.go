package delegatedaccess

import (
	"slices"
	"strings"
	"sync"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/graphrow"
)

// offer is what a registration definition gives to whom.
type offer struct {
	name, tenant string
	roles        []string
}

// waiting is a registration whose definition was not met beside it.
type waiting struct {
	statement  source.Statement
	access     demarc.Access
	definition string // folded id
}

// definitions are those of one file, with the registrations that wait for one.
type definitions struct {
	mu      sync.Mutex
	offers  map[string]offer // by folded id
	waiting []waiting
}

func (k *definitions) add(id string, o offer) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.offers == nil {
		k.offers = map[string]offer{}
	}
	k.offers[demarc.Fold(id)] = o
}

func (k *definitions) wait(w waiting) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.waiting = append(k.waiting, w)
}

// settle gives the registrations that waited, with what the definition of the
// file says, or without.
func (k *definitions) settle(sink source.Sink) {
	slices.SortStableFunc(k.waiting, func(a, b waiting) int { return a.statement.Place.Line - b.statement.Place.Line })
	for _, w := range k.waiting {
		o, ok := k.offers[w.definition]
		if !ok {
			sink.Note(demarc.Note{Kind: demarc.NoteUndecided, Place: w.statement.Place, Count: 1,
				Message: "who holds the access is not told: export the registration definitions too, or with --include-definition"})
		}
		w.statement.Content = granted(w.access, o)
		sink.Statement(w.statement)
	}
}

func granted(a demarc.Access, o offer) demarc.Access {
	a.Name, a.Tenant, a.Roles = o.name, o.tenant, o.roles
	return a
}

// definition reads a registration definition. Alone it grants nothing.
func (d *decoder) definition() {
	id := d.Row.Text("id")
	if id == "" {
		d.Note(demarc.NoteSkipped, "a registration definition without an id")
		return
	}
	d.known.add(id, d.offer(d.holder()))
	d.Sink.Statement(source.Statement{Kind: "lighthouse-definition", ID: id, Place: d.Place()})
}

// offer reads the properties of a definition.
func (d *decoder) offer(from *graphrow.Row) offer {
	o := offer{name: from.Text("managedbytenantname", "registrationdefinitionname"), tenant: from.Text("managedbytenantid")}
	o.roles = append(d.roles(from, "authorizations"), d.roles(from, "eligibleauthorizations")...)
	slices.Sort(o.roles)
	o.roles = slices.Compact(o.roles)
	return o
}

// assignment reads a registration: a definition that is in force in a
// subscription or resource group.
func (d *decoder) assignment() {
	id := d.Row.Text("id")
	from := d.holder()
	scope, _, ok := cutFold(id, "/providers/microsoft.managedservices/")
	if !ok || scope == "" {
		d.Note(demarc.NoteSkipped, "a registration whose id does not say where it is")
		return
	}
	if state := demarc.Fold(from.Text("provisioningstate")); state != "" && state != "succeeded" && state != "updated" {
		d.Note(demarc.NoteIgnored, "a registration that is not in force: "+state)
		return
	}
	said := source.Statement{Kind: "access", ID: id, Place: d.Place()}
	access := demarc.Access{Kind: "lighthouse", Scope: scope, Place: said.Place}
	definition := demarc.Fold(from.Text("registrationdefinitionid"))
	if into(d.inner, from.Raw("registrationdefinition"), d.Row.Line) {
		inner := d.inner
		var o offer
		if raw := inner.Raw("properties"); len(raw) > 0 {
			inner = graphrow.New()
			into(inner, raw, d.Row.Line)
		}
		if o = d.offer(inner); o.tenant != "" {
			said.Content = granted(access, o)
			d.Sink.Statement(said)
			return
		}
	}
	d.known.wait(waiting{said, access, definition})
}

// cutFold cuts around a separator, which is given folded.
func cutFold(s, separator string) (before, after string, ok bool) {
	i := strings.Index(demarc.Fold(s), separator)
	if i < 0 || len(demarc.Fold(s)) != len(s) {
		return s, "", false
	}
	return s[:i], s[i+len(separator):], true
}
