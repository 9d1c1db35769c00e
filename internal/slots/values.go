package slots

import (
	"bytes"
	"unicode/utf8"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/json"
)

// Values holds the values of one resource in the slots of its plan. It is made
// once per reader and reset for each resource; it is not safe for concurrent use.
type Values struct {
	plan    *Plan
	values  []demarc.Value
	texts   map[string]string // short texts met before, so that they are kept once
	decoder *json.Decoder
	buffer  bytes.Buffer
	scratch []byte
}

// NewValues makes an empty set of values.
func NewValues() *Values {
	return &Values{plan: &Plan{root: &node{slot: -1}}, texts: map[string]string{}, decoder: json.NewBytesDecoder(nil)}
}

// Reset empties the values and gives them the slots of a plan; every value is
// unknown until it is set.
func (v *Values) Reset(p *Plan) {
	v.plan = p
	v.values = v.values[:0]
	for range p.Len() {
		v.values = append(v.values, demarc.Value{})
	}
}

// Plan is the plan that the values follow.
func (v *Values) Plan() *Plan { return v.plan }

// At returns the value of a slot; slot -1 and nil Values give unknown.
func (v *Values) At(slot int) demarc.Value {
	if v == nil || slot < 0 || slot >= len(v.values) {
		return demarc.Value{}
	}
	return v.values[slot]
}

// Set sets the value at a path, if anybody wished for it.
func (v *Values) Set(path string, value demarc.Value) {
	if i, ok := v.plan.slots[path]; ok {
		v.values[i] = value
	} else if i := v.plan.Slot(path); i >= 0 {
		v.values[i] = value
	}
}

// CloseAll marks every value that was not set as missing: the resource was
// seen in full.
func (v *Values) CloseAll() {
	for i := range v.values {
		closeSlot(&v.values[i])
	}
}

// CloseColumn marks what was not set at or below one top-level name, given
// folded, as missing: that column was seen in full.
func (v *Values) CloseColumn(column string) {
	for i, path := range v.plan.paths {
		if below(path, column) {
			closeSlot(&v.values[i])
		}
	}
}

// closeSlot marks a value that was not seen as missing.
func closeSlot(x *demarc.Value) {
	if x.IsUnknown() && x.Reason() == "not seen" {
		*x = demarc.Missing()
	}
}

// DecodeColumn reads the JSON text of one top-level member, whose name is
// given folded, and sets every value wanted of it. Values that the text does
// not hold stay as they are. Broken JSON gives the decoder's error and makes
// every value wanted of the member unknown.
func (v *Values) DecodeColumn(column string, text []byte) error {
	n := v.plan.root.members[column]
	if n == nil {
		return nil
	}
	json.ResetBytes(v.decoder, &v.buffer, text)
	err := v.decode(v.decoder, n)
	if err != nil {
		v.spoil(column)
	}
	return err
}

// spoil makes what was set at or below a top-level name unknown again. The
// reason keeps it from being closed as missing.
func (v *Values) spoil(column string) {
	for i, path := range v.plan.paths {
		if below(path, column) {
			v.values[i] = demarc.Unknown("the text could not be read")
		}
	}
}

// Intern returns a text for b, the same one for the same short bytes.
func (v *Values) Intern(b []byte) string {
	const short, most = 80, 1 << 14
	if len(b) > short {
		return string(b)
	}
	if s, ok := v.texts[string(b)]; ok {
		return s
	}
	s := string(b)
	if len(v.texts) < most {
		v.texts[s] = s
	}
	return s
}

func (v *Values) decode(d *json.Decoder, n *node) error {
	switch d.PeekKind() {
	case '{':
		return v.decodeObject(d, n)
	case '[':
		return v.decodeList(d, n)
	}
	value, err := v.scalar(d)
	if err == nil && n.slot >= 0 {
		v.values[n.slot] = value
	}
	return err
}

