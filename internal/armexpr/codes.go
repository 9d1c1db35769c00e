package armexpr

import (
	"encoding/base64"
	"net/url"
	"strings"
	"unicode/utf8"
)

func toBase64(c *call) Value {
	return Text(base64.StdEncoding.EncodeToString([]byte(c.args[0].text)))
}

func (c *call) decoded(s string) (string, bool) {
	b, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(s), ""))
	return string(b), err == nil && utf8.Valid(b)
}

func fromBase64(c *call) Value {
	if s, ok := c.decoded(c.args[0].text); ok {
		return Text(s)
	}
	return c.fail("no base64 of a text")
}

func base64ToJSON(c *call) Value {
	s, ok := c.decoded(c.args[0].text)
	if !ok {
		return c.fail("no base64 of a text")
	}
	return c.parsed(s)
}

// fromJSON gives null for null, as documented.
func fromJSON(c *call) Value {
	switch v := c.args[0]; v.kind {
	case KindNull:
		return v
	case KindText:
		return c.parsed(v.text)
	case KindUnknown, KindBool, KindInt, KindFloat, KindArray, KindObject:
	}
	return c.fail("argument 1 is " + c.args[0].kind.String() + ", not a text")
}

func (c *call) parsed(s string) Value {
	if !c.env.budget.Take(len(s) / 8) {
		return Failed("the expressions take too many steps")
	}
	v, err := ParseJSON([]byte(s))
	if err == nil {
		return v
	}
	if v, err = ParseJSON([]byte(doubleQuoted(s))); err != nil {
		return c.fail("broken JSON")
	}
	return v
}

// doubleQuoted writes texts in single quotes, which Azure's documentation of
// base64ToJson uses, as JSON has them.
func doubleQuoted(s string) string {
	var b strings.Builder
	var quote byte // the one that ends the text, 0 outside of texts
	for i := 0; i < len(s); i++ {
		switch ch := s[i]; {
		case quote != 0 && ch == '\\' && i+1 < len(s):
			if i++; s[i] != '\'' {
				b.WriteByte('\\')
			}
			b.WriteByte(s[i])
		case quote == 0 && (ch == '\'' || ch == '"'):
			quote = ch
			b.WriteByte('"')
		case quote != 0 && ch == quote:
			quote = 0
			b.WriteByte('"')
		case quote == '\'' && ch == '"':
			b.WriteString(`\"`)
		default:
			b.WriteByte(ch)
		}
	}
	return b.String()
}

func toDataURI(c *call) Value {
	return Text("data:text/plain;charset=utf8;base64," + base64.StdEncoding.EncodeToString([]byte(written(c.args[0]))))
}

func fromDataURI(c *call) Value {
	head, data, ok := strings.Cut(c.args[0].text, ",")
	head = strings.ToLower(head)
	if !ok || !strings.HasPrefix(head, "data:") {
		return c.fail("no data URI")
	}
	if !strings.HasSuffix(head, ";base64") {
		if s, err := url.PathUnescape(data); err == nil {
			return Text(s)
		}
		return c.fail("no data URI")
	}
	if s, ok := c.decoded(data); ok {
		return Text(s)
	}
	return c.fail("no base64 of a text")
}

// relativeTo leaves out the slash in front of an address: what Azure joins to a
// base begins behind the last slash of the base, as documented. Two slashes
// begin another host.
func relativeTo(address string) string {
	if strings.HasPrefix(address, "//") {
		return address
	}
	return strings.TrimPrefix(address, "/")
}

// joinURI resolves an address against a base. Of a base that is not known it
// is still known that the address is below its folder.
// https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-string#uri
func joinURI(c *call) Value {
	base, relative := c.args[0], c.args[1]
	if base.Failed() || relative.Failed() {
		return c.unknown()
	}
	if !base.IsUnknown() && !relative.IsUnknown() {
		b, err := url.Parse(base.text)
		if err != nil || b.Host == "" {
			return c.fail("the base is no address")
		}
		r, err := url.Parse(relativeTo(relative.text))
		if err != nil {
			return c.fail("no address")
		}
		return Text(b.ResolveReference(r).String())
	}
	folder := base.shape()
	if i := strings.LastIndexByte(folder, '/'); i > strings.LastIndexByte(folder, holeClose) {
		folder = folder[:i]
	}
	return shaped(folder+"/"+strings.TrimPrefix(relative.shape(), "/"), base, relative)
}

func escapeURI(c *call) Value {
	return Text(strings.ReplaceAll(url.QueryEscape(c.args[0].text), "+", "%20"))
}

// unescapeURI leaves what is no escape of a character as it stands, as .NET
// does.
func unescapeURI(c *call) Value {
	text := c.args[0].text
	if s, err := url.PathUnescape(text); err == nil && utf8.ValidString(s) {
		return Text(s)
	}
	var b strings.Builder
	for text != "" {
		if run := escapes(text); run != "" {
			unescapeRun(&b, run)
			text = text[len(run):]
			continue
		}
		b.WriteByte(text[0])
		text = text[1:]
	}
	return Text(b.String())
}

// escapes is the run of escaped bytes that a text begins with.
func escapes(text string) string {
	n := 0
	for n+2 < len(text) && text[n] == '%' && strings.Trim(text[n+1:n+3], "0123456789abcdefABCDEF") == "" {
		n += 3
	}
	return text[:n]
}

// unescapeRun writes the characters of a run, and the bytes that are none as
// they stood.
func unescapeRun(b *strings.Builder, run string) {
	raw, _ := url.PathUnescape(run) // only whole escapes
	for i := 0; i < len(raw); {
		r, n := utf8.DecodeRuneInString(raw[i:])
		if r == utf8.RuneError && n == 1 {
			b.WriteString(run[3*i : 3*i+3])
		} else {
			b.WriteString(raw[i : i+n])
		}
		i += n
	}
}
