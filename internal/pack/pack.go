// Package pack keeps published policy definitions in one file, made once from
// a clone or an archive and then read in milliseconds. A pack is a row of gzip
// members, so that any gzip program shows what is inside: the header, the
// index, and blocks of definitions, each on a line. A reader unpacks the blocks
// that it needs and no others.
package pack

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/json"
	"github.com/demarc-dev/demarc/internal/source/jsontree"
)

// Format is the version of the file format that this program writes and reads.
const Format = 1

// Extension is how the names of pack files end.
const Extension = ".pack"

// Header says what a pack holds and where it comes from.
type Header struct {
	Format         int     `json:"format"`
	Kind           string  `json:"kind"` // "policies" or "aliases"
	Name           string  `json:"name"`
	Source         string  `json:"source"` // the name of the folder or archive
	Commit         string  `json:"commit"`
	SHA256         string  `json:"sha256"` // of the archive, or of the files of the folder
	Licence        Licence `json:"licence"`
	Created        string  `json:"created"` // a day, 2006-01-02
	Definitions    int     `json:"definitions"`
	Government     int     `json:"government"` // definitions for Azure Government, not among the others
	Sets           int     `json:"sets"`
	GovernmentSets int     `json:"governmentSets"`
	Aliases        int     `json:"aliases"`
}

// Licence is the notice under which the content is published.
type Licence struct {
	Name string `json:"name"`
	Text string `json:"text"`
}

// The kinds of packs.
const (
	Policies = "policies"
	Aliases  = "aliases"
)

// Entry is a definition or an initiative on its way into a pack.
type Entry struct {
	ID    string
	Gov   bool
	Raw   []byte
	Types []string // what its condition can be about; nil for any type
}

// Definition is a definition or an initiative of a pack. Its bytes must not be
// changed.
type Definition struct {
	ID  string
	Gov bool
	Raw []byte
}

// index says where everything is. Lists run in parallel.
type index struct {
	Blocks      []block          `json:"blocks"`
	Definitions []line           `json:"definitions"`
	Sets        []line           `json:"sets"`
	Types       map[string][]int `json:"types"`   // folded: places among the definitions
	Untyped     []int            `json:"untyped"` // likewise, of those that may be about any type
}

// block is a gzip member with a number of definitions or initiatives.
type block struct {
	Packed int `json:"packed"` // length in the file
	Raw    int `json:"raw"`    // length unpacked
}

// line is where a definition lies.
type line struct {
	ID     string `json:"id"`
	Gov    bool   `json:"gov,omitempty"`
	Block  int    `json:"block"`
	Start  int    `json:"start"`
	Length int    `json:"length"`
}

// Pack is an open pack. It is safe for concurrent use.
type Pack struct {
	header Header
	index  index
	blocks []func() ([]byte, error)
	byID   func() map[string]int
	name   string
}

// The bounds of what a file may say of itself.
const (
	maxPack   = 1 << 30
	maxHeader = 4 << 20
	maxIndex  = 256 << 20
	maxBlock  = 64 << 20
)

// Open opens a pack of definitions. Its definitions stay packed until they are
// asked for.
func Open(path string) (*Pack, error) {
	header, rest, err := open(path, Policies)
	if err != nil {
		return nil, err
	}
	p := &Pack{header: header, name: path}
	text, rest, err := member(rest, maxIndex)
	if err == nil {
		err = json.Unmarshal(text, &p.index)
	}
	if err == nil {
		err = p.place(rest)
	}
	if err != nil {
		return nil, damaged(path, err)
	}
	p.byID = sync.OnceValue(p.ids)
	return p, nil
}

// ReadHeader reads the header of a pack of any kind and nothing else.
func ReadHeader(path string) (Header, error) {
	f, err := os.Open(path)
	if err != nil {
		return Header{}, err
	}
	defer f.Close()
	header, err := decodeHeader(f)
	if err != nil {
		return Header{}, damaged(path, err)
	}
	return header, nil
}

// damaged is the error about a file that is no pack or not all of one.
func damaged(path string, err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = errors.New("it ends before it should")
	}
	return fmt.Errorf("%s is damaged or no pack: %w; add it again with demarc catalog add", path, err)
}

// open reads the header and says what follows it.
func open(path, kind string) (Header, []byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return Header{}, nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxPack+1))
	if err != nil {
		return Header{}, nil, err
	}
	if len(text) > maxPack {
		return Header{}, nil, damaged(path, errors.New("it is too large"))
	}
	r := bytes.NewReader(text)
	header, err := decodeHeader(r)
	if err == nil && header.Kind != kind {
		err = fmt.Errorf("it holds %s, not %s", header.Kind, kind)
	}
	if err != nil {
		return Header{}, nil, damaged(path, err)
	}
	return header, text[len(text)-r.Len():], nil
}

func decodeHeader(r io.Reader) (Header, error) {
	var h Header
	text, err := unpack(r, maxHeader)
	if err != nil {
		return h, err
	}
	// Another format may have other members: its number is read first.
	n, err := jsontree.Parse(string(text))
	if err != nil {
		return h, err
	}
	if format := n.Get("format"); !format.Is('0') || format.Text != strconv.Itoa(Format) {
		return h, fmt.Errorf("it has another format than the %d that this program reads", Format)
	}
	return h, json.Unmarshal(text, &h)
}

