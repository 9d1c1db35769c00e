package policy

import (
	"fmt"
	"slices"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/armexpr"
)

// Definition is a policy definition, parsed and checked. It is read-only.
type Definition struct {
	ID          string // as spelled, "" when the text does not say
	Name        string // of built-in definitions a GUID
	DisplayName string
	Description string
	Mode        string // as spelled, "" for none
	PolicyType  string // "BuiltIn", "Custom" or "Static", as spelled
	Category    string
	Version     string
	Deprecated  bool
	MetadataID  string // of what is published about it, "" for nothing
	Parameters  []Parameter

	condition condition
	effect    *operand
	details   *details
	readsDay  bool // an expression of it asks what day it is
}

// Parameter is a declared parameter of a definition or an initiative.
type Parameter struct {
	Name    string
	Type    string // "String", "Array", "Object", "Boolean", "Integer", "Float", "DateTime", as spelled
	Default armexpr.Value
	Set     bool // it has a default
	Allowed []armexpr.Value
}

// Kind says how a definition can be answered.
type Kind uint8

// The kinds.
const (
	Evaluable Kind = iota // from the resources themselves
	Static                // a statement about Microsoft's half
	Manual                // the customer attests it
	DataPlane             // only the service itself can evaluate it
)

var kindNames = [...]string{"evaluable", "static", "manual", "data-plane"}

// String is the word of outputs.
func (k Kind) String() string { return kindNames[k] }

// Kind says how the definition can be answered. A definition that does not say
// its mode is an indexed one.
func (d *Definition) Kind() Kind {
	switch demarc.Fold(d.Mode) {
	case "", "all", "indexed":
	default:
		return DataPlane
	}
	if demarc.EqualFold(d.PolicyType, "Static") {
		return Static
	}
	if text, ok := d.effect.constant(); ok && demarc.EqualFold(text.Text(), "manual") || d.defaultEffect() == "manual" {
		return Manual
	}
	return Evaluable
}

// defaultEffect is the folded effect without any assignment, "" when it needs one.
func (d *Definition) defaultEffect() string {
	b, err := Bind(d, nil)
	if err != nil {
		return ""
	}
	return demarc.Fold(b.Effect)
}

// Indexed reports whether the definition looks only at types that have tags
// and a location.
func (d *Definition) Indexed() bool { return d.Mode == "" || demarc.EqualFold(d.Mode, "Indexed") }

// Error is a fault of a definition, with the place in it as a JSON pointer.
type Error struct {
	Pointer string // "" for the whole text
	Message string
}

// Error writes "/properties/policyRule/if: message".
func (e *Error) Error() string {
	if e.Pointer == "" {
		return e.Message
	}
	return e.Pointer + ": " + e.Message
}

// Parse reads a definition: the object that Azure stores, with its properties
// below "properties" or at the top. The error is an [*Error].
func Parse(text []byte) (*Definition, error) {
	v, err := armexpr.ParseJSON(text)
	if err != nil {
		return nil, &Error{Message: "broken JSON: " + err.Error()}
	}
	return ParseValue(v)
}

// ParseValue is [Parse] for JSON that was read already.
func ParseValue(v armexpr.Value) (*Definition, error) {
	if v.Failed() {
		return nil, &Error{Message: v.Reason()}
	}
	if v.Kind() != armexpr.KindObject {
		return nil, &Error{Message: "a definition is an object, not " + v.Kind().String()}
	}
	p := &parsing{}
	d := &Definition{ID: text(v, "id"), Name: text(v, "name")}
	body, at := v, ""
	if inner, below, ok := child(v, "", "properties"); ok && inner.Kind() == armexpr.KindObject {
		body, at = inner, below
	}
	d.describe(body)
	var err error
	if d.Parameters, err = parseParameters(body, at); err != nil {
		return nil, err
	}
	rule, below, ok := child(body, at, "policyRule")
	if !ok {
		return nil, &Error{at, "there is no policyRule"}
	}
	if err := d.parseRule(p, rule, below); err != nil {
		return nil, err
	}
	return d, nil
}

