// Package jsontree reads a JSON document as a whole, for the formats that
// refer to their own parts and so cannot be read while they stream by. It
// forgives what tools forgive: comments, trailing commas, repeated names, and
// the line breaks in texts that Azure Resource Manager allows.
package jsontree

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/json"
)

// MaxSize and MaxDepth bound a document.
const (
	MaxSize  = 64 << 20
	MaxDepth = 500
)

// Node is a value of a document.
type Node struct {
	// Kind is the first byte of the value as JSON writes it: {, [, ", t, f, n,
	// and 0 for every number.
	Kind     byte
	Line     int
	Text     string // of a text; of a number as it is written
	Members  []Member
	Elements []*Node
}

// Member is a member of an object.
type Member struct {
	Name  string
	Value *Node
}

// Read reads a document to its end.
func Read(r io.Reader) (*Node, error) {
	text, err := io.ReadAll(io.LimitReader(r, MaxSize+1))
	if err != nil {
		return nil, err
	}
	if len(text) > MaxSize {
		return nil, fmt.Errorf("larger than %d MB", MaxSize>>20)
	}
	return Parse(string(text))
}

// Parse reads a document. Its texts share the memory of the whole.
func Parse(text string) (*Node, error) {
	p := &parser{text: text, line: 1}
	n, err := p.value()
	if err == nil {
		if err = p.space(); err == nil && p.pos < len(p.text) {
			err = errors.New("more behind the end")
		}
	}
	if err != nil {
		return nil, fmt.Errorf("broken JSON in line %d: %w", p.line, err)
	}
	return n, nil
}

// Get finds a member by its name, in any case: nil when there is none. Of
// several the last one counts. A nil node has no members.
func (n *Node) Get(name string) *Node {
	if n == nil {
		return nil
	}
	for i := len(n.Members) - 1; i >= 0; i-- {
		if demarc.EqualFold(n.Members[i].Name, name) {
			return n.Members[i].Value
		}
	}
	return nil
}

// Is reports whether the node is of a kind; a nil node is of none.
func (n *Node) Is(kind byte) bool { return n != nil && n.Kind == kind }

// String is the text of a text, "" of everything else.
func (n *Node) String() string {
	if n.Is('"') {
		return n.Text
	}
	return ""
}

type parser struct {
	text  string
	pos   int
	line  int
	depth int
}

var errEnd = errors.New("the document ends before it should")

// space moves over white space and comments.
func (p *parser) space() error {
	for p.pos < len(p.text) {
		switch c := p.text[p.pos]; {
		case c == '\n':
			p.line++
			p.pos++
		case c == ' ' || c == '\t' || c == '\r':
			p.pos++
		case c == '/':
			if err := p.comment(); err != nil {
				return err
			}
		default:
			return nil
		}
	}
	return nil
}

func (p *parser) comment() error {
	rest := p.text[p.pos:]
	end := -1
	switch {
	case strings.HasPrefix(rest, "//"):
		if end = strings.IndexByte(rest, '\n'); end < 0 {
			end = len(rest)
		}
	case strings.HasPrefix(rest, "/*"):
		if end = strings.Index(rest[2:], "*/"); end < 0 {
			return errEnd
		}
		end += 4
	default:
		return errors.New("a slash")
	}
	p.line += strings.Count(rest[:end], "\n")
	p.pos += end
	return nil
}

// next is the next byte that matters.
func (p *parser) next() (byte, error) {
	if err := p.space(); err != nil {
		return 0, err
	}
	if p.pos >= len(p.text) {
		return 0, errEnd
	}
	return p.text[p.pos], nil
}

func (p *parser) value() (*Node, error) {
	c, err := p.next()
	if err != nil {
		return nil, err
	}
	n := &Node{Kind: c, Line: p.line}
	switch c {
	case '{', '[':
		if p.depth++; p.depth > MaxDepth {
			return nil, fmt.Errorf("nests more than %d levels deep", MaxDepth)
		}
		p.pos++
		err = p.items(n)
		p.depth--
	case '"':
		n.Text, err = p.quoted()
	default:
		err = p.scalar(n)
	}
	return n, err
}

// items reads the members of an object or the elements of a list.
func (p *parser) items(n *Node) error {
	closing := n.Kind + 2 // of { and [ alike
	for {
		c, err := p.next()
		if err != nil {
			return err
		}
		if c == closing {
			p.pos++
			return nil
		}
		if err := p.item(n); err != nil {
			return err
		}
		if c, err = p.next(); err != nil {
			return err
		}
		if c == ',' {
			p.pos++
		} else if c != closing {
			return fmt.Errorf("%q where a comma should be", c)
		}
	}
}

func (p *parser) item(n *Node) error {
	if n.Kind == '[' {
		e, err := p.value()
		n.Elements = append(n.Elements, e)
		return err
	}
	if c, err := p.next(); err != nil || c != '"' {
		return fmt.Errorf("%q where a name should be", c)
	}
	name, err := p.quoted()
	if err != nil {
		return err
	}
	if c, err := p.next(); err != nil || c != ':' {
		return errors.New("a name without a colon")
	}
	p.pos++
	v, err := p.value()
	n.Members = append(n.Members, Member{name, v})
	return err
}

// quoted reads a text. Line breaks in it stand for themselves.
func (p *parser) quoted() (string, error) {
	start := p.pos + 1
	for i := start; i < len(p.text); i++ {
		switch p.text[i] {
		case '"':
			p.pos = i + 1
			return unquote(p.text[start:i]), nil
		case '\\':
			i++
		case '\n':
			p.line++
		}
	}
	return "", errEnd
}

// unquote resolves escapes. An escape that JSON does not have stands for
// itself.
func unquote(s string) string {
	if strings.IndexByte(s, '\\') < 0 {
		if utf8.ValidString(s) {
			return s
		}
		return string([]rune(s))
	}
	escaped := strings.NewReplacer("\n", `\n`, "\r", `\r`, "\t", `\t`).Replace(s)
	return string(json.AppendUnquote(nil, []byte(`"`+escaped+`"`)))
}

// scalar reads a number or a word.
func (p *parser) scalar(n *Node) error {
	end := p.pos
	for end < len(p.text) && !strings.ContainsRune(" \t\r\n,]}:/\"{[", rune(p.text[end])) {
		end++
	}
	word := p.text[p.pos:end]
	p.pos = end
	switch word {
	case "true", "false", "null":
		return nil
	}
	if _, err := strconv.ParseFloat(word, 64); err != nil && !errors.Is(err, strconv.ErrRange) || !strings.ContainsAny(word, "0123456789") {
		return fmt.Errorf("%.20q, which is no value", word)
	}
	n.Kind, n.Text = '0', word
	return nil
}
