package json

import (
	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/report"
)

// Resources encodes resources and remembers what they share. The zero value
// is not ready; use [NewResources]. It is for one goroutine.
type Resources struct {
	answers map[*demarc.Answer]*answer
	scopes  map[*demarc.Scope][]byte
	// Neighbours are often alike.
	lastScope   *demarc.Scope
	scope       []byte
	lastAnswer  *demarc.Answer
	lastEncoded *answer
	lastSet     *demarc.VerdictSet
	set         []byte
}

// answer is the encoded answer in the pieces between which a resource's own
// keys stand.
type answer struct {
	model  []byte // provider, serviceModel, role
	facets []byte
	rule   []byte // rule, likely, division
}

// NewResources makes an empty memory.
func NewResources() *Resources {
	return &Resources{answers: map[*demarc.Answer]*answer{}, scopes: map[*demarc.Scope][]byte{}}
}

// Append appends a resource as an object, with the set of its verdicts, which
// may be nil.
func (e *Resources) Append(dst []byte, r *demarc.Assessed, set *demarc.VerdictSet) []byte {
	dst = append(dst, '{')
	return append(e.AppendMembers(dst, r, set), '}')
}

// AppendMembers appends the members of a resource's object without the
// braces, for those that add members of their own.
func (e *Resources) AppendMembers(dst []byte, r *demarc.Assessed, set *demarc.VerdictSet) []byte {
	a := e.answer(r.Answer)
	dst = append(dst, `"id":`...)
	dst = AppendText(dst, r.ID)
	dst = append(dst, `,"name":`...)
	dst = AppendText(dst, r.Name)
	dst = append(dst, `,"type":`...)
	dst = AppendText(dst, r.Type)
	dst = append(dst, `,"scope":`...)
	dst = append(dst, e.scopeID(r.Scope)...)
	dst = append(dst, a.model...)
	dst = appendOptional(dst, r.PartOf)
	dst = append(dst, a.facets...)
	dst = AppendText(dst, r.Seen.String())
	dst = append(dst, a.rule...)
	dst = appendBool(dst, r.MadeUp)
	dst = append(dst, `,"standing":`...)
	dst = AppendText(dst, r.Standing.String())
	return append(dst, e.verdictSet(set)...)
}

// verdictSet is the encoded member that names a set of verdicts.
func (e *Resources) verdictSet(set *demarc.VerdictSet) []byte {
	if set == e.lastSet && e.set != nil {
		return e.set
	}
	e.lastSet, e.set = set, append(e.set[:0], `,"verdictSet":`...)
	if set == nil {
		e.set = append(e.set, "null"...)
	} else {
		e.set = AppendText(e.set, set.ID)
	}
	return e.set
}

func (e *Resources) answer(a *demarc.Answer) *answer {
	if a == e.lastAnswer && e.lastEncoded != nil {
		return e.lastEncoded
	}
	encoded := e.answers[a]
	if encoded == nil {
		encoded = encodeAnswer(a)
		e.answers[a] = encoded
	}
	e.lastAnswer, e.lastEncoded = a, encoded
	return encoded
}

func encodeAnswer(a *demarc.Answer) *answer {
	var e answer
	e.model = append(e.model, `,"provider":`...)
	e.model = appendOptional(e.model, a.Provider)
	e.model = append(e.model, `,"serviceModel":`...)
	e.model = AppendText(e.model, a.Model.String())
	e.model = append(e.model, `,"role":`...)
	e.model = AppendText(e.model, a.Role.String())
	e.model = append(e.model, `,"partOf":`...)

	e.facets = append(e.facets, `,"facets":[`...)
	for i, f := range a.Facets {
		if i > 0 {
			e.facets = append(e.facets, ',')
		}
		e.facets = append(e.facets, `{"id":`...)
		e.facets = AppendText(e.facets, f.ID)
		e.facets = append(e.facets, `,"serviceModel":`...)
		e.facets = AppendText(e.facets, f.Model.String())
		e.facets = append(e.facets, '}')
	}
	e.facets = append(e.facets, `],"seen":`...)

	e.rule = append(e.rule, `,"rule":`...)
	if a.Rule == nil {
		e.rule = append(e.rule, "null"...)
	} else {
		e.rule = AppendText(e.rule, report.RuleID(a.Rule))
	}
	e.rule = append(e.rule, `,"likely":`...)
	e.rule = appendBool(e.rule, a.Likely)
	e.rule = append(e.rule, `,"division":`...)
	if a.Division == nil {
		e.rule = append(e.rule, "null"...)
	} else {
		e.rule = AppendText(e.rule, a.Division.ID)
	}
	e.rule = append(e.rule, `,"idMadeUp":`...)
	return &e
}

// scopeID is the encoded id of a scope, null for none.
func (e *Resources) scopeID(s *demarc.Scope) []byte {
	if s == e.lastScope && e.scope != nil {
		return e.scope
	}
	encoded := e.scopes[s]
	if encoded == nil {
		encoded = []byte("null")
		if s != nil {
			encoded = AppendText(nil, report.ScopeID(s))
		}
		e.scopes[s] = encoded
	}
	e.lastScope, e.scope = s, encoded
	return encoded
}

func (e *Resources) appendScope(dst []byte, s *demarc.Scope) []byte {
	dst = append(dst, `{"id":`...)
	dst = append(dst, e.scopeID(s)...)
	dst = append(dst, `,"kind":`...)
	dst = AppendText(dst, s.Kind.String())
	dst = append(dst, `,"name":`...)
	dst = AppendText(dst, s.Name)
	dst = append(dst, `,"parent":`...)
	dst = append(dst, e.scopeID(s.Parent)...)
	return append(dst, '}')
}
