package bench

import (
	"archive/tar"
	"compress/gzip"
	_ "embed" // for policies.json
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/json"
)

//go:embed policies.json
var policiesFile []byte

// habits is what policies.json says of estates: how often types occur, and
// what no definition tells.
type habits struct {
	Weights    map[string]int    `json:"weights"`    // by type
	Others     int               `json:"others"`     // the weight of all other types together
	Extensions []string          `json:"extensions"` // types that hang on any resource
	LeftOut    []string          `json:"leftOut"`    // beginnings of types that an export holds as something else than resources
	Paths      map[string]string `json:"paths"`      // of aliases, beside those that the caller gives
	Filler     []string          `json:"filler"`     // members of properties that no rule asks for
}

// Rules is what policy definitions look at: the types, the paths in them and
// the values that these are compared with.
type Rules struct {
	habits habits
	shapes []*shape
	byType map[string]*shape
	paths  map[string]string // of aliases, by folded name
	tags   []string          // that definitions ask for
	sum    int               // of all weights
}

// shape is what definitions ask of one type.
type shape struct {
	typ     string // as a definition spells it first
	weight  int
	root    node
	related []relation
	filler  []template
}

// relation is a type that definitions search beside another one.
type relation struct {
	shape *shape
	name  string // that it must have, "" for any
	hangs hanging
}

// hanging says where a related resource lies.
type hanging uint8

const (
	besideIt hanging = iota // in the group
	belowIt                 // as its child
	onIt                    // as its extension
)

// definition is what matters of a definition here.
type definition struct {
	mode       string
	parameters map[string]any
	rule       map[string]any
}

// ReadRules reads the definitions of the public cloud in an archive of
// Azure/azure-policy, and more definitions beside them. The aliases whose path
// is not "properties." and their rest are in paths.
func ReadRules(archive string, more [][]byte, paths map[string]string) (*Rules, error) {
	f, err := os.Open(archive)
	if err != nil {
		return nil, fmt.Errorf("read the policy definitions: %w", err)
	}
	defer f.Close()
	var list []*definition
	err = EachDefinition(f, func(name string, text []byte) error {
		d, err := readDefinition(text)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		list = append(list, d)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", archive, err)
	}
	if len(list) == 0 {
		return nil, fmt.Errorf("read %s: it holds no policy definitions", archive)
	}
	for _, text := range more {
		d, err := readDefinition(text)
		if err != nil {
			return nil, err
		}
		list = append(list, d)
	}
	return newRules(list, paths)
}

// EachDefinition calls do with the path and the text of every definition of
// the public cloud in a tar.gz of Azure/azure-policy, in the archive's order.
func EachDefinition(r io.Reader, do func(name string, text []byte) error) error {
	z, err := gzip.NewReader(r)
	if err != nil {
		return err
	}
	for t := tar.NewReader(z); ; {
		h, err := t.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if !isPublic(h.Name) {
			continue
		}
		text, err := io.ReadAll(t)
		if err != nil {
			return err
		}
		if err := do(h.Name, text); err != nil {
			return err
		}
	}
}

// isPublic reports whether a path is one of a definition of the public cloud.
func isPublic(name string) bool {
	return strings.Contains(name, "built-in-policies/policyDefinitions/") && strings.HasSuffix(name, ".json") && !strings.Contains(name, "/Azure Government/")
}

func readDefinition(text []byte) (*definition, error) {
	var whole map[string]any
	if err := json.Unmarshal(text, &whole); err != nil {
		return nil, err
	}
	d := &definition{}
	properties, _ := member(whole, "properties").(map[string]any)
	d.mode, _ = member(properties, "mode").(string)
	d.parameters, _ = member(properties, "parameters").(map[string]any)
	d.rule, _ = member(properties, "policyRule").(map[string]any)
	then, _ := member(d.rule, "then").(map[string]any)
	if details, ok := member(then, "details").(map[string]any); ok {
		delete(details, "deployment") // most of the bytes
	}
	return d, nil
}

// evaluated reports whether a scan of resources evaluates the definition.
func (d *definition) evaluated() bool {
	return d.mode == "" || strings.EqualFold(d.mode, "All") || strings.EqualFold(d.mode, "Indexed")
}

func newRules(list []*definition, paths map[string]string) (*Rules, error) {
	r := &Rules{byType: map[string]*shape{}, paths: map[string]string{}}
	if err := json.Unmarshal(policiesFile, &r.habits); err != nil {
		return nil, fmt.Errorf("read policies.json: %w", err)
	}
	for _, m := range []map[string]string{paths, r.habits.Paths} {
		for alias, path := range m {
			r.paths[demarc.Fold(alias)] = path
		}
	}
	// The names of the types first: the paths of aliases begin behind them.
	for _, typ := range slices.Sorted(maps.Keys(r.habits.Weights)) {
		r.shape(typ)
	}
	list = slices.DeleteFunc(list, func(d *definition) bool { return !d.evaluated() })
	for _, d := range list {
		reader{rules: r, definition: d}.types()
	}
	for _, d := range list {
		reader{rules: r, definition: d}.conditions()
	}
	r.finish()
	return r, nil
}

// shape is the shape of a type, nil where the type is none of resources.
func (r *Rules) shape(typ string) *shape {
	key := demarc.Fold(typ)
	if s, ok := r.byType[key]; ok {
		return s
	}
	if !isType(typ) || slices.ContainsFunc(r.habits.LeftOut, func(left string) bool { return strings.HasPrefix(key, demarc.Fold(left)) }) {
		return nil
	}
	s := &shape{typ: typ}
	r.byType[key] = s
	r.shapes = append(r.shapes, s)
	return s
}

var typeName = regexp.MustCompile(`^[A-Za-z]+(\.[A-Za-z]+)+(/[A-Za-z0-9]+)+$`)

func isType(typ string) bool {
	provider, _, _ := strings.Cut(demarc.Fold(typ), "/")
	return typeName.MatchString(typ) && !strings.HasSuffix(provider, ".data") // data planes
}

// finish gives every type its weight and every path its values.
func (r *Rules) finish() {
	weights := map[string]int{}
	for typ, w := range r.habits.Weights {
		weights[demarc.Fold(typ)] = w
	}
	// Types that the table lacks share one weight: all are scaled by their
	// number, so that it divides.
	rest := len(r.shapes) - len(weights)
	for _, s := range r.shapes {
		if w, ok := weights[demarc.Fold(s.typ)]; ok {
			s.weight = w * max(rest, 1)
		} else {
			s.weight = r.habits.Others
		}
		r.sum += s.weight
		s.root.finish()
		s.filler = r.fillerOf(s)
	}
	slices.Sort(r.tags)
	r.tags = slices.Compact(r.tags)
}

// member is the member of an object with a name in any case.
func member(object map[string]any, name string) any {
	if v, ok := object[name]; ok {
		return v
	}
	for key, v := range object {
		if strings.EqualFold(key, name) {
			return v
		}
	}
	return nil
}
