package pack

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/json"
	"github.com/demarc-dev/demarc/internal/source/jsontree"
)

// blockSize is how much of definitions shares a block: enough to be packed
// well, little enough to be unpacked for a single type.
const blockSize = 128 << 10

// Write writes a pack. The same entries give the same bytes in any order.
func Write(w io.Writer, h Header, defs, sets []Entry) error {
	h.Format, h.Kind = Format, Policies
	h.Definitions, h.Government = counts(defs)
	h.Sets, h.GovernmentSets = counts(sets)
	defs, sets = ordered(defs), ordered(sets)
	b := &builder{}
	ix := index{Types: map[string][]int{}, Untyped: []int{}}
	var err error
	if ix.Definitions, err = b.add(defs); err != nil {
		return err
	}
	if ix.Sets, err = b.add(sets); err != nil {
		return err
	}
	ix.Blocks = b.blocks
	for i, d := range defs {
		if d.Types == nil {
			ix.Untyped = append(ix.Untyped, i)
		}
		for _, t := range folded(d.Types) {
			ix.Types[t] = append(ix.Types[t], i)
		}
	}
	if err := writeJSON(w, h); err != nil {
		return err
	}
	if err := writeJSON(w, ix); err != nil {
		return err
	}
	_, err = w.Write(b.data.Bytes())
	return err
}

func counts(entries []Entry) (public, gov int) {
	for i := range entries {
		if entries[i].Gov {
			gov++
		} else {
			public++
		}
	}
	return public, gov
}

// folded are types in the spelling of the index, each once.
func folded(types []string) []string {
	list := make([]string, 0, len(types))
	for _, t := range types {
		list = append(list, demarc.Fold(t))
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// ordered puts together what is asked for together: definitions about the same
// type, and the public and the government form of one.
func ordered(entries []Entry) []Entry {
	first := func(e *Entry) string {
		if len(e.Types) == 0 {
			return ""
		}
		return slices.Min(folded(e.Types))
	}
	entries = slices.Clone(entries)
	slices.SortFunc(entries, func(a, b Entry) int {
		gov := 0
		if a.Gov != b.Gov {
			gov = map[bool]int{true: 1, false: -1}[a.Gov]
		}
		return cmp.Or(strings.Compare(first(&a), first(&b)), demarc.CompareFold(a.ID, b.ID), gov, bytes.Compare(a.Raw, b.Raw))
	})
	return entries
}

// builder fills blocks.
type builder struct {
	data   bytes.Buffer
	blocks []block
}

func (b *builder) add(entries []Entry) ([]line, error) {
	lines := make([]line, 0, len(entries))
	var text []byte
	for i := range entries {
		e := &entries[i]
		slim, err := Slim(e.ID, e.Raw)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", e.ID, err)
		}
		if len(slim) >= maxBlock {
			return nil, fmt.Errorf("%s is larger than %d MB", e.ID, maxBlock>>20)
		}
		if len(text) > 0 && len(text)+len(slim) > blockSize {
			if err := b.flush(text); err != nil {
				return nil, err
			}
			text = text[:0]
		}
		lines = append(lines, line{ID: e.ID, Gov: e.Gov, Block: len(b.blocks), Start: len(text), Length: len(slim)})
		text = append(append(text, slim...), '\n')
	}
	return lines, b.flush(text)
}

func (b *builder) flush(text []byte) error {
	if len(text) == 0 {
		return nil
	}
	before := b.data.Len()
	if err := writeMember(&b.data, text); err != nil {
		return err
	}
	b.blocks = append(b.blocks, block{Packed: b.data.Len() - before, Raw: len(text)})
	return nil
}

func writeJSON(w io.Writer, v any) error {
	text, err := json.Marshal(v, json.Deterministic())
	if err != nil {
		return err
	}
	return writeMember(w, append(text, '\n'))
}

func writeMember(w io.Writer, text []byte) error {
	z, err := gzip.NewWriterLevel(w, gzip.BestCompression)
	if err != nil {
		return err
	}
	if _, err := z.Write(text); err != nil {
		return err
	}
	return z.Close()
}

// Slim is a definition without what no verdict needs: what a policy would
// deploy, its earlier versions, and what is said about its parameters. Its id
// stands in it.
func Slim(id string, raw []byte) ([]byte, error) {
	n, err := jsontree.Parse(string(raw))
	if err != nil {
		return nil, err
	}
	if !n.Is('{') {
		return nil, fmt.Errorf("a definition is an object")
	}
	out := &jsontree.Node{Kind: '{'}
	add := func(name string, v *jsontree.Node) {
		if v != nil {
			out.Members = append(out.Members, jsontree.Member{Name: name, Value: v})
		}
	}
	add("id", &jsontree.Node{Kind: '"', Text: id})
	add("name", n.Get("name"))
	body := n.Get("properties")
	if !body.Is('{') {
		body = n
	}
	add("properties", slimBody(body))
	return out.AppendJSON(nil), nil
}

// dropped are the members of a definition's body that are left out.
var dropped = [...]string{"id", "name", "type", "systemdata", "versions", "properties"}

// slimBody also makes the body of a definition that has no properties around it.
func slimBody(body *jsontree.Node) *jsontree.Node {
	return kept(body, func(name string, v *jsontree.Node) *jsontree.Node {
		switch {
		case slices.Contains(dropped[:], name):
			return nil
		case name == "metadata":
			return kept(v, metadata)
		case name == "parameters":
			return kept(v, func(_ string, p *jsontree.Node) *jsontree.Node { return kept(p, without("metadata")) })
		case name == "policyrule":
			return kept(v, within("then", within("details", without("deployment"))))
		}
		return v
	})
}

// kept is an object with the members that choose leaves, as it leaves them; a
// value that is no object stays as it is.
func kept(n *jsontree.Node, choose func(folded string, v *jsontree.Node) *jsontree.Node) *jsontree.Node {
	if !n.Is('{') {
		return n
	}
	c := &jsontree.Node{Kind: '{', Line: n.Line}
	for _, m := range n.Members {
		if v := choose(demarc.Fold(m.Name), m.Value); v != nil {
			c.Members = append(c.Members, jsontree.Member{Name: m.Name, Value: v})
		}
	}
	return c
}

// metadata are the members of a definition's metadata that answers name.
func metadata(name string, v *jsontree.Node) *jsontree.Node {
	switch name {
	case "version", "category", "deprecated", "preview", "additionalmetadataid":
		return v
	}
	return nil
}

func without(member string) func(string, *jsontree.Node) *jsontree.Node {
	return func(name string, v *jsontree.Node) *jsontree.Node {
		if name == member {
			return nil
		}
		return v
	}
}

func within(member string, choose func(string, *jsontree.Node) *jsontree.Node) func(string, *jsontree.Node) *jsontree.Node {
	return func(name string, v *jsontree.Node) *jsontree.Node {
		if name == member {
			return kept(v, choose)
		}
		return v
	}
}
