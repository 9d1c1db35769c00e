package slots

import (
	"bytes"
	"slices"
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
	stack   []demarc.Value // members and elements of whole values that are being read
	left    int            // how many more whole values of this resource may hold
	open    bool           // what is being read does not show all there is
}

// NewValues makes an empty set of values.
func NewValues() *Values {
	return &Values{plan: &Plan{root: &node{slot: -1}}, texts: map[string]string{}, decoder: json.NewBytesDecoder(nil)}
}

// Reset empties the values and gives them the slots of a plan; every value is
// unknown until it is set.
func (v *Values) Reset(p *Plan) {
	v.plan = p
	v.left = mostWhole
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

// All are the values in the order of the slots, until the next reset. They
// must not be changed.
func (v *Values) All() []demarc.Value {
	if v == nil {
		return nil
	}
	return v.values
}

// Set sets the value at a path, if anybody wished for it. In whole values
// above the path it becomes a member.
func (v *Values) Set(path string, value demarc.Value) {
	if i, ok := v.plan.slots[path]; ok {
		v.values[i] = value
	} else if i := v.plan.Slot(path); i >= 0 {
		v.values[i] = value
	}
	for _, w := range v.plan.wholes {
		v.setWithin(w, path, value)
	}
}

// SetAt sets the value of a slot alone, as [Values.At] gave it.
func (v *Values) SetAt(slot int, value demarc.Value) { v.values[slot] = value }

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

// closeSlot marks a value that was not seen as missing. A whole object has no
// other members than those that were seen.
func closeSlot(x *demarc.Value) {
	switch {
	case x.IsUnknown() && x.Reason() == "not seen":
		*x = demarc.Missing()
	case x.Open():
		*x = x.Closed()
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
	v.stack = v.stack[:0]
	err := v.decode(v.decoder, n)
	if err != nil {
		v.spoil(column)
	}
	return err
}

// DecodeDeclared is [Values.DecodeColumn] for a text that declares a resource
// and does not show all there is of it: whole objects are open.
func (v *Values) DecodeDeclared(column string, text []byte) error {
	v.open = true
	err := v.DecodeColumn(column, text)
	v.open = false
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

// Cut makes unknown what was set at or below a top-level name where its text
// says that the export cut the value off.
func (v *Values) Cut(column string, isCut func(text string) bool) {
	for i, path := range v.plan.paths {
		if below(path, column) {
			v.values[i] = uncut(v.values[i], isCut)
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
	if n.keep != nil {
		_, err := v.whole(d, n.keep, n, 0)
		return err
	}
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
	return n.members[string(v.foldScratch())]
}

// foldScratch folds the name in scratch.
func (v *Values) foldScratch() []byte {
	for i, c := range v.scratch {
		switch {
		case c >= utf8.RuneSelf:
			v.scratch = append(v.scratch[:0], demarc.Fold(string(v.scratch))...)
			return v.scratch
		case 'A' <= c && c <= 'Z':
			v.scratch[i] = c + 'a' - 'A'
		}
	}
	return v.scratch
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
	g := v.gather(n.elements)
	for d.PeekKind() != ']' {
		g.next(demarc.Missing())
		if err := v.decodeElement(d, n, &own); err != nil {
			return err
		}
		g.take()
	}
	g.end()
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

// gathered are the values of each slot below a list, from all its elements.
type gathered struct {
	v     *Values
	below []int
	lists [][]demarc.Value
}

// gather begins a list whose elements have a node, which may be nil.
func (v *Values) gather(elements *node) gathered {
	if elements == nil {
		return gathered{}
	}
	return gathered{v, elements.below, make([][]demarc.Value, len(elements.below))}
}

// next begins an element, with what holds for what it does not show.
func (g *gathered) next(absent demarc.Value) {
	for _, slot := range g.below {
		g.v.values[slot] = absent
	}
}

// take ends an element.
func (g *gathered) take() {
	for i, slot := range g.below {
		g.lists[i] = append(g.lists[i], flat(g.v.values[slot])...)
	}
}

// end gives each slot its list.
func (g *gathered) end() {
	for i, slot := range g.below {
		g.v.values[slot] = demarc.List(g.lists[i])
	}
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
// has a slot for. A whole value that other does not have is put together from
// the values below it that other has.
func (v *Values) Adopt(other *Values, p *Plan) {
	v.Reset(p)
	for i, path := range other.plan.paths {
		if slot, ok := p.slots[path]; ok {
			v.values[slot] = other.values[i]
		}
	}
	for _, w := range p.wholes {
		if slot, ok := other.plan.slots[w.path]; ok && other.plan.Whole(slot) {
			continue
		}
		for i, path := range other.plan.paths {
			if x := other.values[i]; !x.IsUnknown() || x.Reason() != "not seen" {
				v.setWithin(w, path, x)
			}
		}
	}
}

// Snapshot is a copy of the values for reading alone, which stays when the
// values are reset.
func (v *Values) Snapshot() *Values { return &Values{plan: v.plan, values: slices.Clone(v.values)} }

// Part is a copy for reading alone of the values that a part of the plan names.
func (v *Values) Part(p *Plan) *Values {
	part := &Values{plan: p, values: make([]demarc.Value, len(p.paths))}
	for i, path := range p.paths {
		part.values[i] = v.At(v.plan.Slot(path))
	}
	return part
}
