package provideraliases

import (
	"errors"
	"fmt"
	"io"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/json"
	"github.com/demarc-dev/demarc/internal/source/graphrow"
)

// walker walks the answer of a service token by token: all of it may be larger
// than memory, one alias is not.
type walker struct {
	*collector
	decoder *json.Decoder
	from    *bounded
	row     *graphrow.Row // of an alias
	inner   *graphrow.Row // of an object in it
}

func newWalker(r io.Reader, c *collector) *walker {
	from := &bounded{from: r, left: largestPart}
	return &walker{collector: c, decoder: json.NewDecoder(from), from: from, row: graphrow.New(), inner: graphrow.New()}
}

// bounded ends a stream of which too much is asked for at once.
type bounded struct {
	from io.Reader
	left int
}

var errTooLarge = errors.New("one value of more than 16 MB")

// Read reads as long as not too much is asked for.
func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errTooLarge
	}
	n, err := b.from.Read(p[:min(len(p), b.left)])
	b.left -= n
	return n, err
}

// listed is what an object says: a provider with its types, or a type.
type listed struct {
	namespace string
	typ       string
	aliases   []Alias
	waiting   int     // aliases in it and in its types
	types     []Alias // of types below, which lack the namespace
}

// documents walks all documents of a file; pages stand one behind the other.
func (w *walker) documents() error {
	for {
		kind, err := w.peek()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			err = w.providers(kind, 0)
		}
		if err != nil {
			return err
		}
	}
}

// deepest is how many lists and objects lie around a provider.
const deepest = 4

// providers walks a list of providers, a page of them or one.
func (w *walker) providers(kind json.Kind, depth int) error {
	switch {
	case depth > deepest:
		return w.pass()
	case kind == '[':
		return w.list(func(kind json.Kind) error { return w.providers(kind, depth+1) })
	case kind == '{':
		var of listed
		if err := w.object(&of, depth); err != nil {
			return err
		}
		return w.settle(&of)
	}
	w.skip(0, "something that is no provider of resources")
	return w.pass()
}

// settle gives the aliases of a provider.
func (w *walker) settle(of *listed) error {
	for _, all := range [...][]Alias{of.types, of.aliases} {
		for i := range all {
			a := &all[i]
			a.Type = joined(of.namespace, a.Type)
			if err := w.give(*a); err != nil {
				return err
			}
		}
	}
	return nil
}

// joined is a type with its namespace, "" where one of them is not told.
func joined(namespace, typ string) string {
	if namespace == "" || typ == "" {
		return ""
	}
	return namespace + "/" + typ
}

// object walks an object that is a page of providers, a provider or a type.
func (w *walker) object(of *listed, depth int) error {
	if err := w.token(); err != nil {
		return err
	}
	for {
		kind, err := w.peek()
		if err != nil {
			return err
		}
		if kind == '}' {
			return w.close(of)
		}
		name, err := w.text()
		if err != nil {
			return err
		}
		if kind, err = w.peek(); err != nil {
			return err
		}
		if err := w.member(of, demarc.Fold(name), kind, depth); err != nil {
			return err
		}
	}
}

// close ends an object, whose aliases have the type that it told, wherever.
func (w *walker) close(of *listed) error {
	for i := range of.aliases {
		of.aliases[i].Type = of.typ
	}
	return w.token()
}

// member walks a member of an object.
func (w *walker) member(of *listed, name string, kind json.Kind, depth int) error {
	var err error
	switch {
	case name == "namespace" && kind == '"':
		of.namespace, err = w.text()
	case name == "resourcetype" && kind == '"':
		of.typ, err = w.text()
	case name == "value" && kind == '[':
		return w.providers(kind, depth+1)
	case name == "resourcetypes" && kind == '[':
		return w.list(func(kind json.Kind) error { return w.typeOf(of, kind, depth) })
	case name == "aliases" && kind == '[':
		return w.list(func(json.Kind) error { return w.alias(of) })
	default:
		return w.pass()
	}
	return err
}

// typeOf walks a type of a provider.
func (w *walker) typeOf(of *listed, kind json.Kind, depth int) error {
	if kind != '{' || depth > deepest {
		w.skip(0, "something that is no type of resource")
		return w.pass()
	}
	inner := listed{waiting: of.waiting}
	if err := w.object(&inner, depth+1); err != nil {
		return err
	}
	of.waiting = inner.waiting
	of.types = append(append(of.types, inner.types...), inner.aliases...)
	if of.namespace == "" {
		return nil
	}
	types := listed{namespace: of.namespace, types: of.types}
	of.types, of.waiting = nil, 0
	return w.settle(&types)
}

