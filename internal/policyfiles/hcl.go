package policyfiles

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/demarc-dev/demarc/internal/source/jsontree"
)

// block is a block of a Terraform file. Of its expressions the literal ones
// are read: a definition that depends on more is not known from the file.
type block struct {
	kind       string
	labels     []string
	line       int
	attributes map[string]expression
	blocks     []*block
}

// expression is a value, or why it is not known.
type expression struct {
	node *jsontree.Node
	why  string
	text string // of an expression that is not known
	line int

	files []string // that it reads
}

func unknown(why string) expression { return expression{why: why} }

// value is the value of an attribute, nil when it is not there or not known.
func (b *block) value(name string) *jsontree.Node { return b.attributes[name].node }

// hcl reads the native syntax of Terraform's files, see
// https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md
type hcl struct {
	text  string
	pos   int
	depth int

	counted, countedTo int // line ends, and up to which byte

	file  func(name string) (string, error) // reads what a call of file names
	files []string                          // that were read, as they are named
}

const maxHCLDepth = 200

// line is the line of the next byte, counted on from where it was asked last.
func (h *hcl) line() int {
	if h.pos >= h.countedTo {
		h.counted += strings.Count(h.text[h.countedTo:h.pos], "\n")
	} else {
		h.counted -= strings.Count(h.text[h.pos:h.countedTo], "\n")
	}
	h.countedTo = h.pos
	return h.counted + 1
}

func (h *hcl) errorf(format string, args ...any) error {
	return fmt.Errorf("line %d: %w", h.line(), fmt.Errorf(format, args...))
}

// space moves over white space and comments, over line ends only where they
// end nothing.
func (h *hcl) space(lines bool) {
	for h.pos < len(h.text) {
		rest := h.text[h.pos:]
		switch c := rest[0]; {
		case c == ' ' || c == '\t' || c == '\r' || c == '\n' && lines:
			h.pos++
		case c == '#' || strings.HasPrefix(rest, "//"):
			if end := strings.IndexByte(rest, '\n'); end >= 0 {
				h.pos += end
			} else {
				h.pos = len(h.text)
			}
		case strings.HasPrefix(rest, "/*"):
			if end := strings.Index(rest[2:], "*/"); end >= 0 {
				h.pos += end + 4
			} else {
				h.pos = len(h.text)
			}
		default:
			return
		}
	}
}

// peek is the next byte, 0 at the end.
func (h *hcl) peek() byte {
	if h.pos < len(h.text) {
		return h.text[h.pos]
	}
	return 0
}

func isIdent(c byte) bool {
	return c == '_' || c == '-' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c >= utf8.RuneSelf
}

func (h *hcl) ident() string {
	start := h.pos
	for h.pos < len(h.text) && isIdent(h.text[h.pos]) {
		h.pos++
	}
	return h.text[start:h.pos]
}

// body reads attributes and blocks up to the closing brace, or to the end of
// the file.
func (h *hcl) body(b *block) error {
	if h.depth++; h.depth > maxHCLDepth {
		return h.errorf("nests too deep")
	}
	defer func() { h.depth-- }()
	for {
		h.space(true)
		switch c := h.peek(); {
		case c == 0 && h.pos >= len(h.text):
			if b.kind != "" {
				return h.errorf("a block that does not end")
			}
			return nil
		case c == '}' && b.kind != "":
			h.pos++
			return nil
		case !isIdent(c):
			return h.errorf("%q where a name should be", c)
		}
		if err := h.item(b); err != nil {
			return err
		}
	}
}

func (h *hcl) item(b *block) error {
	line := h.line()
	name := h.ident()
	h.space(false)
	if h.peek() == '=' {
		h.pos++
		e := h.expression(false)
		e.line = line
		b.attributes[name] = e
		return nil
	}
	inner := &block{kind: name, line: line, attributes: map[string]expression{}}
	for {
		h.space(false)
		switch c := h.peek(); {
		case c == '{':
			h.pos++
			b.blocks = append(b.blocks, inner)
			return h.body(inner)
		case c == '"':
			label, err := h.quoted()
			if err != nil {
				return h.errorf("%w", err)
			}
			inner.labels = append(inner.labels, label)
		case isIdent(c):
			inner.labels = append(inner.labels, h.ident())
		default:
			return h.errorf("%q behind %s", c, short(name))
		}
	}
}

// errTemplate says that a text holds an expression.
var errTemplate = errors.New("a text that holds an expression")

// expression reads a value. What follows it up to the end of the expression
// makes it unknown. Within brackets line ends end nothing.
func (h *hcl) expression(within bool) expression {
	h.space(within)
	start, read := h.pos, len(h.files)
	e := h.term()
	for e.why == "" && e.node.Is('{') && h.peek() == '.' {
		e = h.attribute(e.node)
	}
	h.space(within)
	if e.why == "" && !h.atEnd() {
		e = unknown("an expression that is no literal")
	}
	if e.why != "" {
		h.pos = start
		h.pass(within)
		e.text = strings.TrimSpace(h.text[start:min(h.pos, len(h.text))])
	}
	e.files = h.files[read:]
	return e
}