// describe reads what is said about the definition.
func (d *Definition) describe(body armexpr.Value) {
	d.DisplayName, d.Description = text(body, "displayName"), text(body, "description")
	d.Mode, d.PolicyType, d.Version = text(body, "mode"), text(body, "policyType"), text(body, "version")
	metadata, _ := body.Member("metadata")
	d.Category, d.MetadataID = text(metadata, "category"), text(metadata, "additionalMetadataId")
	if d.Version == "" {
		d.Version = text(metadata, "version")
	}
	deprecated, _ := metadata.Member("deprecated")
	d.Deprecated = deprecated.IsTrue() || strings.HasPrefix(d.DisplayName, "[Deprecated")
}

// parseRule reads the rule itself.
func (d *Definition) parseRule(p *parsing, rule armexpr.Value, at string) error {
	if rule.Kind() != armexpr.KindObject {
		return &Error{at, "the rule is an object with if and then, not " + rule.Kind().String()}
	}
	cond, atIf, ok := child(rule, at, "if")
	if !ok {
		return &Error{at, "the rule has no if"}
	}
	then, atThen, ok := child(rule, at, "then")
	if !ok || then.Kind() != armexpr.KindObject {
		return &Error{at, "the rule has no then"}
	}
	var err error
	if d.condition, err = p.condition(cond, atIf); err != nil {
		return err
	}
	effect, atEffect, ok := child(then, atThen, "effect")
	if !ok {
		return &Error{atThen, "there is no effect"}
	}
	if d.effect, err = p.operand(effect, atEffect); err != nil {
		return err
	}
	if err := d.checkEffect(effect, atEffect); err != nil {
		return err
	}
	raw, atDetails, ok := child(then, atThen, "details")
	if ok {
		d.details, err = p.details(raw, atDetails)
	}
	d.readsDay = p.readsDay
	return err
}

// checkEffect refuses an effect that stands there as a word and is none.
func (d *Definition) checkEffect(effect armexpr.Value, at string) error {
	if effect.Kind() != armexpr.KindText {
		return &Error{at, "an effect is a text, not " + effect.Kind().String()}
	}
	if word := effect.Text(); !armexpr.IsExpression(word) && EffectOf(word) == UnknownEffect {
		return &Error{at, fmt.Sprintf("%q is no effect", word)}
	}
	return nil
}

// parseParameters reads the declared parameters.
func parseParameters(body armexpr.Value, at string) ([]Parameter, error) {
	declared, at, ok := child(body, at, "parameters")
	if !ok || declared.IsNull() {
		return nil, nil
	}
	if declared.Kind() != armexpr.KindObject {
		return nil, &Error{at, "the parameters are an object, not " + declared.Kind().String()}
	}
	var list []Parameter
	var wrong error
	declared.Members(func(name string, v armexpr.Value) {
		if v.Kind() != armexpr.KindObject && wrong == nil {
			wrong = &Error{at + "/" + pointerName(name), "a parameter is an object, not " + v.Kind().String()}
		}
		one := Parameter{Name: name, Type: text(v, "type")}
		one.Default, one.Set = v.Member("defaultValue")
		if allowed, ok := v.Member("allowedValues"); ok {
			one.Allowed = allowed.Elements()
		}
		list = append(list, one)
	})
	return list, wrong
}

// parameter finds a declared parameter, in any case.
func parameter(list []Parameter, name string) (*Parameter, bool) {
	i := slices.IndexFunc(list, func(p Parameter) bool { return demarc.EqualFold(p.Name, name) })
	if i < 0 {
		return nil, false
	}
	return &list[i], true
}

func text(v armexpr.Value, name string) string {
	member, _ := v.Member(name)
	return member.Text()
}

// child finds a member in any case, and says where it stands as it is spelled.
func child(v armexpr.Value, at, name string) (inner armexpr.Value, pointer string, ok bool) {
	v.Members(func(spelled string, one armexpr.Value) {
		if !ok && demarc.EqualFold(spelled, name) {
			inner, pointer, ok = one, at+"/"+pointerName(spelled), true
		}
	})
	return inner, pointer, ok
}

// pointerName escapes a name for a JSON pointer (RFC 6901).
func pointerName(name string) string {
	if !strings.ContainsAny(name, "~/") {
		return name
	}
	return pointerEscapes.Replace(name)
}

var pointerEscapes = strings.NewReplacer("~", "~0", "/", "~1")
