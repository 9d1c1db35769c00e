package terraform

import (
	"bytes"
	"slices"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/catalog"
	"github.com/demarc-dev/demarc/internal/json"
	"github.com/demarc-dev/demarc/internal/scope"
	"github.com/demarc-dev/demarc/internal/slots"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/jsonspan"
)

// Reasons for values that are not known.
const (
	afterApply = "known only after apply"
	sensitive  = "marked sensitive"
)

// record is one instance of a resource or data source.
type record struct {
	address string // whole, with the keys of instances
	module  string // address of its module, "" of the root
	typ     string // of the provider
	name    string
	key     string // "[0]" or `["a"]`, "" when there is one instance
	data    bool   // a data source
	line    int

	seen     demarc.Seen
	standing demarc.Standing
	change   source.Change
	replaced bool

	kind     *kind
	armType  string
	values   []demarc.Value // of the attributes, by slot
	out      []kept         // of the plan of its type
	tagged   bool           // its tags were shown
	outPlan  *slots.Plan
	before   string // id in front of a replacement
	settings bool

	id     string
	madeUp bool
	busy   bool // its id is being worked out
}

// shown is what a file shows of one instance, as JSON texts.
type shown struct {
	attributes []byte
	unknown    []byte // which attributes are known only after apply
	sensitive  []byte // which attributes are marked sensitive
}

// at is the value of an attribute; unknown when the record does not show it.
func (c *record) at(path string) demarc.Value {
	if i := c.kind.attrs.Slot(path); path != "" && i >= 0 && i < len(c.values) {
		return c.values[i]
	}
	return demarc.Value{}
}

// text is the text of an attribute, "" when it has none or is not known.
func (c *record) text(path string) string { return single(c.at(path), path).Text() }

// single opens the list of a block that occurs once.
func single(v demarc.Value, path string) demarc.Value {
	if v.Kind() != demarc.KindList || !strings.Contains(path, "[*]") {
		return v
	}
	if len(v.Elements()) == 0 {
		return demarc.Missing()
	}
	return v.Elements()[0]
}

// decode reads the attributes that are wanted of a record, and the values of
// the plan of its type.
func (r *reader) decode(c *record, s shown) {
	k := c.kind
	c.settings = k.Settings
	r.attrs.Reset(k.attrs)
	var tags, body []byte
	each(s.attributes, func(name string, value []byte) {
		name = demarc.Fold(name)
		switch {
		case name == "tags":
			tags = value
		case k.bodyColumn != "" && name == k.bodyColumn:
			body = value
		}
		if k.attrs.WantsColumn(name) {
			r.column(c, r.attrs, name, value)
			r.attrs.CloseColumn(name)
		}
	})
	c.values = make([]demarc.Value, k.attrs.Len())
	for i := range c.values {
		c.values[i] = r.attrs.At(i)
		switch {
		case marked(s.sensitive, k.plain[i]):
			c.values[i] = demarc.Unknown(sensitive)
		case marked(s.unknown, k.plain[i]):
			c.values[i] = demarc.Unknown(afterApply)
		case len(k.lists) > 0 && k.attrs.Whole(i):
			c.values[i] = s.shade(c.values[i], k.plain[i])
		}
	}
	c.armType = c.typeName()
	c.outPlan = r.sink.Plans().For(c.armType)
	r.out.Reset(c.outPlan)
	if tags != nil && !marksAny(member(s.sensitive, "tags")) {
		r.column(c, r.out, "tags", tags)
		for _, slot := range c.outPlan.Wholes() {
			if c.outPlan.Paths()[slot] == "tags" {
				r.out.SetAt(slot, s.shade(r.out.At(slot), "tags"))
			}
		}
		c.tagged = true
	}
	r.fill(c, commonValues)
	r.fill(c, k.Values)
	r.graft(c)
	for _, path := range k.Never {
		r.out.Set(path, demarc.Missing())
	}
	if body != nil {
		r.body(c, s, body)
	}
	c.keep(r.out)
}

// kept is one value that a record shows. A plan has slots for much that most
// records do not have.
type kept struct {
	slot  int
	value demarc.Value
}

// keep keeps the values that were seen.
func (c *record) keep(values *slots.Values) {
	for i := range c.outPlan.Len() {
		if v := values.At(i); !v.IsUnknown() || v.Reason() != "not seen" {
			c.out = append(c.out, kept{i, v})
		}
	}
	c.out = slices.Clip(c.out)
}

// give gives back what was kept; the tags that a record with tags does not
// have are missing.
func (c *record) give(to *slots.Values) {
	to.Reset(c.outPlan)
	for _, k := range c.out {
		to.SetAt(k.slot, k.value)
	}
	if c.tagged {
		to.CloseColumn("tags")
	}
}

// column reads one attribute.
func (r *reader) column(c *record, to *slots.Values, name string, value []byte) {
	r.read(c, to.DecodeColumn, name, value)
}

// read reads one attribute or a column of a body.
func (r *reader) read(c *record, decode func(string, []byte) error, name string, value []byte) {
	err := decode(name, value)
	if err != nil {
		err = decode(name, jsonspan.Clean(value))
	}
	if err != nil {
		r.note(demarc.NoteMalformed, c.line, "broken JSON in an attribute")
	}
}

