// Package armrow reads one row of an Azure inventory: the object that Resource
// Graph, Azure Resource Manager, the Azure CLI and Az PowerShell write for a
// resource, in the spellings of each. It pulls out who the resource is and the
// values that anybody asked for, and says how much of it was seen.
package armrow

import (
	"strings"
	"unicode/utf8"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/json"
	"github.com/demarc-dev/demarc/internal/scope"
	"github.com/demarc-dev/demarc/internal/slots"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/jsonrows"
	"github.com/demarc-dev/demarc/internal/source/jsonspan"
)

// Export says what wrote the rows, and so what the absence of a property means.
type Export uint8

// The exports.
const (
	Graph      Export = iota // Resource Graph: all columns, or those that a query projects
	REST                     // bodies of Azure Resource Manager: all that the resource has
	List                     // lists of the Azure CLI: some columns, without properties
	PowerShell               // as List; nested values may have been cut to type names
)

// Decoder reads rows and gives them to a sink. It is used by one goroutine.
type Decoder struct {
	sink   source.Sink
	file   *demarc.File
	export Export
	values *slots.Values
	plans  map[string]*plan // by type as it was spelled
	tables tables

	// The row at hand.
	line    int
	cells   [columns][]byte // JSON texts, nil where the row has no such column
	others  []other
	damaged bool // a column could not be decoded
	extra   bool // a column without a place of its own gave values
	folded  [32]byte
	ids     keeper
	scratch []byte
}

// other is a column without a place of its own.
type other struct{ quoted, value []byte }

// plan is what is wanted of one type, column by column.
type plan struct {
	plan   *slots.Plan
	typ    string
	wanted []column
	others bool // columns without a place of their own are wanted
	// container says that it is the type of a scope.
	container bool
}

// NewDecoder makes a decoder of the rows of a file. Rows of the other tables
// are left to them.
func NewDecoder(sink source.Sink, file *demarc.File, export Export, others ...Table) *Decoder {
	d := &Decoder{sink: sink, file: file, export: export, values: slots.NewValues(), plans: map[string]*plan{}}
	d.tables = newTables(sink, file, others)
	return d
}

// Decode reads a row of a JSON file.
func (d *Decoder) Decode(r jsonrows.Row) {
	if d.tables.last != nil && d.tables.last.Decode(r) {
		return
	}
	d.begin(r.Line)
	err := d.gather(r)
	if d.tables.last = d.tables.of(d.cells[typeColumn]); d.tables.last != nil && err == nil && d.tables.last.Decode(r) {
		return
	}
	if !utf8.Valid(r.Raw) {
		d.note(demarc.NoteMalformed, "bytes that are not UTF-8")
	}
	if err != nil {
		d.note(demarc.NoteSkipped, err.Error())
		return
	}
	d.finish()
}

// DecodeFields reads a row of a table of separated values. The header's names
// are matched as those of a JSON row are.
func (d *Decoder) DecodeFields(header, fields []string, line int) {
	d.begin(line)
	for i, name := range header {
		if i < len(fields) {
			value := json.AppendQuote(nil, fields[i])
			d.cell(json.AppendQuote(nil, source.FoldHeader(name)), value)
		}
	}
	if t := d.tables.of(d.cells[typeColumn]); t != nil && t.DecodeFields(header, fields, line) {
		return
	}
	d.finish()
}

func (d *Decoder) begin(line int) {
	d.line = line
	d.cells = [columns][]byte{}
	d.others = d.others[:0]
	d.damaged, d.extra = false, false
}

// gather finds the columns of a row without reading them.
func (d *Decoder) gather(r jsonrows.Row) error {
	if r.Columns == nil {
		return jsonspan.Members(r.Raw, d.cell)
	}
	i := 0
	return jsonspan.Elements(r.Raw, func(value []byte) {
		if i < len(r.Columns) {
			d.cell(json.AppendQuote(nil, r.Columns[i]), value)
		}
		i++
	})
}

func (d *Decoder) cell(quoted, value []byte) {
	c := columnOf(foldName(d.folded[:], quoted))
	switch {
	case c == otherColumn:
		d.others = append(d.others, other{quoted, value})
	case len(d.cells[c]) == 0 || isNull(d.cells[c]):
		// Az PowerShell shows some columns twice, under two names.
		d.cells[c] = value
	}
}

func isNull(b []byte) bool { return string(b) == "null" }

