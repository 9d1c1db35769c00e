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
	b, err := base64.StdEncoding.DecodeString(s)
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

func fromJSON(c *call) Value { return c.parsed(c.args[0].text) }

func (c *call) parsed(s string) Value {
	if !c.env.budget.Take(len(s) / 8) {
		return Failed("the expressions take too many steps")
	}
	v, err := ParseJSON([]byte(s))
	if err != nil {
		return c.fail("broken JSON")
	}
	return v
}

func toDataURI(c *call) Value {
	return Text("data:text/plain;charset=utf8;base64," + base64.StdEncoding.EncodeToString([]byte(written(c.args[0]))))
}

func fromDataURI(c *call) Value {
	head, data, ok := strings.Cut(c.args[0].text, ",")
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

// joinURI resolves an address against a base. Of a base that is not known it
// is still known that the address is below its folder.
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
		r, err := url.Parse(relative.text)
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

func unescapeURI(c *call) Value {
	s, err := url.PathUnescape(c.args[0].text)
	if err != nil {
		return c.fail("no address")
	}
	return Text(s)
}
