package policyfiles

import (
	"errors"
	"strconv"
	"strings"

	"github.com/demarc-dev/demarc/internal/source/jsontree"
)

// object reads {name = value, ...}: commas and line ends part its members.
func (h *hcl) object() expression {
	h.pos++
	n, why := objectNode(h.line()), ""
	for {
		h.space(true)
		switch c := h.peek(); {
		case c == '}':
			h.pos++
			return expression{node: n, why: why}
		case c == ',':
			h.pos++
			continue
		case c == 0:
			return unknown("an object that does not end")
		}
		name, err := h.key()
		if err != nil {
			return unknown(err.Error())
		}
		e := h.expression(false)
		if e.why != "" && why == "" {
			why = e.why
		}
		if h.pos < len(h.text) && !strings.ContainsRune(",\n}", rune(h.peek())) {
			return unknown("an object that is broken")
		}
		add(n, name, e.node)
	}
}

// key reads the name of a member and what parts it from its value.
func (h *hcl) key() (string, error) {
	name := ""
	switch c := h.peek(); {
	case c == '"':
		text, err := h.quoted()
		if err != nil {
			return "", err
		}
		name = text
	case isIdent(c):
		name = h.ident()
	default:
		return "", errors.New("an object whose names are expressions")
	}
	h.space(true)
	if c := h.peek(); c != '=' && c != ':' {
		return "", errors.New("an object whose names are expressions")
	}
	h.pos++
	return name, nil
}

func (h *hcl) tuple() expression {
	h.pos++
	n, why := &jsontree.Node{Kind: '[', Line: h.line()}, ""
	for {
		h.space(true)
		switch h.peek() {
		case ']':
			h.pos++
			return expression{node: n, why: why}
		case 0:
			return unknown("a list that does not end")
		}
		e := h.expression(true)
		if e.why != "" && why == "" {
			why = e.why
		}
		if e.node != nil {
			n.Elements = append(n.Elements, e.node)
		}
		h.space(true)
		switch h.peek() {
		case ',':
			h.pos++
		case ']':
		default:
			return unknown("a list that is broken")
		}
	}
}

// quoted reads a text. One that holds an expression is read to its end and
// refused with errTemplate.
func (h *hcl) quoted() (string, error) {
	var b strings.Builder
	var broken error
	h.pos++
	for h.pos < len(h.text) {
		rest := h.text[h.pos:]
		switch c := rest[0]; {
		case c == '"':
			h.pos++
			return b.String(), broken
		case c == '\n':
			return "", errors.New("a text that does not end")
		case c == '\\':
			h.escape(&b)
		case strings.HasPrefix(rest, "$${"), strings.HasPrefix(rest, "%%{"):
			b.WriteString(rest[1:3])
			h.pos += 3
		case strings.HasPrefix(rest, "${"), strings.HasPrefix(rest, "%{"):
			broken = errTemplate
			h.interpolation()
		default:
			b.WriteByte(c)
			h.pos++
		}
	}
	return "", errors.New("a text that does not end")
}

// interpolation moves over an expression in a text, which may hold texts.
func (h *hcl) interpolation() {
	h.depth++
	defer func() { h.depth-- }()
	if h.pos += 2; h.depth > maxHCLDepth {
		h.pos = len(h.text)
	}
	for depth := 1; h.pos < len(h.text); {
		switch h.text[h.pos] {
		case '{':
			depth++
		case '}':
			depth--
		case '"':
			if _, err := h.quoted(); err != nil && !errors.Is(err, errTemplate) {
				h.pos = len(h.text)
			}
			continue
		}
		h.pos++
		if depth == 0 {
			return
		}
	}
}

func (h *hcl) escape(b *strings.Builder) {
	rest := h.text[h.pos+1:]
	if rest == "" {
		h.pos++
		return
	}
	length := map[byte]int{'u': 4, 'U': 8}[rest[0]]
	if length > 0 && len(rest) > length {
		if code, err := strconv.ParseUint(rest[1:1+length], 16, 32); err == nil {
			b.WriteRune(rune(code))
			h.pos += 2 + length
			return
		}
	}
	switch rest[0] {
	case 'n':
		b.WriteByte('\n')
	case 'r':
		b.WriteByte('\r')
	case 't':
		b.WriteByte('\t')
	default:
		b.WriteByte(rest[0])
	}
	h.pos += 2
}

// heredoc reads <<NAME up to the line that holds NAME alone.
func (h *hcl) heredoc() expression {
	line := h.line()
	h.pos += 2
	if h.peek() == '-' {
		h.pos++
	}
	name := h.ident()
	end := strings.IndexByte(h.text[h.pos:], '\n')
	if name == "" || end < 0 {
		h.pos = len(h.text)
		return unknown("a text that does not end")
	}
	h.pos += end + 1
	start := h.pos
	for l := range strings.Lines(h.text[start:]) {
		if strings.TrimSpace(l) == name {
			body := h.text[start:h.pos]
			h.pos += len(strings.TrimRight(l, "\r\n"))
			return heredocText(body, line)
		}
		h.pos += len(l)
	}
	return unknown("a text that does not end")
}

func heredocText(body string, line int) expression {
	const dollar, percent = "\x00$", "\x00%"
	marked := strings.NewReplacer("$${", dollar+"{", "%%{", percent+"{").Replace(strings.ReplaceAll(body, "\x00", ""))
	for _, mark := range [...]string{"${", "%{"} {
		for rest := marked; ; {
			i := strings.Index(rest, mark)
			if i < 0 {
				break
			}
			if i == 0 || rest[i-1] != 0 {
				return unknown(errTemplate.Error())
			}
			rest = rest[i+1:]
		}
	}
	n := textNode(strings.ReplaceAll(marked, "\x00", ""))
	n.Line = line
	return expression{node: n}
}
