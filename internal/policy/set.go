package policy

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/armexpr"
)

// Set is an initiative, parsed and checked. It is read-only.
type Set struct {
	ID          string // as spelled, "" when the text does not say
	Name        string // of built-in initiatives a GUID
	DisplayName string
	Category    string
	Version     string
	PolicyType  string // "BuiltIn" or "Custom", as spelled
	Deprecated  bool
	Parameters  []Parameter
	Members     []Member
	Groups      []Group
}

// Member is a definition that an initiative brings.
type Member struct {
	DefinitionID string
	ReferenceID  string // by which assignments and exemptions name it
	Version      string // of the definition, "" for the latest
	Groups       []string

	given map[string]*operand // by name as spelled
}

// Group is what members of an initiative have in common: mostly a control.
type Group struct {
	Name       string
	MetadataID string // where its owner is published, "" for nowhere
}

// MemberBinding is a member with the values that the initiative gives to its
// parameters.
type MemberBinding struct {
	*Member
	Given map[string]armexpr.Value
	// Unset are the parameters that depend on one of the initiative without a
	// value, in order. They are given as unknown, so that the member's own default
	// does not stand for what somebody has to set.
	Unset []string
}

// DefinitionName is the last part of the id of the member's definition.
func (m *Member) DefinitionName() string { return lastPart(m.DefinitionID) }

// ParseSet reads an initiative: the object that Azure stores, with its
// properties below "properties" or at the top. The error is an [*Error].
func ParseSet(text []byte) (*Set, error) {
	v, err := armexpr.ParseJSON(text)
	if err != nil {
		return nil, &Error{Message: "broken JSON: " + err.Error()}
	}
	return ParseSetValue(v)
}

// ParseSetValue is [ParseSet] for JSON that was read already.
func ParseSetValue(v armexpr.Value) (*Set, error) {
	if v.Failed() {
		return nil, &Error{Message: v.Reason()}
	}
	if v.Kind() != armexpr.KindObject {
		return nil, &Error{Message: "an initiative is an object, not " + v.Kind().String()}
	}
	body, at := v, ""
	if inner, ok := v.Member("properties"); ok && inner.Kind() == armexpr.KindObject {
		body, at = inner, "/properties"
	}
	s := &Set{ID: text(v, "id"), Name: text(v, "name")}
	s.describe(body)
	if s.Name == "" {
		s.Name = lastPart(s.ID)
	}
	var err error
	if s.Parameters, err = parseParameters(body, at); err != nil {
		return nil, err
	}
	if err = s.parseGroups(body, at+"/policyDefinitionGroups"); err != nil {
		return nil, err
	}
	return s, s.parseMembers(body, at+"/policyDefinitions")
}

// describe reads what is said about the initiative.
func (s *Set) describe(body armexpr.Value) {
	s.DisplayName, s.PolicyType, s.Version = text(body, "displayName"), text(body, "policyType"), text(body, "version")
	metadata, _ := body.Member("metadata")
	s.Category = text(metadata, "category")
	if s.Version == "" {
		s.Version = text(metadata, "version")
	}
	deprecated, _ := metadata.Member("deprecated")
	s.Deprecated = deprecated.IsTrue() || strings.HasPrefix(s.DisplayName, "[Deprecated")
}

// objects visits the objects of an array that may be absent.
func objects(body armexpr.Value, name, at string, visit func(v armexpr.Value, at string) error) error {
	list, ok := body.Member(name)
	if !ok || list.IsNull() {
		return nil
	}
	if list.Kind() != armexpr.KindArray {
		return &Error{at, name + " is an array, not " + list.Kind().String()}
	}
	for i, v := range list.Elements() {
		place := at + "/" + strconv.Itoa(i)
		if v.Kind() != armexpr.KindObject {
			return &Error{place, "an object is wanted, not " + v.Kind().String()}
		}
		if err := visit(v, place); err != nil {
			return err
		}
	}
	return nil
}

func (s *Set) parseGroups(body armexpr.Value, at string) error {
	return objects(body, "policyDefinitionGroups", at, func(v armexpr.Value, at string) error {
		g := Group{Name: text(v, "name"), MetadataID: text(v, "additionalMetadataId")}
		if g.Name == "" {
			return &Error{at, "the group has no name"}
		}
		s.Groups = append(s.Groups, g)
		return nil
	})
}

