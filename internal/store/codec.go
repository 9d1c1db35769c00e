package store

import (
	"encoding/hex"
	"fmt"
	"slices"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/json"
)

// What the program says is written with words where it has words, so that a
// later program with other numbers reads the same.

// The statuses as letters, one byte a verdict. The letters are a file format.
const (
	letterMet           = 'm'
	letterUnmet         = 'u'
	letterAccepted      = 'a'
	letterNotApplicable = 'n'
	letterUnknown       = '0' // and those behind it, by place in the reasons
)

// storedReasons are the reasons of an unknown by their letters. The list only
// grows at its end.
var storedReasons = [...]demarc.Reason{
	demarc.NoReason, demarc.NoEvidence, demarc.Stale, demarc.Undated, demarc.Conflicting, demarc.Partial, demarc.OnlyClaims, demarc.NotAssessed,
	demarc.NotCollected, demarc.NotPermitted, demarc.Exempt, demarc.DefaultAssumed, demarc.NoRequirement, demarc.UnknownAge, demarc.NoAssurance,
	demarc.ParameterNotSet, demarc.UnknownRecipient, demarc.AliasUnresolved, demarc.PropertyNotSeen, demarc.ExpressionFailed, demarc.DataPlane,
	demarc.RequestTime, demarc.NotDeployedYet,
}

func letterOf(said demarc.Judgement, accepted bool) byte {
	switch said.Status {
	case demarc.Met:
		return letterMet
	case demarc.Unmet:
		if accepted {
			return letterAccepted
		}
		return letterUnmet
	case demarc.NotApplicable:
		return letterNotApplicable
	case demarc.UnknownStatus:
	}
	return letterUnknown + byte(max(slices.Index(storedReasons[:], said.Reason), 0))
}

// judgement is what a letter stands for, without why.
func judgement(letter byte) (said demarc.Judgement, accepted bool, err error) {
	switch letter {
	case letterMet:
		said.Status = demarc.Met
	case letterUnmet:
		said.Status = demarc.Unmet
	case letterAccepted:
		said.Status, accepted = demarc.Unmet, true
	case letterNotApplicable:
		said.Status = demarc.NotApplicable
	default:
		n := int(letter) - letterUnknown
		if n < 0 || n >= len(storedReasons) {
			return said, false, fmt.Errorf("%w: no status %q", errBroken, letter)
		}
		said.Reason = storedReasons[n]
	}
	return said, accepted, nil
}

// answerRecord is an answer as it is stored. The division is a part of its own.
type answerRecord struct {
	Provider string        `json:"provider"`
	Model    string        `json:"model"`
	Role     string        `json:"role"`
	Facets   []facetRecord `json:"facets,omitzero"`
	Rule     string        `json:"rule"` // id
	Likely   bool          `json:"likely,omitzero"`
	Why      string        `json:"why"`
	Division string        `json:"division"` // hash of its part, "" for none
	Above    []string      `json:"above"`    // ids of the responsibilities that exist once above the resource
}

type facetRecord struct {
	ID    string `json:"id"`
	Model string `json:"model"`
}

func (s *sharer) answerOf(a *demarc.Answer, above []*demarc.Responsibility) ([]byte, error) {
	r := answerRecord{Provider: a.Provider, Model: a.Model.String(), Role: a.Role.String(), Likely: a.Likely, Why: a.Why}
	for _, f := range a.Facets {
		r.Facets = append(r.Facets, facetRecord{f.ID, f.Model.String()})
	}
	for _, task := range above {
		r.Above = append(r.Above, task.ID)
	}
	if a.Rule != nil {
		r.Rule = a.Rule.ID
	}
	if a.Division != nil {
		hash, err := s.divisionOf(a.Division)
		if err != nil {
			return nil, err
		}
		r.Division = hex.EncodeToString(hash[:])
	}
	return json.Marshal(r, json.Deterministic())
}

// divisionRecord is a division as it is stored.
type divisionRecord struct {
	ID    string       `json:"id"`
	Cells []cellRecord `json:"cells"`
}

type cellRecord struct {
	Model         string            `json:"model"`
	DecidedBy     string            `json:"decidedBy,omitzero"`
	Facet         string            `json:"facet"`
	FacetModel    string            `json:"facetModel"`
	AreaID        string            `json:"areaId"`
	Area          string            `json:"area"`
	Parties       []string          `json:"parties,omitzero"`
	Halves        map[string]string `json:"halves,omitzero"`
	Accountable   map[string]string `json:"accountable,omitzero"`
	NotApplicable bool              `json:"notApplicable,omitzero"`
	Basis         string            `json:"basis"`
	Differs       bool              `json:"differs,omitzero"`
	Reason        string            `json:"reason"`
	Source        string            `json:"source,omitzero"`
	Surprise      string            `json:"surprise,omitzero"`
	Open          []string          `json:"open,omitzero"`
}

