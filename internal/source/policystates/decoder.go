package policystates

import (
	"bytes"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/jsonrows"
	"github.com/demarc-dev/demarc/internal/source/pathrow"
)

// tool is the word of data/responsibilities/tools.yaml.
const tool = "azure-policy"

// What is wanted of a row.
const (
	idOf = iota
	typeOf
	titleOf
	resourceOf
	definitionOf
	definitionNameOf
	assignmentOf
	referenceOf
	referencesOf
	stateOf
	compliantOf
	effectOf
	timeOf
	expiresOf
	ownerOf
	commentsOf
	assessedOf
	changedOf
)

// paths are where it stands, in the spellings of all exports.
var paths = pathrow.New(
	[]string{"id"},
	[]string{"type", "resourcetype"},
	[]string{"properties.displayname", "displayname", "policydefinitiondisplayname", "policydisplayname"},
	[]string{"properties.resourceid", "resourceid"},
	[]string{"properties.policydefinitionid", "policydefinitionid"},
	[]string{"properties.policydefinitionname", "policydefinitionname"},
	[]string{"properties.policyassignmentid", "policyassignmentid"},
	[]string{"properties.policydefinitionreferenceid", "policydefinitionreferenceid"},
	[]string{"properties.policydefinitionreferenceids", "policydefinitionreferenceids"},
	[]string{"properties.compliancestate", "compliancestate"},
	[]string{"properties.iscompliant", "iscompliant"},
	[]string{"properties.policydefinitionaction", "policydefinitionaction"},
	[]string{"properties.timestamp", "timestamp", "lastevaluated", "lastevaluationtime"},
	[]string{"properties.expireson", "expireson"},
	[]string{"properties.owner", "owner"},
	[]string{"properties.comments", "comments", "comment"},
	[]string{"properties.assessmentdate", "assessmentdate"},
	[]string{"properties.lastcompliancestatechangeat", "lastcompliancestatechangeat"},
)

// decoder reads the rows of Azure Policy. It is used by one goroutine.
type decoder struct {
	sink source.Sink
	file *demarc.File
	row  *pathrow.Row
	e    demarc.Evidence
	flat bool // all rows are states, whatever they lack
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

// kind tells what the row is: by its type, else by what only states have. The
// type that a state shows is that of its resource in most exports.
func (d *decoder) kind() kind {
	if d.flat {
		return stateKind
	}
	return kinds[demarc.Fold(d.row.Text(typeOf))]
}

func (d *decoder) give(k kind) {
	d.e = demarc.Evidence{Tool: tool, Strength: demarc.Observed, Place: demarc.Place{File: d.file, Line: d.row.Line}}
	switch k {
	case stateKind:
		d.state()
	case attestationKind:
		d.attestation()
	case noKind:
	}
}

// id is the id of a document, which Az PowerShell shows in another column.
func (d *decoder) id() []byte {
	if d.row.Has(idOf) {
		return d.row.Bytes(idOf)
	}
	return d.row.Bytes(resourceOf)
}

// last is the last segment of an id.
func last(id []byte) []byte { return id[bytes.LastIndexByte(id, '/')+1:] }

// above is what an extension resource hangs on: the id in front of its
// provider, "/" for a tenant; nil for an id of another kind.
func above(id []byte) []byte {
	id = bytes.TrimRight(id, "/")
	i := len(id)
	for range 4 { // name, type, namespace, "providers"
		if i = bytes.LastIndexByte(id[:i], '/'); i < 0 {
			return nil
		}
	}
	if i == 0 {
		return id[:1]
	}
	return id[:i]
}

func (d *decoder) note(kind demarc.NoteKind, message string) {
	d.sink.Note(demarc.Note{Kind: kind, Place: demarc.Place{File: d.file, Line: d.row.Line}, Message: message, Count: 1})
}
