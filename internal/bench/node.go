package bench

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/demarc-dev/demarc/internal/json"
)

// node is a place in a resource that rules look at, with what they compare it
// with.
type node struct {
	name     string
	kids     []*node // of an object
	elements *node   // of an array
	literals []any
	options  []template // what may stand there, in JSON; some twice, as they come twice as often
}

// kid is the member with a name, in any case.
func (n *node) kid(name string) *node {
	if k := n.find(name); k != nil {
		return k
	}
	k := &node{name: name}
	n.kids = append(n.kids, k)
	return k
}

func (n *node) find(name string) *node {
	for _, k := range n.kids {
		if strings.EqualFold(k.name, name) {
			return k
		}
	}
	return nil
}

func (n *node) element() *node {
	if n.elements == nil {
		n.elements = &node{name: n.name}
	}
	return n.elements
}

// finish finds what may stand at the ends of the paths.
func (n *node) finish() {
	for _, k := range n.kids {
		k.finish()
	}
	if n.elements != nil {
		n.elements.finish()
	}
	if len(n.kids) > 0 || n.elements != nil {
		return
	}
	n.options = boundaries(n.literals)
	if len(n.options) == 0 {
		n.options = guesses(n.name)
	}
	n.literals = nil
}

// boundaries are values at and beside the literals of rules.
func boundaries(literals []any) []template {
	var options []template
	var seen []any
	text := false
	for _, v := range literals {
		if slices.Contains(seen, v) {
			continue
		}
		seen = append(seen, v)
		switch v := v.(type) {
		case bool:
			options = append(options, template{"true"}, template{"false"})
		case float64:
			options = append(options, aroundNumber(v)...)
		case string:
			more := aroundText(v)
			text = text || more[0][0][0] == '"'
			options = append(options, more...)
		}
	}
	if text {
		options = append(options, template{`"Another"`})
	}
	return options
}

func aroundNumber(v float64) []template {
	number := func(v float64) template { return template{strconv.FormatFloat(v, 'f', -1, 64)} }
	return []template{number(v), number(v), number(v - 1), number(v + 1)}
}

// aroundText is a text, the same in other case, or the number or bool that it
// spells: definitions write these as texts, and resources as what they are.
func aroundText(v string) []template {
	quoted := func(s string) template { return template{string(json.AppendQuote(nil, s))} }
	if strings.EqualFold(v, "true") || strings.EqualFold(v, "false") {
		return []template{{"true"}, {"false"}, {"true"}, {"false"}, quoted(v)}
	}
	if number, err := strconv.ParseFloat(v, 64); err == nil && number < 1e9 && number > -1e9 {
		return append(aroundNumber(number), quoted(v), quoted(v), quoted(v))
	}
	list := []template{quoted(v), quoted(v)}
	if other := otherCase(v); other != v {
		list = append(list, quoted(other))
	}
	return list
}

func otherCase(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsUpper(r) {
			return unicode.ToLower(r)
		}
		return unicode.ToUpper(r)
	}, s)
}

// guesses are values for a path that rules look at without comparing it with a
// literal.
func guesses(name string) []template {
	name = strings.ToLower(name)
	switch {
	case strings.HasSuffix(name, "id"):
		return []template{cut(`"/subscriptions/$sub/resourceGroups/$rg/providers/Microsoft.Network/virtualNetworks/vnet-$app-$n/subnets/default"`)}
	case strings.HasPrefix(name, "enable"), strings.HasSuffix(name, "enabled"), strings.HasPrefix(name, "is"), strings.HasPrefix(name, "allow"):
		return []template{{"true"}, {"false"}}
	case strings.Contains(name, "address"), strings.HasPrefix(name, "ip"):
		return []template{{`"0.0.0.0/0"`}, cut(`"10.$num.0.0/16"`), cut(`"10.$num.$num.$num"`)}
	}
	return []template{cut(`"$app-$n"`), {`""`}, cut("$num")}
}

// How often something asked for is not there: one of so many.
const (
	absent = 7
	null   = 60
)

// append appends a value that may stand there.
func (n *node) append(dst []byte, s set, r *rand.Rand) []byte {
	switch {
	case n.elements != nil:
		dst = append(dst, '[')
		for i := range r.IntN(4) {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = n.elements.append(dst, s, r)
		}
		return append(dst, ']')
	case len(n.kids) > 0:
		return append(n.appendKids(append(dst, '{'), s, r), '}')
	case r.IntN(null) == 0:
		return append(dst, "null"...)
	}
	return s.fill(dst, n.options[r.IntN(len(n.options))], r)
}

// appendKids appends the members of an object, most of them.
func (n *node) appendKids(dst []byte, s set, r *rand.Rand) []byte {
	first := true
	for _, k := range n.kids {
		if r.IntN(absent) == 0 {
			continue
		}
		if !first {
			dst = append(dst, ',')
		}
		first = false
		dst = append(json.AppendQuote(dst, k.name), ':')
		dst = k.append(dst, s, r)
	}
	return dst
}
