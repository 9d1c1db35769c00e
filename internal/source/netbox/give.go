package netbox

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/slots"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/clouds"
)

// reader gives out what was gathered, when all names are known.
type reader struct {
	*gatherer
	sink   source.Sink
	file   *demarc.File
	values *slots.Values
	open   int // machines of clusters of an unknown kind
}

func (r *reader) give() {
	for i := range r.items {
		it := &r.items[i]
		switch it.endpoint {
		case sites:
			r.sink.Scope(source.Scope{ID: it.name, Name: it.name, Place: r.place(it)})
		case providers:
			r.sink.Reference(source.Reference{ID: id(it), Type: "circuits/provider", Place: r.place(it)})
		case racks:
			r.resource(it, answer{typ: rackType})
		case circuits:
			r.circuit(it)
		case clusters:
			r.cluster(it)
		case devices:
			r.device(it)
		case machines:
			r.machine(it)
		}
	}
	if r.open > 0 {
		r.note(demarc.NoteRead, 0, r.open,
			"virtual machines of clusters whose type is not in the file: put the pages of virtualization/clusters and virtualization/virtual-machines into one file")
	}
	r.summary()
}

// answer is what a record was translated to.
type answer struct {
	typ     string // when no type is called as displayed
	display string
	scope   string // in place of the site's
	party   string // who runs it
}

func (r *reader) place(it *item) demarc.Place { return demarc.Place{File: r.file, Line: it.line} }

// id is the path of the record in the API, which is the same for a dump.
func id(it *item) string { return "netbox/" + it.endpoint + "/" + it.pk }

func (r *reader) device(it *item) {
	role, _ := r.resolve(roles, it.role)
	a := answer{typ: deviceType(role), display: "onprem/" + strings.Join(clouds.Words(first(role.name, role.slug, "device")), " ")}
	if it.cluster.key != "" && (a.typ == serverType || a.typ == "") { // machines run on it
		a.typ, a.display = hostType, ""
	}
	r.resource(it, a)
}

// machine is a virtual machine: of a provider when its cluster stands for one.
func (r *reader) machine(it *item) {
	cluster, known := r.resolve(clusters, it.cluster)
	kind, typed := r.resolve(clusterTypes, cluster.of)
	if it.site == (ref{}) {
		it.site = cluster.site
	}
	a := answer{typ: machineType}
	if c, ok := clouds.Of(first(kind.name, kind.slug, cluster.name)); ok {
		a.typ, a.party = c.Type, c.Party
	} else if !typed && (known || it.site.key == "") {
		a.typ = openType
		r.open++
	}
	if a.typ != machineType && a.typ != openType {
		a.scope = cluster.name
	}
	r.resource(it, a)
}

// cluster is a group of hypervisors, or the region of a provider, which is a
// scope.
func (r *reader) cluster(it *item) {
	kind, _ := r.resolve(clusterTypes, it.typ)
	if c, ok := clouds.Of(first(kind.name, kind.slug)); ok && c.Type != machineType {
		r.sink.Scope(source.Scope{ID: it.name, Name: it.name, Place: r.place(it)})
		return
	}
	r.resource(it, answer{typ: clusterType})
}

func (r *reader) circuit(it *item) {
	carrier, _ := r.resolve(providers, it.provider)
	if it.site == (ref{}) {
		it.site = r.ends[it.pk]
	}
	r.resource(it, answer{typ: circuitType, party: carrier.name})
}

func (r *reader) resource(it *item, a answer) {
	site, _ := r.resolve(sites, it.site)
	platform, _ := r.resolve(platforms, it.platform)
	plan := r.sink.Plans().For(a.typ)
	if a.display != "" {
		plan = r.sink.Plans().Every()
	}
	r.values.Reset(plan)
	for path, text := range map[string]string{"properties.site": site.name, "properties.os": platform.name, "properties.provider": a.party} {
		if text != "" {
			r.values.Set(path, demarc.Text(text))
		}
	}
	seen, standing := standingOf(it.status)
	r.sink.Resource(source.Resource{
		Resource: demarc.Resource{ID: id(it), MadeUp: true, Name: r.name(it), Type: a.typ, Place: r.place(it), Seen: seen, Standing: standing},
		ScopeID:  first(a.scope, site.name), DisplayType: a.display, Values: r.values,
	})
}

// name is the name of a record. Devices without one are called by their model
// and number, as NetBox shows them.
func (r *reader) name(it *item) string {
	if it.name != "" {
		return it.name
	}
	model, _ := r.resolve(deviceTypes, it.deviceType)
	maker, _ := r.resolve(manufacturers, model.of)
	return strings.TrimSpace(strings.TrimSpace(maker.name+" "+model.name) + " #" + it.pk)
}

// standingOf reads a status. What is planned is not there; what is being
// decommissioned leaves.
func standingOf(status string) (demarc.Seen, demarc.Standing) {
	switch demarc.Fold(status) {
	case "planned":
		return demarc.SeenDeclared, demarc.Conditional
	case "decommissioning", "deprecated", "deprovisioning", "decommissioned":
		return demarc.SeenPartial, demarc.Leaving
	}
	return demarc.SeenPartial, demarc.There
}

// summary counts the records that became no resource, and tells of pages that
// are absent.
func (r *reader) summary() {
	for _, kind := range slices.SortedFunc(maps.Keys(r.counts), cmp.Compare) {
		c := r.counts[kind]
		switch kind {
		case roles, deviceTypes, manufacturers, platforms, clusterTypes, terminations:
			r.note(demarc.NoteIgnored, 0, c.read, kind+": read for what they say of other records only")
		case sites, racks, devices, clusters, machines, providers, circuits:
		default:
			r.note(demarc.NoteIgnored, 0, c.read, kind+": pieces, addresses or settings, not read")
		}
		if c.total > c.read {
			r.sink.Incomplete(demarc.Incomplete{
				Place: demarc.Place{File: r.file}, Read: c.read, Total: c.total,
				Message: fmt.Sprintf("%d of %d records of %s", c.read, c.total, kind),
				Command: "curl -H \"Authorization: Token $TOKEN\" \"$NETBOX/api/" + kind + "/?limit=0\"",
			})
		}
	}
}