// finish gives the row to the sink.
func (d *Decoder) finish() {
	id := d.id(d.cells[idColumn])
	if id == "" {
		id = d.id(d.cells[resourceIDColumn])
	}
	parsed := scope.Parse(id)
	typ := d.short(d.cells[typeColumn])
	if parsed.IsResource() && !strings.Contains(typ, "/") { // absent, or a display name
		d.scratch = parsed.AppendType(d.scratch[:0])
		typ = d.values.Intern(d.scratch)
	}
	r := source.Resource{Resource: demarc.Resource{ID: id, Type: typ, Place: d.place()}}
	switch {
	case id == "":
		if !d.makeUp(&r) {
			d.note(demarc.NoteSkipped, "no id, and no name and type to make one up from")
			return
		}
		parsed = scope.Parse(r.ID)
	case !parsed.IsResource():
		if kind, ok := parsed.IsScope(); ok {
			d.scope(id, parsed, kind)
			return
		}
		if typ == "" {
			d.note(demarc.NoteSkipped, "the id is not that of a resource and there is no type")
			return
		}
		r.ScopeID = d.group()
	}
	p := d.plan(typ)
	if p.container {
		d.scope(r.ID, parsed, demarc.OrganisationScope)
		return
	}
	if r.Name == "" {
		r.Name = d.name(id, parsed)
	}
	if problem := parsed.Malformed(); problem != "" {
		d.note(demarc.NoteMalformed, problem)
	}
	d.resource(&r, p)
}

// isContainer reports whether a type is that of a scope, which Resource Graph
// keeps in a table of its own.
func isContainer(typ string) bool {
	switch demarc.Fold(typ) {
	case "microsoft.resources/subscriptions", "microsoft.resources/resourcegroups",
		"microsoft.resources/subscriptions/resourcegroups", "microsoft.management/managementgroups":
		return true
	}
	return false
}

func (d *Decoder) scope(id string, parsed scope.ID, kind demarc.ScopeKind) {
	name := d.text(d.cells[displayColumn])
	if name == "" {
		name = d.text(d.cells[nameColumn])
	}
	if name == "" {
		name = parsed.Name
	}
	if problem := parsed.Malformed(); problem != "" {
		d.note(demarc.NoteMalformed, problem)
	} else if kind == demarc.SubscriptionScope && !scope.IsGUID(parsed.Subscription) {
		d.note(demarc.NoteMalformed, "the subscription id is not a GUID")
	}
	d.sink.Scope(source.Scope{ID: id, Name: name, ManagedBy: d.text(d.cells[managedByColumn]), Tags: d.tags(), Place: d.place()})
}

// name returns the name of a resource. It shares the memory of the id, which
// ends in it as a rule.
func (d *Decoder) name(id string, parsed scope.ID) string {
	raw := d.cells[nameColumn]
	if len(raw) < 3 || raw[0] != '"' {
		return parsed.Name
	}
	if inner := raw[1 : len(raw)-1]; strings.HasSuffix(id, string(inner)) {
		return id[len(id)-len(inner):]
	}
	return d.text(raw)
}

// makeUp gives a resource that was shown without an id one made from what is
// shown, in the form that its id has.
func (d *Decoder) makeUp(r *source.Resource) bool {
	r.Name = d.text(d.cells[nameColumn])
	if r.Name == "" || r.Type == "" {
		return false
	}
	r.ScopeID = d.group()
	namespace, types, _ := strings.Cut(r.Type, "/")
	id := r.ScopeID + "/providers/" + namespace
	names := strings.Split(r.Name, "/")
	if kinds := strings.Split(types, "/"); len(kinds) == len(names) {
		for i, kind := range kinds {
			id += "/" + kind + "/" + names[i]
		}
	} else {
		id += "/" + types + "/" + r.Name
	}
	r.ID, r.MadeUp = id, true
	return true
}

// group is the id of the resource group that the columns name, as far as they do.
func (d *Decoder) group() string {
	id := ""
	if s := d.text(d.cells[subscriptionColumn]); s != "" {
		id = "/subscriptions/" + s
	}
	if g := d.text(d.cells[groupColumn]); g != "" {
		id += "/resourceGroups/" + g
	}
	return id
}

func (d *Decoder) place() demarc.Place { return demarc.Place{File: d.file, Line: d.line} }

func (d *Decoder) note(kind demarc.NoteKind, message string) {
	d.sink.Note(demarc.Note{Kind: kind, Place: d.place(), Message: message, Count: 1})
}

// text is the text of a JSON string, "" of everything else.
func (d *Decoder) text(raw []byte) string {
	if len(raw) < 3 || raw[0] != '"' {
		return ""
	}
	inner := raw[1 : len(raw)-1]
	if isPlain(inner) {
		return string(inner)
	}
	d.scratch = json.AppendUnquote(d.scratch[:0], raw)
	return string(d.scratch)
}

// id is text for the ids of resources, which are kept to the end.
func (d *Decoder) id(raw []byte) string {
	if len(raw) >= 3 && raw[0] == '"' && isPlain(raw[1:len(raw)-1]) {
		return d.ids.keep(raw[1 : len(raw)-1])
	}
	return d.text(raw)
}

// short is text for what is met again and again.
func (d *Decoder) short(raw []byte) string {
	if len(raw) < 3 || raw[0] != '"' {
		return ""
	}
	if inner := raw[1 : len(raw)-1]; isPlain(inner) {
		return d.values.Intern(inner)
	}
	return d.text(raw)
}

// isPlain reports whether the inside of a JSON string stands for itself.
func isPlain(b []byte) bool {
	for _, c := range b {
		if c == '\\' || c >= utf8.RuneSelf || c < ' ' {
			return false
		}
	}
	return true
}