func (s *Set) parseMembers(body armexpr.Value, at string) error {
	if _, ok := body.Member("policyDefinitions"); !ok {
		return &Error{strings.TrimSuffix(at, "/policyDefinitions"), "there are no policyDefinitions"}
	}
	p := &parsing{}
	return objects(body, "policyDefinitions", at, func(v armexpr.Value, at string) error {
		m := Member{DefinitionID: text(v, "policyDefinitionId"), ReferenceID: text(v, "policyDefinitionReferenceId"), Version: text(v, "definitionVersion")}
		if m.DefinitionID == "" {
			return &Error{at, "there is no policyDefinitionId"}
		}
		var err error
		if m.Groups, err = s.memberGroups(v, at+"/groupNames"); err == nil {
			m.given, err = p.given(v, at+"/parameters")
		}
		s.Members = append(s.Members, m)
		return err
	})
}

// memberGroups are the groups of a member, in the spelling of their
// declaration. Those that are not declared stand as they are.
func (s *Set) memberGroups(v armexpr.Value, at string) ([]string, error) {
	names, ok := v.Member("groupNames")
	if !ok || names.IsNull() {
		return nil, nil
	}
	if names.Kind() != armexpr.KindArray {
		return nil, &Error{at, "groupNames is an array, not " + names.Kind().String()}
	}
	var list []string
	for i, one := range names.Elements() {
		if one.Kind() != armexpr.KindText {
			return nil, &Error{at + "/" + strconv.Itoa(i), "the name of a group is a text, not " + one.Kind().String()}
		}
		name := one.Text()
		if g, ok := s.Group(name); ok {
			name = g.Name
		}
		list = append(list, name)
	}
	return list, nil
}

// given reads the parameters of a member: objects with a value.
func (p *parsing) given(v armexpr.Value, at string) (map[string]*operand, error) {
	parameters, ok := v.Member("parameters")
	if !ok || parameters.IsNull() {
		return nil, nil
	}
	if parameters.Kind() != armexpr.KindObject {
		return nil, &Error{at, "the parameters are an object, not " + parameters.Kind().String()}
	}
	list := make(map[string]*operand, parameters.Len())
	var wrong error
	parameters.Members(func(name string, one armexpr.Value) {
		if wrong != nil {
			return
		}
		place := at + "/" + pointerName(name)
		if one.Kind() != armexpr.KindObject {
			wrong = &Error{place, "a parameter is an object with a value, not " + one.Kind().String()}
			return
		}
		if value, ok := one.Member("value"); ok {
			list[name], wrong = p.operand(value, place+"/value")
		}
	})
	return list, wrong
}

// Group finds a declared group by its name, in any case.
func (s *Set) Group(name string) (Group, bool) {
	i := slices.IndexFunc(s.Groups, func(g Group) bool { return demarc.EqualFold(g.Name, name) })
	if i < 0 {
		return Group{}, false
	}
	return s.Groups[i], true
}

// Bind gives the initiative's parameters values, by name in any case, and says
// for each member which values it gets. What is not given has its default, or
// stays unset. The error names a value that the initiative does not allow, or
// an expression that fails.
func (s *Set) Bind(given map[string]armexpr.Value) ([]MemberBinding, error) {
	own, err := Bind(&Definition{Parameters: s.Parameters, effect: &operand{literal: armexpr.Text("audit")}}, given)
	if err != nil {
		return nil, err
	}
	list := make([]MemberBinding, len(s.Members))
	for i := range s.Members {
		m := &s.Members[i]
		list[i] = MemberBinding{Member: m}
		if err := list[i].bind(own); err != nil {
			return nil, err
		}
	}
	return list, nil
}

func (m *MemberBinding) bind(own *Bound) error {
	m.Given = make(map[string]armexpr.Value, len(m.given))
	for name, o := range m.given {
		v, alone := own.fixed(o)
		switch {
		case !alone:
			return &Error{o.pointer, "only parameters of the initiative are known here"}
		case v.Failed():
			return &Error{o.pointer, fmt.Sprintf("the parameter %s: %s", name, v.Reason())}
		case v.IsUnknown():
			m.Unset = append(m.Unset, name)
		}
		m.Given[name] = v
	}
	slices.Sort(m.Unset)
	return nil
}

// lastPart is what follows the last slash.
func lastPart(id string) string { return id[strings.LastIndexByte(id, '/')+1:] }
