package netbox

import (
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/json"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/jsonrows"
	"github.com/demarc-dev/demarc/internal/source/jsonspan"
)

// The endpoints of the REST API by which records of both inputs are known.
const (
	sites         = "dcim/sites"
	racks         = "dcim/racks"
	devices       = "dcim/devices"
	roles         = "dcim/device-roles"
	deviceTypes   = "dcim/device-types"
	manufacturers = "dcim/manufacturers"
	platforms     = "dcim/platforms"
	clusters      = "virtualization/clusters"
	clusterTypes  = "virtualization/cluster-types"
	machines      = "virtualization/virtual-machines"
	providers     = "circuits/providers"
	circuits      = "circuits/circuits"
	terminations  = "circuits/circuit-terminations"
)

// models are the names of the same in a dump of the database.
var models = map[string]string{
	"dcim.site": sites, "dcim.rack": racks, "dcim.device": devices, "dcim.devicerole": roles, "dcim.devicetype": deviceTypes,
	"dcim.manufacturer": manufacturers, "dcim.platform": platforms, "virtualization.cluster": clusters,
	"virtualization.clustertype": clusterTypes, "virtualization.virtualmachine": machines, "circuits.provider": providers,
	"circuits.circuit": circuits, "circuits.circuittermination": terminations,
}

// ref is what a record points to: by key in a dump, with its name in the API.
type ref struct{ key, name, slug string }

// item is a record that becomes a resource, a scope or a reference.
type item struct {
	endpoint, pk, name, status                               string
	role, site, cluster, platform, deviceType, typ, provider ref
	line                                                     int
}

// named is a record that others point to.
type named struct {
	name, slug string
	of         ref // the manufacturer of a device type, the type of a cluster
	site       ref // of a cluster
}

// count is how many records of a kind were read, and how many a page said
// there are.
type count struct{ read, total int }

// gatherer keeps what records say about each other. It is used by one
// goroutine.
type gatherer struct {
	sink   source.Sink
	file   *demarc.File
	items  []item
	names  map[string]map[string]named // by endpoint and key
	ends   map[string]ref              // where a circuit ends, by its key; without a name when it is several sites
	counts map[string]count            // by endpoint, or by model where there is none
}

func newGatherer(sink source.Sink, file *demarc.File) *gatherer {
	return &gatherer{sink: sink, file: file, names: map[string]map[string]named{}, ends: map[string]ref{}, counts: map[string]count{}}
}

// fields are the members of a record as JSON texts.
type fields map[string][]byte

func parse(raw []byte) (fields, error) {
	f := fields{}
	err := jsonspan.Members(raw, func(name, value []byte) { f[string(json.AppendUnquote(nil, name))] = value })
	return f, err
}

// text is the text of a scalar, or the value of a choice ({value, label}).
func (f fields) text(name string) string {
	raw := f[name]
	if len(raw) > 0 && raw[0] == '{' {
		choice, _ := parse(raw)
		return scalar(choice["value"])
	}
	return scalar(raw)
}

func scalar(raw []byte) string {
	switch {
	case len(raw) == 0 || string(raw) == "null" || raw[0] == '{' || raw[0] == '[':
		return ""
	case raw[0] == '"':
		return string(json.AppendUnquote(nil, raw))
	}
	return string(raw)
}

// ref reads what the first of some members that is there points to.
func (f fields) ref(names ...string) ref {
	for _, name := range names {
		raw := f[name]
		if len(raw) > 0 && raw[0] == '{' {
			o, _ := parse(raw)
			return ref{key: scalar(o["id"]), name: first(scalar(o["name"]), scalar(o["model"]), scalar(o["display"])), slug: scalar(o["slug"])}
		}
		if key := scalar(raw); key != "" {
			return ref{key: key}
		}
	}
	return ref{}
}

// Decode reads a row: a record of a dump, a page, or an object of the API.
func (g *gatherer) Decode(r jsonrows.Row) {
	f, err := parse(r.Raw)
	switch {
	case err != nil:
		g.note(demarc.NoteSkipped, r.Line, 1, err.Error())
	case f["model"] != nil && f["url"] == nil:
		g.dumped(f, r.Line)
	case len(f["results"]) > 0 && f["results"][0] == '[':
		g.page(f, r)
	default:
		g.object(f, r.Line)
	}
}

func (g *gatherer) dumped(f fields, line int) {
	model := f.text("model")
	endpoint, ok := models[model]
	if !ok {
		g.counted(strings.Replace(model, ".", "/", 1))
		return
	}
	record, err := parse(f["fields"])
	if pk := f.text("pk"); err == nil && pk != "" {
		g.record(endpoint, pk, record, line)
		return
	}
	g.note(demarc.NoteSkipped, line, 1, "a record of "+model+" without a key or fields")
}

