package bench

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/demarc-dev/demarc"
)

// reader reads one definition into the rules.
type reader struct {
	rules      *Rules
	definition *definition
}

// details is the object that describes a related resource, with its type; nil
// where the definition has none.
func (r reader) details() (details map[string]any, typ string) {
	then, _ := member(r.definition.rule, "then").(map[string]any)
	details, _ = member(then, "details").(map[string]any)
	typ, _ = member(details, "type").(string)
	return details, typ
}

// types makes a shape of every type that the definition names, and says which
// types are related.
func (r reader) types() {
	_, related := r.details()
	r.rules.shape(related)
	for _, typ := range r.own() {
		r.rules.shape(typ)
	}
}

// own lists the types that the condition names.
func (r reader) own() []string {
	var list []string
	leaves(member(r.definition.rule, "if"), func(leaf map[string]any) {
		field, _ := member(leaf, "field").(string)
		if !strings.EqualFold(field, "type") {
			return
		}
		for _, operator := range [...]string{"equals", "in", "notEquals", "notIn"} {
			for _, v := range r.literals(member(leaf, operator)) {
				if typ, ok := v.(string); ok && isType(typ) {
					list = append(list, typ)
				}
			}
		}
	})
	return list
}

// conditions reads every path and value that the definition compares.
func (r reader) conditions() {
	own := r.own()
	read := func(leaf map[string]any) { r.leaf(leaf, own) }
	leaves(member(r.definition.rule, "if"), read)
	details, typ := r.details()
	leaves(member(details, "existenceCondition"), read)
	related := r.rules.shape(typ)
	if related == nil {
		return
	}
	name, _ := member(details, "name").(string)
	name = name[strings.LastIndexByte(name, '/')+1:]
	if strings.ContainsAny(name, "[]?()'") {
		name = ""
	}
	for _, t := range own {
		if s := r.rules.shape(t); s != nil && s != related {
			s.relate(relation{related, name, r.rules.hanging(t, typ)})
		}
	}
}

func (s *shape) relate(x relation) {
	if !slices.Contains(s.related, x) {
		s.related = append(s.related, x)
	}
}

func (r *Rules) hanging(typ, related string) hanging {
	switch {
	case strings.HasPrefix(demarc.Fold(related), demarc.Fold(typ)+"/"):
		return belowIt
	case slices.ContainsFunc(r.habits.Extensions, func(x string) bool { return strings.EqualFold(x, related) }):
		return onIt
	}
	return besideIt
}

// leaves calls visit for every condition that is not a logical one, also for
// those that a count makes of elements.
func leaves(condition any, visit func(leaf map[string]any)) {
	switch c := condition.(type) {
	case []any:
		for _, x := range c {
			leaves(x, visit)
		}
	case map[string]any:
		logical := false
		for _, name := range [...]string{"allOf", "anyOf", "not"} {
			if x := member(c, name); x != nil {
				logical = true
				leaves(x, visit)
			}
		}
		if logical {
			return
		}
		visit(c)
		if count, ok := member(c, "count").(map[string]any); ok {
			visit(map[string]any{"field": member(count, "field")})
			leaves(member(count, "where"), visit)
		}
	}
}

// asked finds the fields that an expression asks for.
var asked = regexp.MustCompile(`(?i)(?:field|current)\('([^']+)'\)`)

// leaf notes what one condition compares with what.
func (r reader) leaf(leaf map[string]any, own []string) {
	var fields []string
	if field, ok := member(leaf, "field").(string); ok {
		fields = append(fields, field)
	}
	if value, ok := member(leaf, "value").(string); ok {
		for _, m := range asked.FindAllStringSubmatch(value, -1) {
			fields = append(fields, m[1])
		}
	}
	var values []any
	for _, operator := range slices.Sorted(maps.Keys(leaf)) {
		switch strings.ToLower(operator) {
		case "field", "value", "count", "exists":
		case "like", "notlike", "match", "notmatch", "matchinsensitively", "notmatchinsensitively":
			for _, v := range r.literals(leaf[operator]) {
				values = append(values, example(v, strings.HasSuffix(strings.ToLower(operator), "like")))
			}
		default:
			values = append(values, r.literals(leaf[operator])...)
		}
	}
	for _, field := range fields {
		r.field(field, values, own)
	}
}

