package jsontree

import (
	"strconv"

	"github.com/demarc-dev/demarc/internal/json"
)

// AppendJSON writes a value as JSON without white space.
func (n *Node) AppendJSON(b []byte) []byte {
	switch n.Kind {
	case '{':
		b = append(b, '{')
		for i := range n.Members {
			if i > 0 {
				b = append(b, ',')
			}
			b = append(json.AppendQuote(b, n.Members[i].Name), ':')
			b = n.Members[i].Value.AppendJSON(b)
		}
		return append(b, '}')
	case '[':
		b = append(b, '[')
		for i, e := range n.Elements {
			if i > 0 {
				b = append(b, ',')
			}
			b = e.AppendJSON(b)
		}
		return append(b, ']')
	case '"':
		return json.AppendQuote(b, n.Text)
	case 't':
		return append(b, "true"...)
	case 'f':
		return append(b, "false"...)
	case '0':
		return appendNumber(b, n.Text)
	}
	return append(b, "null"...)
}

// appendNumber writes a number as JSON has it, whose spelling may be another.
func appendNumber(b []byte, text string) []byte {
	if json.Value(text).IsValid() {
		return append(b, text...)
	}
	number, err := strconv.ParseFloat(text, 64)
	if shown := strconv.FormatFloat(number, 'g', -1, 64); err == nil && json.Value(shown).IsValid() {
		return append(b, shown...)
	}
	return json.AppendQuote(b, text)
}