// page reads the results of one page.
func (g *gatherer) page(f fields, r jsonrows.Row) {
	list := f["results"]
	line := r.Line + strings.Count(string(r.Raw[:cap(r.Raw)-cap(list)]), "\n")
	endpoint := endpointOf(first(f.text("next"), f.text("previous")))
	at, empty := 1, true
	for {
		start := jsonspan.Space(list, at)
		if start < len(list) && list[start] == ',' {
			start = jsonspan.Space(list, start+1)
		}
		end, _ := jsonspan.End(list, start)
		if end <= start || list[start] == ']' {
			break
		}
		empty = false
		line += strings.Count(string(list[at:start]), "\n")
		if o, err := parse(list[start:end]); err != nil {
			g.note(demarc.NoteSkipped, line, 1, "not an object")
		} else {
			endpoint = first(endpoint, g.object(o, line))
		}
		line += strings.Count(string(list[start:end]), "\n")
		at = end
	}
	if empty {
		g.note(demarc.NoteIgnored, r.Line, 1, "a page without records")
	}
	if total := number(f.text("count")); endpoint != "" {
		c := g.counts[endpoint]
		g.counts[endpoint] = count{c.read, max(c.total, total)}
	}
}

func number(s string) int {
	n := 0
	for _, c := range s {
		if c < '0' || c > '9' || n > 1<<40 {
			return 0
		}
		n = 10*n + int(c-'0')
	}
	return n
}

// object reads an object of the API and returns its endpoint.
func (g *gatherer) object(f fields, line int) string {
	endpoint, pk := endpointOf(f.text("url")), f.text("id")
	if endpoint == "" || pk == "" {
		g.note(demarc.NoteSkipped, line, 1, "no address or id of an object of NetBox")
		return endpoint
	}
	g.record(endpoint, pk, f, line)
	return endpoint
}

// endpointOf takes app and kind out of the address of an object or a page:
// https://netbox.contoso.com/api/dcim/devices/7/ is one of dcim/devices.
func endpointOf(url string) string {
	_, path, ok := strings.Cut(url, "/api/")
	path, _, _ = strings.Cut(path, "?")
	parts := strings.Split(path, "/")
	if !ok || len(parts) < 2 || !isSlug(parts[0]) || !isSlug(parts[1]) {
		return ""
	}
	return parts[0] + "/" + parts[1]
}

// isSlug reports whether a text can be part of an endpoint's path. Commands
// are made of it.
func isSlug(s string) bool {
	return s != "" && len(strings.TrimLeft(s, "abcdefghijklmnopqrstuvwxyz0123456789-_")) == 0
}

// counted counts a record of a kind. A file may name any number of kinds.
func (g *gatherer) counted(kind string) {
	const most, longest = 200, 100
	if _, known := g.counts[kind]; !known && (len(g.counts) >= most || len(kind) > longest) {
		kind = "other kinds"
	}
	c := g.counts[kind]
	c.read++
	g.counts[kind] = c
}

// record keeps one record of either input.
func (g *gatherer) record(endpoint, pk string, f fields, line int) {
	g.counted(endpoint)
	n := named{name: first(f.text("name"), f.text("model")), slug: f.text("slug")}
	switch endpoint {
	case roles, manufacturers, platforms, clusterTypes:
		g.keep(endpoint, pk, n)
	case deviceTypes:
		n.of = f.ref("manufacturer")
		g.keep(endpoint, pk, n)
	case terminations:
		if site := f.ref("site", "termination"); site != (ref{}) {
			g.end(f.ref("circuit").key, site)
		}
	case sites, clusters, providers:
		n.of, n.site = f.ref("type"), f.ref("site")
		g.keep(endpoint, pk, n)
		fallthrough
	case racks, devices, machines, circuits:
		g.items = append(g.items, item{
			endpoint: endpoint, pk: pk, name: first(n.name, f.text("cid")), status: f.text("status"),
			role: f.ref("role", "device_role"), site: f.ref("site"), cluster: f.ref("cluster"), platform: f.ref("platform"),
			deviceType: f.ref("device_type"), typ: f.ref("type"), provider: f.ref("provider"), line: line,
		})
	}
}

func (g *gatherer) keep(endpoint, key string, n named) {
	if g.names[endpoint] == nil {
		g.names[endpoint] = map[string]named{}
	}
	g.names[endpoint][key] = n
}

// end keeps where a circuit ends. One that joins two sites belongs to neither.
func (g *gatherer) end(circuit string, site ref) {
	if old, ok := g.ends[circuit]; ok && old != site {
		site = ref{}
	}
	g.ends[circuit] = site
}

// resolve finds the record that a ref points to.
func (g *gatherer) resolve(endpoint string, r ref) (named, bool) {
	n, ok := g.names[endpoint][r.key]
	if !ok {
		return named{name: r.name, slug: r.slug}, r.name != ""
	}
	return named{name: first(n.name, r.name), slug: first(n.slug, r.slug), of: n.of, site: n.site}, true
}

func first(texts ...string) string {
	for _, s := range texts {
		if s != "" {
			return s
		}
	}
	return ""
}