// example is a value that a pattern fits.
func example(pattern any, like bool) any {
	text, ok := pattern.(string)
	if !ok {
		return pattern
	}
	if like {
		return strings.Replace(text, "*", "x1", 1)
	}
	return strings.NewReplacer("#", "7", "?", "q", ".", "z").Replace(text)
}

var isParameter = regexp.MustCompile(`(?i)^\[parameters\('([^']+)'\)\]$`)

// literals lists the values that a condition compares with: written there, or
// the defaults and what is allowed of a parameter. Other expressions give none.
func (r reader) literals(v any) []any {
	switch v := v.(type) {
	case []any:
		var list []any
		for _, x := range v {
			list = append(list, r.literals(x)...)
		}
		return list
	case string:
		if m := isParameter.FindStringSubmatch(v); m != nil {
			return r.parameter(m[1])
		}
		if text, found := strings.CutPrefix(v, "[["); found {
			return []any{"[" + text}
		}
		if strings.HasPrefix(v, "[") {
			return nil
		}
		return []any{v}
	case bool, float64:
		return []any{v}
	}
	return nil
}

// parameter lists the defaults and what else is allowed of a parameter.
func (r reader) parameter(name string) []any {
	p, _ := member(r.definition.parameters, name).(map[string]any)
	var list []any
	for _, part := range [...]string{"defaultValue", "allowedValues"} {
		values, several := member(p, part).([]any)
		if !several {
			values = []any{member(p, part)}
		}
		list = append(list, values...)
	}
	return slices.DeleteFunc(list, func(v any) bool { return !isScalar(v) })
}

func isScalar(v any) bool {
	switch v.(type) {
	case string, bool, float64:
		return true
	}
	return false
}

// tagField is a field of one tag.
var tagField = regexp.MustCompile(`(?i)^tags(?:\.|\[)'?([^'\]]+)'?\]?$`)

// field notes that a field is compared with values.
func (r reader) field(field string, values []any, own []string) {
	if m := tagField.FindStringSubmatch(field); m != nil && !strings.ContainsAny(m[1], `(["\`) {
		r.rules.tags = append(r.rules.tags, m[1])
		return
	}
	if strings.EqualFold(field, "kind") || strings.EqualFold(field, "identity.type") {
		for _, typ := range own {
			if s := r.rules.shape(typ); s != nil {
				s.add(strings.ToLower(field), values)
			}
		}
		return
	}
	if !strings.Contains(field, "/") || strings.HasPrefix(field, "[") {
		return // the columns that every row has
	}
	path := r.rules.paths[demarc.Fold(field)]
	s, rest := r.rules.owner(field)
	if s != nil {
		if path == "" {
			path = "properties." + rest
		}
		s.add(path, values)
		return
	}
	// A name without a type belongs to the types of the definition.
	for _, typ := range own {
		if s := r.rules.shape(typ); s != nil && path != "" {
			s.add(path, values)
		}
	}
}

// owner finds the type that an alias begins with, and what stands behind it.
func (r *Rules) owner(alias string) (s *shape, rest string) {
	for end := strings.LastIndexByte(alias, '/'); end > 0; end = strings.LastIndexByte(alias[:end], '/') {
		if s := r.byType[demarc.Fold(alias[:end])]; s != nil {
			return s, strings.ReplaceAll(alias[end+1:], "/", ".")
		}
	}
	return nil, ""
}

// add notes that a path is compared with values.
func (s *shape) add(path string, values []any) {
	n := &s.root
	for name := range strings.SplitSeq(path, ".") {
		name, arrays := strings.TrimRight(name, "[*]"), strings.Count(name, "[*]")
		n = n.kid(name)
		for range arrays {
			n = n.element()
		}
	}
	n.literals = append(n.literals, values...)
}
