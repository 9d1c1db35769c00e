package armexpr

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strconv"

	"github.com/demarc-dev/demarc/internal/json"
)

// appendJSON writes a value as JSON without white space. Unknowns are written
// as texts with holes, so that the whole is a shape.
func appendJSON(dst []byte, v Value) []byte {
	switch v.kind {
	case KindNull:
		return append(dst, "null"...)
	case KindBool:
		return strconv.AppendBool(dst, v.bits == 1)
	case KindInt, KindFloat:
		return append(dst, formatNumber(v)...)
	case KindText:
		return json.AppendQuote(dst, v.text)
	case KindArray:
		dst = append(dst, '[')
		for i, e := range v.more.list {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = appendJSON(dst, e)
		}
		return append(dst, ']')
	case KindObject:
		return appendObject(dst, v)
	case KindUnknown:
	}
	return append(append(append(dst, '"'), v.shape()...), '"')
}

func appendObject(dst []byte, v Value) []byte {
	dst = append(dst, '{')
	for i, name := range v.more.names {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(json.AppendQuote(dst, name), ':')
		dst = appendJSON(dst, v.more.list[i])
	}
	return append(dst, '}')
}

// ParseJSON reads one JSON text as a value.
func ParseJSON(text []byte) (Value, error) {
	d := json.NewBytesDecoder(bytes.Clone(text))
	v, err := decode(d, 0)
	if err != nil {
		return Value{}, err
	}
	if _, err := d.ReadToken(); !errors.Is(err, io.EOF) {
		return Value{}, errors.New("text behind the JSON value")
	}
	return v, nil
}

var errTooDeep = errors.New("nests too deep")

func decode(d *json.Decoder, depth int) (Value, error) {
	if depth > MaxDepth {
		return Value{}, errTooDeep
	}
	t, err := d.ReadToken()
	if err != nil {
		return Value{}, err
	}
	switch t.Kind() {
	case 'n':
		return Null(), nil
	case 't', 'f':
		return Bool(t.Bool()), nil
	case '"':
		return Text(t.String()), nil
	case '0':
		return ParseNumber(t.String()), nil
	case '[':
		return decodeArray(d, depth)
	}
	return decodeObject(d, depth)
}

func decodeArray(d *json.Decoder, depth int) (Value, error) {
	var list []Value
	for d.PeekKind() != ']' {
		v, err := decode(d, depth+1)
		if err != nil {
			return Value{}, err
		}
		list = append(list, v)
	}
	_, err := d.ReadToken()
	return Array(list), err
}

func decodeObject(d *json.Decoder, depth int) (Value, error) {
	var members []Member
	for d.PeekKind() != '}' {
		name, err := d.ReadToken()
		if err != nil {
			return Value{}, err
		}
		spelled := name.String()
		v, err := decode(d, depth+1)
		if err != nil {
			return Value{}, err
		}
		members = append(members, Member{spelled, v})
	}
	_, err := d.ReadToken()
	return Object(members), err
}

// ParseNumber reads a JSON number.
func ParseNumber(s string) Value {
	if i, err := strconv.ParseInt(s, 10, 64); err == nil {
		return Int(i)
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return Failed("a number out of range")
	}
	return Float(f)
}

// sortedNames are the names of an object's members in order.
func sortedNames(v Value) []string {
	names := slices.Clone(v.more.names)
	slices.Sort(names)
	return names
}