// unpack reads one gzip member. A reader that gives single bytes is left
// behind its end.
func unpack(r io.Reader, most int) ([]byte, error) {
	z, err := gzip.NewReader(r)
	if err != nil {
		return nil, err
	}
	z.Multistream(false)
	text, err := io.ReadAll(io.LimitReader(z, int64(most)+1))
	if err == nil && len(text) > most {
		err = fmt.Errorf("a part has more than %d MB", most>>20)
	}
	return text, err
}

// member unpacks the member at the beginning and says what follows it.
func member(b []byte, most int) (text, rest []byte, err error) {
	r := bytes.NewReader(b)
	text, err = unpack(r, most)
	return text, b[len(b)-r.Len():], err
}

// place checks that the index tells of what follows it and of nothing else.
func (p *Pack) place(data []byte) error {
	for _, b := range p.index.Blocks {
		if b.Packed < 0 || b.Raw < 0 || b.Raw > maxBlock {
			return errors.New("a block of a wrong length")
		}
		if b.Packed > len(data) {
			return io.ErrUnexpectedEOF
		}
		part, raw := data[:b.Packed], b.Raw
		data = data[b.Packed:]
		p.blocks = append(p.blocks, sync.OnceValues(func() ([]byte, error) { return unpackBlock(part, raw) }))
	}
	if len(data) > 0 {
		return errors.New("more behind the end")
	}
	for _, l := range slices.Concat(p.index.Definitions, p.index.Sets) {
		if l.Block < 0 || l.Block >= len(p.blocks) || l.Start < 0 || l.Length < 0 || l.Start > p.index.Blocks[l.Block].Raw-l.Length {
			return fmt.Errorf("%s lies nowhere", l.ID)
		}
	}
	within := func(n int) bool { return n >= 0 && n < len(p.index.Definitions) }
	for typ, numbers := range p.index.Types {
		for _, n := range numbers {
			if !within(n) {
				return fmt.Errorf("a definition about %s lies nowhere", typ)
			}
		}
	}
	for _, n := range p.index.Untyped {
		if !within(n) {
			return errors.New("a definition about any type lies nowhere")
		}
	}
	return nil
}

func unpackBlock(part []byte, raw int) ([]byte, error) {
	text, rest, err := member(part, raw)
	switch {
	case err != nil:
		return nil, err
	case len(rest) > 0 || len(text) != raw:
		return nil, errors.New("a block of another length than the index says")
	}
	return text, nil
}

// ids finds definitions by their folded id, and by its last part. A public one
// comes before one of Azure Government.
func (p *Pack) ids() map[string]int {
	m := make(map[string]int, 2*len(p.index.Definitions))
	for _, gov := range [...]bool{false, true} {
		for i, l := range p.index.Definitions {
			if l.Gov != gov {
				continue
			}
			id := demarc.Fold(l.ID)
			for _, key := range [...]string{id, id[strings.LastIndexByte(id, '/')+1:]} {
				if _, ok := m[key]; !ok {
					m[key] = i
				}
			}
		}
	}
	return m
}

// Header says what the pack holds.
func (p *Pack) Header() Header { return p.header }

// Types are the folded resource types that definitions are about, in order.
func (p *Pack) Types() []string {
	types := make([]string, 0, len(p.index.Types))
	for t := range p.index.Types {
		types = append(types, t)
	}
	slices.Sort(types)
	return types
}

// For are the definitions that name a resource type, spelled in any case. Those
// about any type are not among them.
func (p *Pack) For(typ string) ([]Definition, error) { return p.some(p.index.Types[demarc.Fold(typ)]) }

// Untyped are the definitions that may be about any type.
func (p *Pack) Untyped() ([]Definition, error) { return p.some(p.index.Untyped) }

// Definition finds a definition by its id, or by the last part of it.
func (p *Pack) Definition(id string) (Definition, bool, error) {
	n, ok := p.byID()[demarc.Fold(id)]
	if !ok {
		return Definition{}, false, nil
	}
	d, err := p.one(&p.index.Definitions[n])
	return d, err == nil, err
}

// Sets are all initiatives.
func (p *Pack) Sets() ([]Definition, error) { return p.list(p.index.Sets) }

// All are all definitions.
func (p *Pack) All() ([]Definition, error) { return p.list(p.index.Definitions) }

func (p *Pack) some(numbers []int) ([]Definition, error) {
	list := make([]Definition, 0, len(numbers))
	for _, n := range numbers {
		d, err := p.one(&p.index.Definitions[n])
		if err != nil {
			return nil, err
		}
		list = append(list, d)
	}
	return list, nil
}

func (p *Pack) list(lines []line) ([]Definition, error) {
	list := make([]Definition, 0, len(lines))
	for i := range lines {
		d, err := p.one(&lines[i])
		if err != nil {
			return nil, err
		}
		list = append(list, d)
	}
	return list, nil
}

func (p *Pack) one(l *line) (Definition, error) {
	text, err := p.blocks[l.Block]()
	if err != nil {
		return Definition{}, damaged(p.name, err)
	}
	return Definition{ID: l.ID, Gov: l.Gov, Raw: text[l.Start : l.Start+l.Length : l.Start+l.Length]}, nil
}