// fill sets the properties that come from attributes.
func (r *reader) fill(c *record, values []catalog.TerraformValue) {
	for i := 0; i < len(values); {
		to := values[i].To
		var best demarc.Value
		done := false
		for ; i < len(values) && values[i].To == to; i++ {
			if done {
				continue
			}
			v, tells := c.value(&values[i])
			if done = tells && (!v.IsUnknown() || values[i].When != ""); done || best.Reason() == "not seen" {
				best = v
			}
		}
		if !best.IsUnknown() || best.Reason() != "not seen" {
			r.out.Set(to, best)
		}
	}
}

// value is what one line of the mapping tells of a property, and whether it
// tells anything.
func (c *record) value(v *catalog.TerraformValue) (demarc.Value, bool) {
	switch {
	case v.When != "":
		switch c.at(v.When).Exists() {
		case demarc.True:
			return worded(v.Set), true
		case demarc.MaybeTrue:
			if reason := c.at(v.When).Reason(); reason == afterApply || reason == sensitive {
				return demarc.Unknown(reason), true
			}
		case demarc.False:
		}
		return demarc.Value{}, false
	case v.Set != "":
		return worded(v.Set), true
	}
	got := c.at(v.From)
	if !strings.Contains(v.To, "[*]") {
		got = single(got, v.From)
	}
	return spelled(v, got), true
}

// spelled is the value of an attribute as the property spells it. Providers
// write an empty text for what is not set.
func spelled(v *catalog.TerraformValue, got demarc.Value) demarc.Value {
	if word, ok := v.Words[got.String()]; ok {
		return worded(word)
	}
	if got.Kind() == demarc.KindText && got.Text() == "" {
		return demarc.Missing()
	}
	return got
}

// worded is a value spelled in the mapping.
func worded(word string) demarc.Value {
	switch word {
	case "true", "false":
		return demarc.Bool(word == "true")
	}
	return demarc.Text(word)
}

// body reads a resource that an attribute holds as its provider's API shows
// it: an object, the text of one, or an object with its type beside it.
func (r *reader) body(c *record, s shown, body []byte) {
	if body[0] == '"' {
		body = []byte(text(body))
	}
	if value := member(body, "value"); value != nil && member(body, "type") != nil && member(body, "properties") == nil {
		body = value
	}
	if marked(s.sensitive, c.kind.bodyColumn) {
		return
	}
	unknown, hidden := member(s.unknown, c.kind.Body), member(s.sensitive, c.kind.Body)
	each(body, func(name string, value []byte) {
		if name = demarc.Fold(name); c.outPlan.WantsColumn(name) {
			r.read(c, r.out.DecodeDeclared, name, value)
		}
	})
	marks := shown{unknown: unknown, sensitive: hidden}
	for _, slot := range c.outPlan.Wholes() {
		r.out.SetAt(slot, marks.shade(r.out.At(slot), c.outPlan.Paths()[slot]))
	}
	for _, path := range c.outPlan.Paths() {
		switch {
		case marked(hidden, strings.ReplaceAll(path, "[*]", "")):
			r.out.Set(path, demarc.Unknown(sensitive))
		case marked(unknown, strings.ReplaceAll(path, "[*]", "")):
			r.out.Set(path, demarc.Unknown(afterApply))
		}
	}
}

// typeName is the type that the record stands for.
func (c *record) typeName() string {
	switch {
	case c.kind.Body != "":
		if typ, _, _ := strings.Cut(c.text("type"), "@"); strings.Contains(typ, "/") {
			return typ
		}
	case c.kind.Type != "":
		return c.kind.Type
	case !c.kind.known:
		if id := scope.Parse(c.text("id")); strings.HasPrefix(c.text("id"), "/") && id.IsResource() && strings.Contains(id.Type(), ".") {
			return id.Type()
		}
	}
	return "terraform/" + c.typ
}

// marked reports whether a tree of marks, as plans show it beside values, has
// a mark at or above a path.
func marked(marks []byte, path string) bool {
	if len(marks) == 0 {
		return false
	}
	switch marks[0] {
	case 't':
		return true
	case '[':
		found := false
		_ = jsonspan.Elements(marks, func(element []byte) { found = found || marked(element, path) })
		return found
	case '{':
		first, rest, _ := strings.Cut(path, ".")
		found := false
		if first != "" {
			each(marks, func(name string, below []byte) {
				found = found || demarc.EqualFold(name, first) && marked(below, rest)
			})
		}
		return found
	}
	return false
}

// marksAny reports whether there is a mark anywhere in a tree of them.
func marksAny(marks []byte) bool { return bytes.Contains(marks, []byte("true")) }

// marksOf turns a state's list of sensitive paths into a tree of marks on
// whole attributes.
func marksOf(paths []byte) []byte {
	var marks []byte
	_ = jsonspan.Elements(paths, func(path []byte) {
		first := []byte(nil)
		_ = jsonspan.Elements(path, func(step []byte) {
			if first == nil {
				first = step
			}
		})
		name := text(member(first, "value"))
		if name == "" {
			return
		}
		if marks == nil {
			marks = []byte{'{'}
		} else {
			marks = append(marks, ',')
		}
		marks = append(json.AppendQuote(marks, name), ":true"...)
	})
	if marks == nil {
		return nil
	}
	return append(marks, '}')
}
