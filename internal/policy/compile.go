package policy

import (
	"encoding/binary"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/armexpr"
	"github.com/demarc-dev/demarc/internal/slots"
)

// compiler makes a program, one bound definition after the other.
type compiler struct {
	*Program
	bound  *Bound
	frames []frame        // of the counts around
	known  map[string]int // node by what it says
	late   bool           // what is wished for is needed until all resources are known
}

// rule compiles a bound definition, if resources of the type are asked.
func (c *compiler) rule(i int) {
	c.bound, c.frames = c.book.bound[i], nil
	if !evaluates(c.Type) {
		return
	}
	r := Rule{Bound: i, Seek: c.book.seekOf[i], plane: c.bound.Kind() == DataPlane, manual: c.bound.effect == ManualEffect,
		request: c.bound.effect == DenyAction, unset: c.bound.effect == UnknownEffect}
	r.fires = c.condition(c.bound.condition)
	if r.Seek != nil {
		c.late = r.Seek.Private || r.Seek.Valued
		c.wishForSeek(r.Seek)
		c.late = false
	}
	r.applies = r.fires
	if !c.bound.effect.seeks() {
		r.applies = c.condition(applicability(c.bound.Definition))
		if c.locates(c.bound.condition) && c.Type == subscriptionType {
			return
		}
	}
	if n := &c.nodes[r.applies]; n.kind == constNode && n.value == falseOutcome {
		return // nothing of this type is asked
	}
	if r.located = c.bound.Indexed() && c.bound.types().any; r.located {
		c.slot(slots.Wish{Path: "location", Whole: true})
	}
	c.Rules = append(c.Rules, r)
	c.readsDay = c.readsDay || c.bound.readsDay
}

const subscriptionType = "microsoft.resources/subscriptions"

// evaluates reports whether definitions look at a type at all: of the
// namespace Microsoft.Resources only subscriptions and resource groups are
// (https://learn.microsoft.com/azure/governance/policy/concepts/policy-applicability).
func evaluates(typ string) bool {
	if !strings.HasPrefix(typ, "microsoft.resources/") {
		return true
	}
	return typ == subscriptionType || typ == subscriptionType+"/resourcegroups"
}

func (c *compiler) constant(o outcome) int { return c.add("="+strconv.Itoa(int(o)), node{value: o}) }

// add finds the node that says the same, or adds it.
func (c *compiler) add(key string, n node) int {
	if at, ok := c.known[key]; ok {
		return at
	}
	c.nodes = append(c.nodes, n)
	c.known[key] = len(c.nodes) - 1
	return len(c.nodes) - 1
}

// condition compiles a condition. Nil holds always.
func (c *compiler) condition(cond condition) int {
	switch cond := cond.(type) {
	case allOf:
		return c.list(allNode, cond, trueOutcome, falseOutcome)
	case anyOf:
		return c.list(anyNode, cond, falseOutcome, trueOutcome)
	case notOf:
		of := c.condition(cond.of)
		if n := &c.nodes[of]; n.kind == constNode {
			return c.constant(n.value.not())
		}
		return c.add(fmt.Sprintf("!%d", of), node{kind: notNode, list: []int{of}, local: c.nodes[of].local})
	case *leaf:
		return c.leaf(cond)
	}
	return c.constant(trueOutcome)
}

// list compiles allOf and anyOf. Neutral is what changes nothing, decisive
// what decides all.
func (c *compiler) list(kind nodeKind, conditions []condition, neutral, decisive outcome) int {
	var list []int
	local := false
	for _, one := range conditions {
		at := c.condition(one)
		if n := &c.nodes[at]; n.kind == constNode {
			if n.value == decisive {
				return c.constant(decisive)
			}
			if n.value == neutral {
				continue
			}
		}
		list, local = append(list, at), local || c.nodes[at].local
	}
	slices.Sort(list)
	list = slices.Compact(list)
	switch len(list) {
	case 0:
		return c.constant(neutral)
	case 1:
		return list[0]
	}
	key := []byte{byte('&' + kind)}
	for _, at := range list {
		key = binary.AppendUvarint(key, uint64(at))
	}
	return c.add(string(key), node{kind: kind, list: list, local: local})
}

// leaf compiles a comparison, and decides it at once where nothing of the
// resource matters.
func (c *compiler) leaf(l *leaf) int {
	if l.field != nil {
		if name, ok := c.bound.fixed(l.field); ok && name.IsUnknown() {
			return c.constant(unknownOf(name)) // the name is a parameter that is not set
		}
	}
	k, left, fixed := c.code(l)
	switch {
	case !fixed:
	case k.value != nil:
		if v, ok := c.bound.fixed(k.value); ok {
			return c.constant(k.compareValue(v, k.right))
		}
	case k.field != nil && k.field.source == fromType:
		return c.constant(k.op.compare(armexpr.Text(c.Type), k.right))
	case k.field != nil && k.field.source == fromNowhere:
		return c.constant(k.absent())
	}
	return c.add(c.key(k, left, fixed), node{kind: leafNode, leaf: k, local: len(c.frames) > 0})
}

