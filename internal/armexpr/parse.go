package armexpr

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/demarc-dev/demarc"
)

// Bounds of the text of one expression. Azure allows 24,576 characters.
const (
	maxExpression = 1 << 17
	maxNesting    = 200
)

// Expr is a parsed text of a template: an expression in brackets, or a text
// that stands for itself. It is read-only and safe for concurrent use.
type Expr struct{ root node }

// IsExpression reports whether a text is an expression: it stands in brackets,
// of which the first is not doubled.
func IsExpression(text string) bool {
	return len(text) >= 2 && text[0] == '[' && text[1] != '[' && text[len(text)-1] == ']'
}

// Literal is the text that a text which is no expression stands for.
func Literal(text string) string {
	if strings.HasPrefix(text, "[[") {
		return text[1:]
	}
	return text
}

// Parse parses a text of a template.
func Parse(text string) (*Expr, error) {
	if !IsExpression(text) {
		return &Expr{literal{Text(Literal(text))}}, nil
	}
	return ParseInner(text[1 : len(text)-1])
}

// ParseInner parses an expression that stands without its brackets.
func ParseInner(text string) (*Expr, error) {
	if len(text) > maxExpression {
		return nil, fmt.Errorf("an expression of %d characters", len(text))
	}
	p := parser{text: text}
	root, err := p.expression()
	if err != nil {
		return nil, err
	}
	if p.space(); p.pos < len(p.text) {
		return nil, p.unexpected("the end")
	}
	return &Expr{root}, nil
}

// Arguments are the first arguments of all calls of a function in the
// expression, by its folded name, in order. A call without any gives nil.
func (e *Expr) Arguments(function string) []*Expr {
	var found []*Expr
	var visit func(node)
	visit = func(n node) {
		switch n := n.(type) {
		case *access:
			visit(n.of)
			visit(n.at)
		case *callNode:
			if n.folded == function {
				if len(n.args) == 0 {
					found = append(found, nil)
				} else {
					found = append(found, &Expr{n.args[0]})
				}
			}
			for _, a := range n.args {
				visit(a)
			}
		}
	}
	visit(e.root)
	return found
}

// node is a piece of a parsed expression.
type node interface{ eval(*env) Value }

// literal is a text or a number.
type literal struct{ value Value }

// call is a function with its arguments; fn is nil for one that only a host
// may know.
type callNode struct {
	name   string // as spelled, with its namespace
	folded string
	fn     *function
	args   []node
}

// access reads a member or an element. A safe one gives null where there is none.
type access struct {
	of, at node
	safe   bool
}

type parser struct {
	text  string
	pos   int
	depth int
}

func (p *parser) space() {
	for p.pos < len(p.text) {
		switch p.text[p.pos] {
		case ' ', '\t', '\r', '\n':
			p.pos++
		default:
			return
		}
	}
}

// peek is the next byte that is no white space, 0 at the end.
func (p *parser) peek() byte {
	if p.space(); p.pos < len(p.text) {
		return p.text[p.pos]
	}
	return 0
}

func (p *parser) unexpected(want string) error {
	if p.pos >= len(p.text) {
		return fmt.Errorf("the expression ends where %s should be", want)
	}
	return fmt.Errorf("%q at character %d where %s should be", p.text[p.pos], p.pos+1, want)
}

func (p *parser) expression() (node, error) {
	if p.depth++; p.depth > maxNesting {
		return nil, fmt.Errorf("an expression that nests more than %d levels deep", maxNesting)
	}
	defer func() { p.depth-- }()
	n, err := p.primary()
	for err == nil {
		var more bool
		if n, more, err = p.postfix(n); !more {
			break
		}
	}
	return n, err
}

func (p *parser) primary() (node, error) {
	switch c := p.peek(); {
	case c == '\'':
		s, err := p.quoted()
		return literal{Text(s)}, err
	case c == '-' || c == '+' || '0' <= c && c <= '9':
		return p.number()
	case isLetter(c):
		return p.function()
	}
	return nil, p.unexpected("a function, a text or a number")
}

// quoted reads a text; a doubled quote stands for one.
func (p *parser) quoted() (string, error) {
	p.pos++
	var b strings.Builder
	for {
		end := strings.IndexByte(p.text[p.pos:], '\'')
		if end < 0 {
			return "", fmt.Errorf("a text without its closing quote")
		}
		b.WriteString(p.text[p.pos : p.pos+end])
		p.pos += end + 1
		if p.pos >= len(p.text) || p.text[p.pos] != '\'' {
			return b.String(), nil
		}
		b.WriteByte('\'')
		p.pos++
	}
}

func (p *parser) number() (node, error) {
	start := p.pos
	p.pos++
	for p.pos < len(p.text) && (p.text[p.pos] == '.' || '0' <= p.text[p.pos] && p.text[p.pos] <= '9') {
		p.pos++
	}
	text := strings.TrimPrefix(p.text[start:p.pos], "+")
	if i, err := strconv.ParseInt(text, 10, 64); err == nil {
		return literal{Int(i)}, nil
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return nil, fmt.Errorf("%q is no number", text)
	}
	return literal{Float(f)}, nil
}

// function reads a call. The three constants may stand without parentheses.
func (p *parser) function() (node, error) {
	name := p.word()
	for p.peek() == '.' {
		p.pos++
		part := p.word()
		if part == "" {
			return nil, p.unexpected("the name of a function")
		}
		name += "." + part
	}
	fn := byName[demarc.Fold(name)]
	if p.peek() != '(' {
		if fn != nil && fn.constant {
			return &callNode{name: name, folded: demarc.Fold(name), fn: fn}, nil
		}
		return nil, p.unexpected("( behind " + name)
	}
	args, err := p.arguments()
	if err != nil {
		return nil, err
	}
	if fn != nil {
		if err := fn.checkCount(len(args)); err != nil {
			return nil, err
		}
	}
	return &callNode{name: name, folded: demarc.Fold(name), fn: fn, args: args}, nil
}

func (p *parser) arguments() ([]node, error) {
	p.pos++
	var args []node
	if p.peek() == ')' {
		p.pos++
		return nil, nil
	}
	for {
		arg, err := p.expression()
		if err != nil {
			return nil, err
		}
		args = append(args, arg)
		switch p.peek() {
		case ',':
			p.pos++
		case ')':
			p.pos++
			return args, nil
		default:
			return nil, p.unexpected("a comma or )")
		}
	}
}

// postfix reads what stands behind a value: .name, [index], .?name, [?index].
func (p *parser) postfix(of node) (node, bool, error) {
	opening := p.peek()
	if opening != '.' && opening != '[' {
		return of, false, nil
	}
	p.pos++
	safe := p.peek() == '?'
	if safe {
		p.pos++
	}
	if opening == '.' {
		p.space()
		name := p.word()
		if name == "" {
			return nil, false, p.unexpected("a name")
		}
		return &access{of: of, at: literal{Text(name)}, safe: safe}, true, nil
	}
	at, err := p.expression()
	if err != nil {
		return nil, false, err
	}
	if p.peek() != ']' {
		return nil, false, p.unexpected("]")
	}
	p.pos++
	return &access{of: of, at: at, safe: safe}, true, nil
}

// word reads a name: letters, digits, _ and, for names of properties, $.
func (p *parser) word() string {
	start := p.pos
	for p.pos < len(p.text) && (isLetter(p.text[p.pos]) || '0' <= p.text[p.pos] && p.text[p.pos] <= '9') {
		p.pos++
	}
	return p.text[start:p.pos]
}

func isLetter(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_' || c == '$' || c >= 0x80
}
