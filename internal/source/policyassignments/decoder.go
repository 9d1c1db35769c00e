package policyassignments

import (
	"strings"
	"time"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/json"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/graphrow"
	"github.com/demarc-dev/demarc/internal/source/jsonrows"
	"github.com/demarc-dev/demarc/internal/source/jsonspan"
	"github.com/demarc-dev/demarc/internal/source/pathrow"
)

// tool is the word of data/responsibilities/tools.yaml.
const tool = "azure-policy"

// What is wanted of a row.
const (
	idOf = iota
	nameOf
	typeOf
	titleOf
	descriptionOf
	stateOf
	scopeOf
	notScopesOf
	definitionOf
	assignmentOf
	referencesOf
	parametersOf
	overridesOf
	selectorsOf
	enforcementOf
	categoryOf
	expiresOf
	createdOf
	policyTypeOf
	modeOf
	metadataOf
	versionOf
	versionsOf
	ruleOf
	membersOf
	groupsOf
)

// paths are where it stands: in the object "properties" as services write it,
// without it as the Azure CLI does, and in the singular as Az PowerShell does.
var paths = pathrow.New(
	[]string{"id", "resourceid", "policyassignmentresourceid"},
	[]string{"name"},
	[]string{"type", "resourcetype"},
	both("displayname"),
	both("description"),
	both("compliancestate"),
	both("scope"),
	both("notscopes", "notscope"),
	both("policydefinitionid"),
	both("policyassignmentid"),
	both("policydefinitionreferenceids", "policydefinitionreferenceid"),
	both("parameters", "parameter"),
	both("overrides", "override"),
	both("resourceselectors", "resourceselector"),
	both("enforcementmode"),
	both("exemptioncategory"),
	both("expireson"),
	[]string{"systemdata.createdat", "properties.metadata.createdon", "systemdatacreatedat"},
	both("policytype"),
	both("mode"),
	both("metadata"),
	both("version"),
	both("versions"),
	both("policyrule"),
	both("policydefinitions", "policydefinition"),
	both("policydefinitiongroups", "policydefinitiongroup"),
)

// both are the paths of names inside of "properties" and without it.
func both(names ...string) []string {
	var all []string
	for _, name := range names {
		all = append(all, "properties."+name)
	}
	return append(all, names...)
}

// decoder reads the rows of one file. It is used by one goroutine.
type decoder struct {
	sink source.Sink
	file *demarc.File
	row  *pathrow.Row
	late bool // resources may have been read before
}

func newDecoder(sink source.Sink, file *demarc.File) *decoder {
	return &decoder{sink: sink, file: file, row: paths.NewRow()}
}

// Decode reads a row of a JSON file, false when it is of something else.
func (d *decoder) Decode(r jsonrows.Row) bool {
	err := d.row.JSON(r)
	kind := d.kind()
	switch {
	case kind == noKind:
		return false
	case err != nil:
		d.note(demarc.NoteSkipped, err.Error())
		return true
	case !d.row.Valid:
		d.note(demarc.NoteMalformed, "bytes that are not UTF-8")
	}
	d.give(kind)
	return true
}

// DecodeFields reads a line of a table, false when it is of something else.
func (d *decoder) DecodeFields(header, fields []string, line int) bool {
	d.row.Fields(header, fields, line)
	kind := d.kind()
	if kind != noKind {
		d.give(kind)
	}
	return kind != noKind
}

// kind tells what the row is. A compliance state names the type of what it is
// about, which may be an assignment.
func (d *decoder) kind() kind {
	if d.row.Has(stateOf) {
		return noKind
	}
	return kindOf(d.row.Text(typeOf), string(d.row.Bytes(idOf)))
}

func (d *decoder) give(k kind) {
	id := string(d.row.Bytes(idOf))
	switch k {
	case assignmentKind:
		d.assignment(id)
	case exemptionKind:
		d.exemption(id)
	case definitionKind:
		d.definition(id, false)
	case setKind:
		d.definition(id, true)
	case noKind:
	}
}

// say hands a statement to the sink.
func (d *decoder) say(kind, id string, content any) {
	d.sink.Statement(source.Statement{Kind: kind, ID: id, Place: d.place(), Content: content})
}

func (d *decoder) place() demarc.Place { return demarc.Place{File: d.file, Line: d.row.Line} }

func (d *decoder) note(kind demarc.NoteKind, message string) {
	d.sink.Note(demarc.Note{Kind: kind, Place: d.place(), Message: message, Count: 1})
}

// compacted is the JSON of a value without white space and comments; nil for
// none. It is false for a value that does not begin with open, which is what
// PowerShell makes of values that lie too deep, and for broken JSON. Tables
// write values as texts.
func (d *decoder) compacted(value int, open byte) (json.Value, bool) {
	raw := d.row.Raw(value)
	if len(raw) > 0 && raw[0] == '"' {
		raw = json.AppendUnquote(nil, raw)
	}
	at := jsonspan.Space(raw, 0)
	if at == len(raw) || string(raw[at:]) == "null" {
		return nil, true
	}
	if raw[at] != open {
		return nil, false
	}
	return compact(raw[at:])
}

// compact is a copy of a value without white space and comments.
func compact(raw []byte) (json.Value, bool) {
	v := json.Value(jsonspan.Clean(raw))
	if v.Compact() != nil {
		return nil, false
	}
	return v, true
}

// objects reads the objects in a list, one after the other.
func (d *decoder) objects(list json.Value, read func(*graphrow.Row)) (ok bool) {
	ok = true
	err := jsonspan.Elements(list, func(raw []byte) {
		row := graphrow.New()
		if raw[0] != '{' || row.Object(raw, d.row.Line) != nil {
			ok = false
			return
		}
		read(row)
	})
	return ok && err == nil
}

// time reads a date, and notes what is none.
func (d *decoder) time(value int, what string) time.Time {
	at, known := d.row.Time(value)
	if !known {
		d.note(demarc.NoteMalformed, what+" is not readable")
	}
	return at
}

// last is the last segment of an id.
func last(id string) string {
	id = strings.TrimRight(id, "/")
	return id[strings.LastIndexByte(id, '/')+1:]
}

// above is what an extension resource hangs on: the id in front of its
// provider, "/" for a tenant; "" for an id of another kind.
func above(id string) string {
	id = strings.TrimRight(id, "/")
	i := len(id)
	for range 4 { // name, type, namespace, "providers"
		if i = strings.LastIndexByte(id[:i], '/'); i < 0 {
			return ""
		}
	}
	if i == 0 {
		return "/"
	}
	return id[:i]
}