// code compiles a comparison as it stands. Left tells its left side apart from
// others, "" where that is worked out; fixed says that the right side is known.
func (c *compiler) code(l *leaf) (k *code, left string, fixed bool) {
	k = &code{bound: c.bound, source: l, op: l.op, around: slices.Clone(c.frames)}
	right, fixed := c.bound.fixed(l.right)
	if k.right = right; !fixed {
		k.dynamic = l.right
	}
	switch {
	case l.field != nil:
		k.field = c.field(l.field, false)
		left = k.field.key()
		k.plainly = demarc.EqualFold(k.field.name, "location")
		if k.plainly {
			k.right = plainLocation(k.right)
		}
	case l.value != nil:
		k.value = l.value
	default:
		k.count, left = c.count(l.count)
	}
	c.gatherFields(k)
	return k, left, fixed
}

// key tells leaves apart. What depends on expressions is not shared.
func (c *compiler) key(k *code, left string, fixed bool) string {
	if k.value != nil {
		left = c.bound.says(k.value)
	}
	right := "="
	if k.dynamic != nil {
		right = c.bound.says(k.dynamic)
	}
	if left == "" || right == "" {
		return fmt.Sprintf("?%d", len(c.nodes))
	}
	if !fixed || k.value != nil {
		return fmt.Sprintf("%s\x00%d\x00%s\x00%s\x00%v\x00%v", left, k.op, right, k.right, k.plainly, c.frames)
	}
	return fmt.Sprintf("%s\x00%d\x00%s\x00%v\x00%v\x00%d", left, k.op, k.right, k.right.Failed(), k.plainly, len(c.frames))
}

// key tells fields apart, "" for those that are worked out.
func (f *field) key() string {
	if f.source == fromDynamic {
		return ""
	}
	return fmt.Sprintf("%d %d %q %v %q %q", f.source, f.frame, spelled(f.full), f.place.doubtful, f.place.when, f.place.is)
}

// absent is the outcome for a field that resources of the type do not have.
func (k *code) absent() outcome {
	if k.field.many {
		return trueOutcome // an empty collection
	}
	return k.op.compare(armexpr.Null(), k.right)
}

// count compiles a count, and says of what.
func (c *compiler) count(n *counting) (*counter, string) {
	k := &counter{name: demarc.Fold(n.name), value: n.value, where: -1}
	if n.value != nil {
		k.fixed, k.known = c.bound.fixed(n.value)
	}
	outer := c.frames
	defer func() { c.frames = outer }()
	if n.field != nil {
		k.field = c.field(n.field, true)
	}
	c.frames = k.inside(outer)
	if n.where != nil {
		k.where = c.condition(n.where)
	}
	if k.field == nil || k.field.key() == "" {
		return k, ""
	}
	return k, fmt.Sprintf("# %s %d", k.field.key(), k.where)
}

// inside are the frames that the condition of a count sees.
func (k *counter) inside(outer []frame) []frame {
	if k.field == nil {
		return append(slices.Clone(outer), frame{})
	}
	return append(slices.Clone(outer), framesOf(k.field)...)
}

// framesOf are the frames that walking a field opens, one for each array.
func framesOf(f *field) []frame {
	if f.source != fromSlot {
		return []frame{{}}
	}
	done := len(f.full) - len(f.steps)
	if f.frame < 0 && done > 0 && f.full[done-1].each {
		done--
	}
	var opened []frame
	for i := done; i < len(f.full); i++ {
		if f.full[i].each {
			opened = append(opened, frame{steps: f.full[:i+1]})
		}
	}
	return opened
}

// field finds where a field lies, and wishes for what is needed of it.
func (c *compiler) field(o *operand, counted bool) *field {
	name, ok := c.bound.fixed(o)
	if !ok || name.IsUnknown() {
		c.wishForAll()
		return &field{source: fromDynamic, dynamic: o, frame: -1, slot: -1}
	}
	f := c.locate(name.Text(), c.frames, c.bound.Trusted)
	c.wish(f, counted)
	return f
}

// plainSources are the fields that come with every resource.
var plainSources = map[string]source{"id": fromID, "type": fromType, "name": fromName, "fullname": fromFullName, "apiversion": fromVersion}

// longestName bounds the names of fields; no property is called by a longer one.
const longestName = 1000

// locate says where a named field lies in resources of the type.
func (p *Program) locate(name string, frames []frame, trusted bool) *field {
	if len(name) > longestName {
		name = name[:longestName]
	}
	f := &field{name: name, frame: -1, slot: -1}
	if at, ok := plainSources[demarc.Fold(name)]; ok {
		f.source = at
		return f
	}
	steps, isTag := tagSteps(name)
	switch {
	case isTag && steps[1].name == "":
		f.source = fromNowhere // no tag is named by nothing
		return f
	case isTag:
		f.full = steps
	case isAlias(name):
		p.locateAlias(f, trusted)
	default:
		f.full = parseSteps(name)
	}
	f.steps, f.many = f.full, collects(f.full)
	for i := len(frames) - 1; i >= 0 && f.source == fromSlot; i-- {
		if n := len(frames[i].steps); n > 0 && n <= len(f.full) && slices.Equal(frames[i].steps, f.full[:n]) {
			f.frame, f.steps = i, f.full[n:]
			break
		}
	}
	return f
}