// alias reads one alias.
func (w *walker) alias(of *listed) error {
	w.from.left = largestPart
	raw, err := w.decoder.ReadValue()
	if err != nil {
		return w.failed(err)
	}
	if raw.Kind() != '{' || w.row.Object(raw, 0) != nil || w.row.Text("name") == "" {
		w.skip(0, "something that is no alias")
		return nil
	}
	if of.waiting++; of.waiting > mostWaiting {
		return fmt.Errorf("more than %d aliases of one type", mostWaiting)
	}
	of.aliases = append(of.aliases, w.aliasOf())
	return nil
}

// aliasOf is the alias in the row at hand.
func (w *walker) aliasOf() Alias {
	a := Alias{Name: w.row.Text("name"), DefaultPath: w.row.Text("defaultpath"), Pattern: w.pattern(w.row.Raw("defaultpattern"))}
	a.Modifiable, _ = w.modifiable(w.row.Raw("defaultmetadata"))
	w.row.Elements("paths", func(raw []byte) {
		row := graphrow.New()
		if raw[0] != '{' || row.Object(raw, 0) != nil {
			w.skip(0, "something that is no path of an alias")
			return
		}
		p := Path{Path: row.Text("path"), APIVersions: row.Texts("apiversions"), Pattern: w.pattern(row.Raw("pattern")), Modifiable: a.Modifiable}
		if modifiable, told := w.modifiable(row.Raw("metadata")); told {
			p.Modifiable = modifiable
		}
		a.Paths = append(a.Paths, p)
	})
	return a
}

// pattern reads a pattern, zero for none.
func (w *walker) pattern(raw []byte) Pattern {
	if len(raw) == 0 || raw[0] != '{' || w.inner.Object(raw, 0) != nil {
		return Pattern{}
	}
	return Pattern{Phrase: w.inner.Text("phrase"), Variable: w.inner.Text("variable"), Type: w.inner.Text("type")}
}

// modifiable reads whether policies may change a path, if that is told.
func (w *walker) modifiable(raw []byte) (yes, told bool) {
	if len(raw) == 0 || raw[0] != '{' || w.inner.Object(raw, 0) != nil {
		return false, false
	}
	attributes := demarc.Fold(w.inner.Text("attributes"))
	return attributes == "modifiable", attributes != ""
}

// list walks the elements of a list.
func (w *walker) list(element func(json.Kind) error) error {
	if err := w.token(); err != nil {
		return err
	}
	for {
		kind, err := w.peek()
		if err != nil {
			return err
		}
		if kind == ']' {
			return w.token()
		}
		if err := element(kind); err != nil {
			return err
		}
	}
}

// peek is the kind of the next token, or what keeps it from being read.
func (w *walker) peek() (json.Kind, error) {
	w.from.left = largestPart
	if kind := w.decoder.PeekKind(); validKind(kind) {
		return kind, nil
	}
	_, err := w.decoder.ReadToken()
	if err == nil {
		err = errors.New("broken JSON")
	}
	return 0, w.failed(err)
}

func validKind(k json.Kind) bool {
	switch k {
	case '{', '}', '[', ']', '"', '0', 't', 'f', 'n':
		return true
	}
	return false
}

// token reads a token that was peeked at.
func (w *walker) token() error {
	w.from.left = largestPart
	_, err := w.decoder.ReadToken()
	return w.failed(err)
}

// text reads a text.
func (w *walker) text() (string, error) {
	w.from.left = largestPart
	token, err := w.decoder.ReadToken()
	if err != nil {
		return "", w.failed(err)
	}
	return token.String(), nil
}

// pass passes over a value, whatever is in it, part by part.
func (w *walker) pass() error {
	depth := 0
	for {
		w.from.left = largestPart
		token, err := w.decoder.ReadToken()
		if err != nil {
			return w.failed(err)
		}
		switch token.Kind() {
		case '{', '[':
			depth++
		case '}', ']':
			depth--
		}
		if depth == 0 {
			return nil
		}
	}
}

// failed says how far the file was read.
func (w *walker) failed(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, io.EOF) && w.decoder.StackDepth() == 0:
		return io.EOF
	}
	return fmt.Errorf("read the aliases: %w", err)
}
