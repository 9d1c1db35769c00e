package armrow

import (
	"bytes"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/json"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/jsonspan"
)

// resource fills the values that anybody wants of the resource, says how much
// of it was seen, and gives it to the sink.
func (d *Decoder) resource(r *source.Resource, p *plan) {
	r.Type = p.typ
	d.values.Reset(p.plan)
	for _, c := range p.wanted {
		if d.cells[c] != nil {
			d.decode(c, columnNames[c], d.cells[c])
		}
	}
	if p.others {
		for _, o := range d.others {
			if name := foldOther(o.quoted); p.plan.WantsColumn(name) {
				d.decode(otherColumn, name, o.value)
				d.extra = true
			}
		}
	}
	if raw := d.cells[propertiesColumn]; d.export == PowerShell && isCut(raw) {
		d.values.Cut(columnNames[propertiesColumn], isTypeName)
	}
	if r.Seen = d.seen(); r.Seen != demarc.SeenNone {
		r.Values = d.values
	}
	d.close(r.Seen)
	d.sink.Resource(*r)
}

// plan finds what is wanted of a type, once per spelling.
func (d *Decoder) plan(typ string) *plan {
	if p, ok := d.plans[typ]; ok {
		return p
	}
	p := &plan{plan: d.sink.Plans().For(typ), typ: typ, container: isContainer(typ)}
	known := map[string]bool{}
	for c, name := range columnNames {
		if name != "" && p.plan.WantsColumn(name) {
			p.wanted = append(p.wanted, column(c))
		}
		known[name] = true
	}
	for _, path := range p.plan.Paths() {
		first := path
		if i := strings.IndexAny(path, ".["); i >= 0 {
			first = path[:i]
		}
		p.others = p.others || !known[first]
	}
	const most = 1 << 14 // spellings of types; a file may hold anything
	if len(d.plans) < most {
		d.plans[typ] = p
	}
	return p
}

// decode sets the values wanted of one column.
func (d *Decoder) decode(c column, name string, raw []byte) {
	if raw[0] == '"' {
		d.decodeText(c, name, raw)
		return
	}
	d.decodeJSON(name, raw)
}

func (d *Decoder) decodeJSON(name string, raw []byte) {
	err := d.values.DecodeColumn(name, raw)
	if err != nil {
		err = d.values.DecodeColumn(name, jsonspan.Clean(raw))
	}
	if err != nil {
		d.damaged = true
		d.note(demarc.NoteMalformed, "broken JSON in "+name)
	}
}

// decodeText sets the values of a column that is a text. Tables and PowerShell
// write some columns as texts that hold an object.
func (d *Decoder) decodeText(c column, name string, raw []byte) {
	switch c {
	case skuColumn, planColumn, propertiesColumn, tagsColumn, identityColumn, zonesColumn, extendedLocationColumn:
	default:
		d.decodeJSON(name, raw)
		return
	}
	text := d.text(raw)
	switch {
	case isTypeName(text):
		d.damaged = true
	case strings.HasPrefix(text, "{") || strings.HasPrefix(text, "["):
		d.decodeJSON(name, []byte(text))
	case c == tagsColumn:
		d.decodeJSON(name, tagsObject(text))
	default:
		d.decodeJSON(name, raw)
		if c == skuColumn && text != "" {
			d.values.Set("sku.name", demarc.Text(text))
		}
	}
}

// isTypeName reports whether PowerShell wrote the name of a type, or a cut
// off value, instead of the value.
func isTypeName(text string) bool {
	for _, prefix := range [...]string{"System.", "Microsoft.Azure.", "@{"} {
		if strings.HasPrefix(text, prefix) {
			return true
		}
	}
	return false
}

// tagsObject turns "a=b;c=d" into an object.
func tagsObject(text string) []byte {
	object := []byte{'{'}
	for pair := range strings.SplitSeq(text, ";") {
		name, value, _ := strings.Cut(pair, "=")
		if name = strings.TrimSpace(name); name == "" {
			continue
		}
		if len(object) > 1 {
			object = append(object, ',')
		}
		object = json.AppendQuote(object, name)
		object = json.AppendQuote(append(object, ':'), strings.TrimSpace(value))
	}
	return append(object, '}')
}

// standard are the columns that Resource Graph shows when no query leaves any out.
var standard = [...]column{idColumn, nameColumn, typeColumn, tenantColumn, kindColumn, locationColumn, groupColumn, subscriptionColumn,
	managedByColumn, skuColumn, planColumn, propertiesColumn, tagsColumn, identityColumn, zonesColumn, extendedLocationColumn}

// seen says how much of the resource the row shows. A row without properties
// is never seen in full, whatever wrote it.
func (d *Decoder) seen() demarc.Seen {
	switch {
	case d.hasProperties() && (d.export == REST || d.hasStandard()):
		return demarc.SeenFull
	case d.hasProperties():
		return demarc.SeenPartial
	}
	for c := kindColumn; c < columns; c++ {
		if d.cells[c] != nil || d.extra {
			return demarc.SeenPartial
		}
	}
	return demarc.SeenNone
}

// hasProperties reports whether the row shows the properties as a whole.
func (d *Decoder) hasProperties() bool {
	raw := d.cells[propertiesColumn]
	if len(raw) == 0 || d.damaged {
		return false
	}
	if raw[0] == '"' {
		return strings.HasPrefix(d.text(raw), "{")
	}
	return raw[0] == '{' && (d.export != PowerShell || !isCut(raw))
}

// isCut reports whether ConvertTo-Json stopped at its depth and wrote type
// names or "@{...}" instead of nested values, as it does two levels down when
// nobody says otherwise.
func isCut(raw []byte) bool {
	return bytes.Contains(raw, []byte(`"@{`)) || bytes.Contains(raw, []byte(`"System.`))
}

func (d *Decoder) hasStandard() bool {
	for _, c := range standard {
		if d.cells[c] == nil {
			return false
		}
	}
	return true
}

// close marks as missing what the row shows to be absent.
func (d *Decoder) close(seen demarc.Seen) {
	switch {
	case seen == demarc.SeenFull:
		d.values.CloseAll()
		return
	case d.hasProperties():
		d.values.CloseColumn(columnNames[propertiesColumn])
	}
	// Tags are shown as a whole or not at all.
	if raw := d.cells[tagsColumn]; len(raw) > 0 && (raw[0] == '{' || raw[0] == '"' && !isTypeName(d.text(raw))) {
		d.values.CloseColumn(columnNames[tagsColumn])
	}
}

// tags reads the tags of a scope's record, by folded name; nil for none.
func (d *Decoder) tags() map[string]string {
	raw := d.cells[tagsColumn]
	if len(raw) > 0 && raw[0] == '"' {
		raw = tagsObject(d.text(raw))
	}
	var tags map[string]string
	var own map[string]any
	if len(raw) == 0 || json.Unmarshal(raw, &own) != nil {
		return nil
	}
	for name, value := range own {
		text, ok := value.(string)
		if have := tags[demarc.Fold(name)]; !ok || text == "" || have != "" && have < text {
			continue
		}
		if tags == nil {
			tags = map[string]string{}
		}
		tags[demarc.Fold(name)] = text
	}
	return tags
}