func (p *Program) locateAlias(f *field, trusted bool) {
	f.place = p.book.aliases.find(f.name, p.Type, p.book.version, trusted)
	if f.place.foreign {
		f.source = fromNowhere
		f.full = parseSteps(f.name[strings.LastIndexByte(f.name, '/')+1:])
		return
	}
	f.full = parseSteps(f.place.path)
	if f.place.when != "" {
		f.when = &field{name: f.place.when, frame: -1, slot: -1, full: parseSteps(f.place.when)}
	}
}

// wish asks readers for what a field needs.
func (c *compiler) wish(f *field, counted bool) {
	if f.source != fromSlot {
		return
	}
	path, rest := wishable(f.full)
	if path == "" {
		return // no reader could be asked for it: it is not seen
	}
	w := slots.Wish{Path: path, Whole: true}
	if len(rest) > 0 && rest[0].each {
		below, ok := kept(rest[1:])
		if ok && below != "" {
			w.Only = []string{below}
		} else if ok && counted {
			w.Only = []string{} // how many there are, and nothing of each
		}
	}
	at := c.slot(w)
	if f.frame < 0 {
		f.slot, f.steps = at, rest
	}
	if f.when != nil {
		c.wish(f.when, false)
	}
}

var rootColumns = [...]string{"properties", "tags", "sku", "identity", "kind", "location", "zones", "plan", "managedby", "extendedlocation"}

// wishForAll asks for whole resources, for fields whose names are worked out.
func (c *compiler) wishForAll() {
	for _, column := range rootColumns {
		c.slot(slots.Wish{Path: column, Whole: true})
	}
}

func (c *compiler) slot(w slots.Wish) int {
	if c.late && !slices.Contains(c.lasting, w.Path) {
		c.lasting = append(c.lasting, w.Path)
	}
	at, ok := c.slots[w.Path]
	if !ok {
		c.wishes = append(c.wishes, w)
		c.slots[w.Path] = len(c.wishes) - 1
		return len(c.wishes) - 1
	}
	have := &c.wishes[at]
	if have.Only == nil || w.Only == nil {
		have.Only = nil
	} else {
		have.Only = append(have.Only, w.Only...)
	}
	return at
}

// gatherFields finds the fields that the expressions of a leaf ask for.
func (c *compiler) gatherFields(k *code) {
	for _, o := range [...]*operand{k.value, k.dynamic, k.countedValue()} {
		c.gatherFrom(k, o)
	}
}

func (k *code) countedValue() *operand {
	if k.count == nil {
		return nil
	}
	return k.count.value
}

func (c *compiler) gatherFrom(k *code, o *operand) {
	if o == nil {
		return
	}
	for _, piece := range o.list {
		c.gatherFrom(k, piece)
	}
	if o.expr == nil {
		return
	}
	for _, function := range [...]string{"field", "current"} {
		for _, arg := range o.expr.Arguments(function) {
			c.gatherField(k, function, arg)
		}
	}
}

// wishForSeek asks for what the name and the conditions of a related resource
// read of the resource that looks for it.
func (c *compiler) wishForSeek(s *Seek) {
	d := s.bound.details
	for _, o := range [...]*operand{d.name, d.group} {
		c.gatherFrom(&code{}, o)
	}
	if s.Private {
		c.wishBack(d.existence)
	}
}

func (c *compiler) wishBack(cond condition) {
	switch cond := cond.(type) {
	case allOf:
		for _, one := range cond {
			c.wishBack(one)
		}
	case anyOf:
		for _, one := range cond {
			c.wishBack(one)
		}
	case notOf:
		c.wishBack(cond.of)
	case *leaf:
		for _, o := range [...]*operand{cond.right, cond.value} {
			c.gatherFrom(&code{}, o)
		}
		if cond.count != nil {
			c.gatherFrom(&code{}, cond.count.value)
			c.wishBack(cond.count.where)
		}
	}
}

// gatherField takes one field that an expression asks for. Current() without a
// name, or with that of a count, is an element that is at hand; all of it is
// wanted then.
func (c *compiler) gatherField(k *code, function string, arg *armexpr.Expr) {
	var name armexpr.Value
	fixed := false
	if arg != nil {
		name, fixed = c.bound.fixed(&operand{expr: arg})
	}
	switch {
	case function == "current" && (!fixed || !strings.Contains(name.Text(), "[*]")):
		c.wishElements()
	case !fixed || name.IsUnknown():
		c.wishForAll()
	default:
		f := c.locate(name.Text(), c.frames, c.bound.Trusted)
		c.wish(f, false)
		if k.fields == nil {
			k.fields = map[string]*field{}
		}
		k.fields[name.Text()] = f
	}
}

// wishElements asks for all of the elements that the counts around are at.
func (c *compiler) wishElements() {
	for _, f := range c.frames {
		if len(f.steps) > 0 {
			c.wish(&field{frame: 0, full: f.steps}, false)
		}
	}
}