// attribute is a member of an object, as in jsondecode(...).name.
func (h *hcl) attribute(of *jsontree.Node) expression {
	h.pos++
	name := h.ident()
	for _, m := range of.Members {
		if m.Name == name {
			return expression{node: m.Value}
		}
	}
	return unknown("an expression that is no literal")
}

// atEnd reports whether an expression ends here.
func (h *hcl) atEnd() bool {
	switch h.peek() {
	case 0, '\n', ',', ')', ']', '}':
		return true
	}
	return false
}

// pass moves to the end of an expression that is not read.
func (h *hcl) pass(within bool) {
	depth := 0
	for h.pos < len(h.text) {
		h.space(within || depth > 0)
		switch c := h.peek(); {
		case h.pos >= len(h.text), depth == 0 && h.atEnd():
			return
		case c == '(' || c == '[' || c == '{':
			depth++
			h.pos++
		case c == ')' || c == ']' || c == '}':
			depth--
			h.pos++
		case c == '"':
			if _, err := h.quoted(); err != nil && !errors.Is(err, errTemplate) {
				h.pos = len(h.text)
			}
		case strings.HasPrefix(h.text[h.pos:], "<<"):
			h.heredoc()
		default:
			h.pos++
		}
	}
}

// term reads a literal, or a call of the functions that only read or write JSON.
func (h *hcl) term() expression {
	if h.depth++; h.depth > maxHCLDepth {
		return unknown("it nests too deep")
	}
	defer func() { h.depth-- }()
	line := h.line()
	e := expression{}
	switch c := h.peek(); {
	case c == '"':
		text, err := h.quoted()
		if err != nil {
			return unknown(err.Error())
		}
		e.node = textNode(text)
	case strings.HasPrefix(h.text[h.pos:], "<<"):
		e = h.heredoc()
	case c == '{':
		e = h.object()
	case c == '[':
		e = h.tuple()
	case c == '-' || '0' <= c && c <= '9':
		e = h.number()
	case isIdent(c):
		e = h.word()
	default:
		return unknown("an expression that is no literal")
	}
	if e.node != nil && e.node.Line == 0 {
		e.node.Line = line
	}
	return e
}

func (h *hcl) number() expression {
	start := h.pos
	for h.pos < len(h.text) && strings.IndexByte("0123456789+-.eE", h.text[h.pos]) >= 0 {
		h.pos++
	}
	n, err := jsontree.Parse(h.text[start:h.pos])
	if err != nil || !n.Is('0') {
		return unknown("a number that is none")
	}
	return expression{node: &jsontree.Node{Kind: '0', Text: n.Text}}
}

// word reads the words of literals and the calls that can be answered.
func (h *hcl) word() expression {
	name := h.ident()
	switch name {
	case "true", "false":
		return expression{node: boolNode(name == "true")}
	case "null":
		return expression{node: &jsontree.Node{Kind: 'n'}}
	}
	if h.peek() != '(' {
		return unknown("an expression that is no literal")
	}
	h.pos++
	switch name {
	case "file":
		return h.fileCall()
	case "jsonencode", "jsondecode":
	default:
		return unknown("a call of " + name)
	}
	e := h.expression(true)
	h.space(true)
	if h.peek() != ')' || e.why != "" {
		if e.why == "" {
			e.why = "a call of " + name
		}
		return expression{why: e.why}
	}
	h.pos++
	if name == "jsonencode" {
		return expression{node: textNode(string(e.node.AppendJSON(nil)))}
	}
	n, err := jsontree.Parse(e.node.String())
	if err != nil {
		return unknown(err.Error())
	}
	return expression{node: n}
}

// modulePath is how a file of the module itself is named.
var modulePath = strings.NewReplacer("${path.module}", ".", "${ path.module }", ".", "${path.root}", ".", "${path.cwd}", ".")

func (h *hcl) fileCall() expression {
	h.space(true)
	start := h.pos
	if h.peek() != '"' {
		return unknown("a call of file with an expression")
	}
	_, err := h.quoted()
	if err != nil && !errors.Is(err, errTemplate) {
		return unknown(err.Error())
	}
	name := modulePath.Replace(h.text[start+1 : h.pos-1])
	h.space(true)
	if h.peek() != ')' || strings.Contains(name, "${") {
		return unknown("a call of file with an expression")
	}
	h.pos++
	text, err := h.file(name)
	if err != nil {
		return unknown(err.Error())
	}
	h.files = append(h.files, name)
	return expression{node: textNode(text)}
}