func (s *sharer) divisionOf(d *demarc.Division) ([16]byte, error) {
	if hash, ok := s.divisions[d]; ok {
		return hash, nil
	}
	r := divisionRecord{ID: d.ID}
	for i := range d.Cells {
		c := &d.Cells[i]
		r.Cells = append(r.Cells, cellRecord{c.Model, c.DecidedBy, c.Facet, c.FacetModel.String(), c.AreaID, c.Area, c.Parties, c.Halves, c.Accountable,
			c.NotApplicable, c.Basis.String(), c.Differs, c.Reason, c.Source, c.Surprise, c.Open})
	}
	data, err := json.Marshal(r, json.Deterministic())
	if err != nil {
		return [16]byte{}, err
	}
	hash := s.part(divisionPart, data)
	s.divisions[d] = hash
	return hash, nil
}

func ownerContent(o demarc.Owner) []byte {
	return appendOwner(nil, o)
}

func appendOwner(b []byte, o demarc.Owner) []byte {
	b = appendText(appendText(b, o.Name), o.Party)
	return appendText(appendText(b, o.Basis.String()), o.From)
}

func (p *parser) owner() demarc.Owner {
	o := demarc.Owner{Name: p.text(), Party: p.text()}
	basis, err := demarc.ParseOwnerBasis(p.text())
	if err != nil && p.err == nil {
		p.err = err
	}
	o.Basis, o.From = basis, p.text()
	return o
}

// vectorContent is the verdicts of a vector: what is asked, as a part that many
// share, a letter for each, and the whys that are its own.
func vectorContent(v *demarc.Vector, asked [16]byte) []byte {
	b := appendText(append([]byte(nil), asked[:]...), v.Set.ID)
	b = appendUint(b, uint64(len(v.Set.Verdicts)))
	for i := range v.Set.Verdicts {
		s := &v.Set.Verdicts[i]
		b = append(b, letterOf(s.Judgement, s.Accepted))
	}
	for i, why := range v.Whys {
		if why != "" {
			b = appendText(appendUint(b, uint64(i)), why)
		}
	}
	return b
}

// askedContent is what is asked by the verdicts of a set, of whom, and why a
// verdict is as it is where nothing was seen.
func askedContent(s *demarc.VerdictSet) []byte {
	b := appendUint(nil, uint64(len(s.Verdicts)))
	for i := range s.Verdicts {
		v := &s.Verdicts[i]
		b = append(b, letterOf(v.Judgement, v.Accepted))
		b = appendText(appendText(appendText(b, v.Responsibility.ID), v.Party), v.Why)
	}
	return b
}

// instanceContent is the verdicts of what exists once above resources.
func instanceContent(list []demarc.Verdict) []byte {
	b := appendUint(nil, uint64(len(list)))
	for i := range list {
		v := &list[i]
		b = appendText(appendText(b, v.Responsibility.ID), v.Party)
		b = appendOwner(append(b, letterOf(v.Judgement, v.Accepted)), v.Owner)
		b = appendText(b, v.Why)
	}
	return b
}

// membersOf writes how many resources refer to each verdict of an instance.
func membersOf(list []demarc.Verdict) []byte {
	var b []byte
	for i := range list {
		b = appendUint(b, uint64(list[i].Instance.Members))
	}
	return b
}

// instanceKey orders instances as an assessment does: the largest level first.
func instanceKey(at *demarc.Instance) []byte {
	kind, place := byte('o'), ""
	switch {
	case at.Workload != "":
		kind, place = 'w', at.Workload
	case at.Scope != nil:
		kind, place = 's', at.Scope.ID
	}
	return append([]byte{^byte(at.Level), kind}, place...)
}

func scopeItem(s *demarc.Scope) *item {
	parent := ""
	if s.Parent != nil {
		parent = s.Parent.ID
	}
	value := append(appendText(nil, s.Kind.String()), 0)
	if s.Parent != nil {
		value[len(value)-1] = 1
	}
	return &item{key: []byte(s.ID), value: appendText(appendText(value, parent), s.Name)}
}