func (v *Values) decodeObject(d *json.Decoder, n *node) error {
	if n.slot >= 0 {
		v.values[n.slot] = demarc.Object()
	}
	if len(n.members) == 0 {
		return d.SkipValue()
	}
	if _, err := d.ReadToken(); err != nil {
		return err
	}
	for d.PeekKind() != '}' {
		name, err := d.ReadValue()
		if err != nil {
			return err
		}
		if m := v.wanted(n, name); m != nil {
			err = v.decode(d, m)
		} else {
			err = d.SkipValue()
		}
		if err != nil {
			return err
		}
	}
	_, err := d.ReadToken()
	return err
}

// wanted finds the node of a member by its quoted name, without case.
func (v *Values) wanted(n *node, quoted []byte) *node {
	v.scratch = json.AppendUnquote(v.scratch[:0], quoted)
	for i, c := range v.scratch {
		switch {
		case c >= utf8.RuneSelf:
			return n.members[demarc.Fold(string(v.scratch))]
		case 'A' <= c && c <= 'Z':
			v.scratch[i] = c + 'a' - 'A'
		}
	}
	return n.members[string(v.scratch)]
}

// decodeList keeps a list of scalars in the node's own slot, and the values
// wanted of each element in the slots below it, as lists.
func (v *Values) decodeList(d *json.Decoder, n *node) error {
	if n.slot < 0 && n.elements == nil {
		return d.SkipValue()
	}
	if _, err := d.ReadToken(); err != nil {
		return err
	}
	var own []demarc.Value
	below := n.elements.slotsBelow(nil)
	gathered := make([][]demarc.Value, len(below))
	for d.PeekKind() != ']' {
		for _, slot := range below {
			v.values[slot] = demarc.Missing()
		}
		if err := v.decodeElement(d, n, &own); err != nil {
			return err
		}
		for i, slot := range below {
			gathered[i] = append(gathered[i], flat(v.values[slot])...)
		}
	}
	for i, slot := range below {
		v.values[slot] = demarc.List(gathered[i])
	}
	if n.slot >= 0 {
		v.values[n.slot] = demarc.List(own)
	}
	_, err := d.ReadToken()
	return err
}

func (v *Values) decodeElement(d *json.Decoder, n *node, own *[]demarc.Value) error {
	if k := d.PeekKind(); k == '{' || k == '[' {
		*own = append(*own, demarc.Object())
		if n.elements == nil {
			return d.SkipValue()
		}
		return v.decode(d, n.elements)
	}
	value, err := v.scalar(d)
	*own = append(*own, value)
	if n.elements != nil && n.elements.slot >= 0 {
		v.values[n.elements.slot] = value
	}
	return err
}

// flat opens lists of lists, so that a path with two [*] gives one list.
func flat(x demarc.Value) []demarc.Value {
	if x.Kind() == demarc.KindList {
		return x.Elements()
	}
	return []demarc.Value{x}
}

func (n *node) slotsBelow(to []int) []int {
	if n == nil {
		return to
	}
	if n.slot >= 0 {
		to = append(to, n.slot)
	}
	for _, m := range n.members {
		to = m.slotsBelow(to)
	}
	return n.elements.slotsBelow(to)
}

func (v *Values) scalar(d *json.Decoder) (demarc.Value, error) {
	kind := d.PeekKind()
	raw, err := d.ReadValue()
	if err != nil {
		return demarc.Value{}, err
	}
	switch kind {
	case 'n':
		return demarc.Null(), nil
	case 't', 'f':
		return demarc.Bool(kind == 't'), nil
	case '"':
		v.scratch = json.AppendUnquote(v.scratch[:0], raw)
		return demarc.Text(v.Intern(v.scratch)), nil
	}
	return numberOf(raw), nil
}

func numberOf(raw []byte) demarc.Value {
	var f float64
	if err := json.Unmarshal(raw, &f); err != nil {
		return demarc.Unknown("a number out of range")
	}
	return demarc.Number(f)
}

// Adopt resets v to a plan and takes over the values of other that the plan
// has a slot for.
func (v *Values) Adopt(other *Values, p *Plan) {
	v.Reset(p)
	for i, path := range other.plan.paths {
		if slot, ok := p.slots[path]; ok {
			v.values[slot] = other.values[i]
		}
	}
}
