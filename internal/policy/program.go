package policy

import (
	"slices"
	"sync"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/armexpr"
	"github.com/demarc-dev/demarc/internal/slots"
)

// Rulebook holds bound definitions and makes the programs of resource types,
// each when it is asked for first. It is safe for concurrent use.
type Rulebook struct {
	bound    []*Bound
	aliases  *Aliases
	version  string // of the API, "" for the latest
	byType   map[string][]int
	untyped  []int
	seeks    map[string][]*Seek // by folded type of what is sought
	seekOf   []*Seek            // by bound, nil where nothing is sought
	readsDay bool
	programs sync.Map // *lazyProgram by folded type
}

// NewRulebook makes a rulebook. Bound definitions that no resource can be asked
// about, such as disabled ones, are kept and give no results.
func NewRulebook(aliases *Aliases, bound []*Bound) *Rulebook {
	b := &Rulebook{bound: bound, aliases: aliases, byType: map[string][]int{}, seeks: map[string][]*Seek{}, seekOf: make([]*Seek, len(bound))}
	for i, one := range bound {
		if one.Kind() == Static || one.effect == Disabled {
			continue
		}
		b.readsDay = b.readsDay || one.readsDay
		b.index(i, one)
		if s := newSeek(i, one); s != nil {
			b.seekOf[i] = s
			b.seeks[s.Type] = append(b.seeks[s.Type], s)
		}
	}
	return b
}

func (b *Rulebook) index(i int, one *Bound) {
	types := one.types()
	if types.any {
		b.untyped = append(b.untyped, i)
		return
	}
	for typ := range types.names {
		b.byType[typ] = append(b.byType[typ], i)
	}
}

// Bound are the bound definitions, in the order in which they were given.
func (b *Rulebook) Bound() []*Bound { return b.bound }

// Empty reports whether there is nothing to evaluate.
func (b *Rulebook) Empty() bool { return b == nil || len(b.byType)+len(b.untyped) == 0 }

// AtVersion is the rulebook for requests of one version of the API.
func (b *Rulebook) AtVersion(version string) *Rulebook {
	return &Rulebook{bound: b.bound, aliases: b.aliases, version: version, byType: b.byType, untyped: b.untyped, seeks: b.seeks, seekOf: b.seekOf, readsDay: b.readsDay}
}

// ReadsDay reports whether any definition asks what day it is, so that results
// may be others on another day.
func (b *Rulebook) ReadsDay() bool { return b.readsDay }

// lazyProgram is made once.
type lazyProgram struct {
	once sync.Once
	made *Program
}

// Program is what is asked of resources of a type, in any case. It is never nil.
func (b *Rulebook) Program(typ string) *Program {
	if p, ok := b.programs.Load(typ); ok {
		return b.make(p.(*lazyProgram), typ)
	}
	p, _ := b.programs.LoadOrStore(demarc.Fold(typ), &lazyProgram{})
	return b.make(p.(*lazyProgram), typ)
}

func (b *Rulebook) make(p *lazyProgram, typ string) *Program {
	p.once.Do(func() { p.made = b.compile(demarc.Fold(typ)) })
	return p.made
}

// Wishes are the values that evaluating resources of a type needs.
func (b *Rulebook) Wishes(typ string) []slots.Wish { return b.Program(typ).wishes }

// Program is the compiled rules for one resource type.
type Program struct {
	Type string // folded
	// Rules are what is asked of a resource of the type.
	Rules []Rule
	// Sought are the conditions that such a resource may fulfil for others.
	Sought  []Sought
	fulfils []int // nodes of the conditions, each once

	book     *Rulebook
	nodes    []node
	wishes   []slots.Wish
	slots    map[string]int // wish by path
	lasting  []string
	readsDay bool
	plans    sync.Map // *slots.Plan -> []int, the plan's slot of each wish
	traces   sync.Map // *Rule or *Sought -> *tracer
}

// ReadsDay reports whether one of its definitions asks what day it is, so that
// a resource may have other results on another day.
func (p *Program) ReadsDay() bool { return p.readsDay }

// Lasting are the folded paths of the values that are needed once all resources
// are known, by rules of the type or by those that look for it.
func (p *Program) Lasting() []string { return p.lasting }

// Rule is one bound definition as resources of one type are asked.
type Rule struct {
	Bound   int // in the rulebook
	Seek    *Seek
	applies int // node
	fires   int // node
	manual  bool
	plane   bool // data-plane
	request bool
	unset   bool // the effect is not known
	located bool // only resources that have a location are looked at
}

// Sought is a condition that a related resource may fulfil.
type Sought struct {
	Seek *Seek
	At   int // of what [Machine.AppendFulfilments] writes; equal conditions share a place
	node int
}

// nodeKind says how a node is evaluated.
type nodeKind uint8

const (
	constNode nodeKind = iota
	allNode
	anyNode
	notNode
	leafNode
)

// node is a condition of a program. Equal conditions are one node.
type node struct {
	kind  nodeKind
	value outcome // of a constant
	list  []int
	leaf  *code
	// local says that it depends on the element that a count is at, so that
	// its outcome is not that of the resource.
	local bool
}

// code is a compiled leaf.
type code struct {
	bound   *Bound
	source  *leaf
	field   *field
	value   *operand
	count   *counter
	op      operator
	right   armexpr.Value
	dynamic *operand          // the right side, where it depends on the resource
	fields  map[string]*field // those that expressions ask for, by the name as written
	around  []frame
	plainly bool // locations are compared without spaces and case
}

// counter is a compiled count.
type counter struct {
	field *field
	value *operand
	fixed armexpr.Value // of the value, where it depends on parameters alone
	known bool          // it does
	name  string        // folded
	where int           // node, -1 for none
}

// slotsOf are the slots of a plan by the wishes of the program.
func (p *Program) slotsOf(plan *slots.Plan) []int {
	if made, ok := p.plans.Load(plan); ok {
		return made.([]int)
	}
	list := make([]int, len(p.wishes))
	for i, w := range p.wishes {
		list[i] = plan.Slot(w.Path)
	}
	p.plans.Store(plan, list)
	return list
}

// compile makes the program of a folded type.
func (b *Rulebook) compile(typ string) *Program {
	c := &compiler{Program: &Program{Type: typ, book: b, slots: map[string]int{}}, known: map[string]int{}}
	c.constant(falseOutcome)
	c.constant(trueOutcome)
	concerned := append(slices.Clone(b.untyped), b.byType[typ]...)
	slices.Sort(concerned)
	for _, i := range concerned {
		c.rule(i)
	}
	for _, s := range b.seeks[typ] {
		c.bound, c.frames = b.bound[s.Bound], nil
		c.late = s.Private
		node := c.condition(s.condition)
		at := slices.Index(c.fulfils, node)
		if at < 0 {
			at = len(c.fulfils)
			c.fulfils = append(c.fulfils, node)
		}
		c.Sought = append(c.Sought, Sought{Seek: s, At: at, node: node})
		c.readsDay = c.readsDay || c.bound.readsDay
	}
	return c.Program
}

// Seeks are the looks for related resources that the rules make.
func (b *Rulebook) Seeks() []*Seek {
	var list []*Seek
	for _, s := range b.seekOf {
		if s != nil {
			list = append(list, s)
		}
	}
	return list
}
