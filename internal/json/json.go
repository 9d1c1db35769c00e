// Package json is the one door to the JSON library, so that the day it becomes
// part of the standard library one file changes. It adds nothing of its own
// but the options that every reader of outside files wants.
package json

import (
	"bytes"
	"io"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// The names of the library that this program uses.
type (
	Decoder = jsontext.Decoder
	Encoder = jsontext.Encoder
	Kind    = jsontext.Kind
	Options = jsonv2.Options
	Token   = jsontext.Token
	Value   = jsontext.Value

	SyntacticError = jsontext.SyntacticError
	SemanticError  = jsonv2.SemanticError
)

// Lenient are the options for files of others: repeated names and broken
// UTF-8 do not stop the reading of a record.
var Lenient = jsonv2.JoinOptions(jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))

// NewDecoder reads tokens from r with the lenient options.
func NewDecoder(r io.Reader) *Decoder { return jsontext.NewDecoder(r, Lenient) }

// NewBytesDecoder reads tokens from b without copying it.
func NewBytesDecoder(b []byte) *Decoder { return jsontext.NewDecoder(bytes.NewBuffer(b), Lenient) }

// ResetBytes makes d read b, without copying it; buf is d's own buffer.
func ResetBytes(d *Decoder, buf *bytes.Buffer, b []byte) {
	*buf = *bytes.NewBuffer(b)
	d.Reset(buf, Lenient)
}

// Marshal, Unmarshal and the rest are those of the library.
func Marshal(v any, opts ...Options) ([]byte, error) { return jsonv2.Marshal(v, opts...) }

// Unmarshal reads one value and refuses names it does not know.
func Unmarshal(b []byte, v any, opts ...Options) error {
	return jsonv2.Unmarshal(b, v, jsonv2.RejectUnknownMembers(true), jsonv2.JoinOptions(opts...))
}

// AppendQuote appends s as a JSON string; broken UTF-8 becomes the
// replacement character.
func AppendQuote(dst []byte, s string) []byte {
	b, err := jsontext.AppendQuote(dst, s)
	if err != nil {
		b, _ = jsontext.AppendQuote(dst, string(bytes.ToValidUTF8([]byte(s), []byte("\uFFFD"))))
	}
	return b
}

// AppendUnquote appends the text of a JSON string with its quotes.
func AppendUnquote(dst, src []byte) []byte {
	b, _ := jsontext.AppendUnquote(dst, src)
	return b
}

// Multiline and Indent make output that people read.
func Multiline() Options { return jsontext.Multiline(true) }

// WithIndent sets the indent of multiline output.
func WithIndent(s string) Options { return jsontext.WithIndent(s) }

// Deterministic writes maps in the order of their keys.
func Deterministic() Options { return jsonv2.Deterministic(true) }

// Codec says how values of some types are written and read. The zero Codec says
// nothing.
type Codec struct {
	write []*jsonv2.Marshalers
	read  []*jsonv2.Unmarshalers
}

// Words has the values of a type written as texts. A pointer to nothing is null.
func Words[T any](c *Codec, write func(T) string, read func(string) (T, error)) {
	c.write = append(c.write, jsonv2.MarshalToFunc(func(e *Encoder, v T) error { return e.WriteToken(jsontext.String(write(v))) }))
	c.read = append(c.read, jsonv2.UnmarshalFromFunc(func(d *Decoder, v *T) error {
		t, err := d.ReadToken()
		if err != nil || t.Kind() == 'n' {
			return err
		}
		if t.Kind() == 'n' {
			*v = *new(T)
			return nil
		}
		*v, err = read(t.String())
		return err
	}))
}

// Options are those that the codec stands for.
func (c *Codec) Options() Options {
	return jsonv2.JoinOptions(jsonv2.WithMarshalers(jsonv2.JoinMarshalers(c.write...)), jsonv2.WithUnmarshalers(jsonv2.JoinUnmarshalers(c.read...)))
}

// NilAsNull writes lists and maps that are not there as null, so that they are
// not there when they are read.
func NilAsNull() Options {
	return jsonv2.JoinOptions(jsonv2.FormatNilSliceAsNull(true), jsonv2.FormatNilMapAsNull(true))
}
