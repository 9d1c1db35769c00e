package statements

import (
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/moment"
)

// Format is the format of statements.
var Format = source.Format{
	Name:   "statements",
	Title:  "Statements of people: attestations, exceptions, assurances (YAML)",
	Detect: detect,
	Read:   read,
}

// MaxSize is how long a file may be.
const MaxSize = 16 << 20

// detect wants one of the lists, and no more of other keys.
func detect(h source.Head) bool {
	known := 0
	for _, key := range h.YAML() {
		if key == attestations || key == exceptions || key == assurances {
			known++
		}
	}
	return known > 0 && 2*known >= len(h.YAML())
}

func read(_ context.Context, in *source.Input, sink source.Sink) error {
	text, err := io.ReadAll(io.LimitReader(in, MaxSize+1))
	if err != nil {
		return fmt.Errorf("read %s: %w", in.File.Path, err)
	}
	root, err := parse(in.File, text)
	if err != nil {
		return err
	}
	r := &reader{file: in.File, give: func(n *yaml.Node, e Entry) { give(sink, e, demarc.Place{File: in.File, Line: n.Line}) }}
	r.lose = func(n *yaml.Node, message string) {
		sink.Note(demarc.Note{Kind: demarc.NoteSkipped, Place: demarc.Place{File: in.File, Line: n.Line}, Message: message, Count: 1})
	}
	r.document(root)
	return nil
}

// give hands an entry to the sink.
func give(sink source.Sink, e Entry, place demarc.Place) {
	switch e := e.(type) {
	case Attestation:
		sink.Evidence(e.At(place))
		if strange := e.Strange(); strange != "" {
			sink.Note(demarc.Note{Kind: demarc.NoteMalformed, Place: place, Message: strange, Count: 1})
		}
	case Exception:
		sink.Statement(source.Statement{Kind: "exception", ID: e.Responsibility, Place: place, Content: e.At(place)})
	case Assurance:
		sink.Statement(source.Statement{Kind: "assurance", ID: e.ID, Place: place, Content: e.At(place)})
	}
}

// errSecond says that a file holds more than one document.
var errSecond = errors.New("a second document in one file")

// parse reads the tree of a file. The tree of an empty one is a zero node.
func parse(file *demarc.File, text []byte) (*yaml.Node, error) {
	if len(text) > MaxSize {
		return nil, fmt.Errorf("%s: a file of more than 16 MB", file.Path)
	}
	decoder := yaml.NewDecoder(strings.NewReader(string(text)))
	var root, second yaml.Node
	if err := decoder.Decode(&root); err != nil && !errors.Is(err, io.EOF) {
		return nil, syntaxError(err)
	}
	if err := decoder.Decode(&second); err == nil {
		return nil, fmt.Errorf("%s: %w", demarc.Place{File: file, Line: second.Line}, errSecond)
	} else if !errors.Is(err, io.EOF) {
		return nil, syntaxError(err)
	}
	if len(root.Content) == 0 {
		return &yaml.Node{}, nil
	}
	return root.Content[0], nil
}

var yamlLine = regexp.MustCompile(`^yaml: (?:line (\d+): )?`)

// syntaxError tells the line that the YAML library names.
func syntaxError(err error) error {
	message := err.Error()
	line := 0
	if m := yamlLine.FindStringSubmatch(message); m != nil {
		line, _ = strconv.Atoi(m[1])
		message = strings.TrimPrefix(message, m[0])
	}
	return fmt.Errorf("not YAML: line %d: %s", max(line, 1), message)
}

// reader walks the tree of a file.
type reader struct {
	file *demarc.File
	give func(*yaml.Node, Entry)
	lose func(n *yaml.Node, message string)
}

func (r *reader) document(n *yaml.Node) {
	switch n.Kind {
	case 0:
		return
	case yaml.MappingNode:
	default:
		r.lose(n, "not a mapping of lists: attestations, exceptions, assurances")
		return
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], resolve(n.Content[i+1])
		read, ok := map[string]func(*yaml.Node) (Entry, error){
			attestations: attestation, exceptions: exception, assurances: assurance,
		}[key.Value]
		switch {
		case !ok:
			r.lose(key, fmt.Sprintf("unknown key %q: write attestations, exceptions or assurances", key.Value))
		case value.Tag == "!!null":
		case value.Kind != yaml.SequenceNode:
			r.lose(value, key.Value+" is not a list")
		default:
			r.entries(value, read)
		}
	}
}

func (r *reader) entries(list *yaml.Node, read func(*yaml.Node) (Entry, error)) {
	for _, n := range list.Content {
		e, err := read(resolve(n))
		if err != nil {
			r.lose(n, err.Error())
			continue
		}
		r.give(n, e)
	}
}

func resolve(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.AliasNode && n.Alias != nil {
		return n.Alias
	}
	return n
}

func attestation(n *yaml.Node) (Entry, error) {
	a := Attestation{Outcome: demarc.Pass}
	err := mapping(n, fields{
		"responsibility": textTo(&a.Responsibility), "scope": textTo(&a.Scope), "statement": textTo(&a.Statement),
		"by": textTo(&a.By), "evidence": textTo(&a.Evidence), "observed": dayTo(&a.Observed), "expires": dayTo(&a.Expires),
		"outcome": outcomeTo(&a),
	})
	return valid(a, err)
}

func exception(n *yaml.Node) (Entry, error) {
	var x Exception
	err := mapping(n, fields{
		"responsibility": textTo(&x.Responsibility), "scope": textTo(&x.Scope), "reason": textTo(&x.Reason),
		"approver": textTo(&x.Approver), "owner": textTo(&x.Owner), "from": dayTo(&x.From), "expires": dayTo(&x.Expires),
	})
	return valid(x, err)
}

func assurance(n *yaml.Node) (Entry, error) {
	var a Assurance
	err := mapping(n, fields{
		"id": textTo(&a.ID), "party": textTo(&a.Party), "kind": textTo(&a.Kind), "cloud": textTo(&a.Cloud),
		"services": textsTo(&a.Services), "responsibilities": textsTo(&a.Responsibilities), "document": textTo(&a.Document),
		"from": dayTo(&a.From), "until": dayTo(&a.Until), "expires": dayTo(&a.Expires),
	})
	return valid(a, err)
}

func valid(e Entry, err error) (Entry, error) {
	if err == nil && e.Problem() != "" {
		err = errors.New(e.Problem())
	}
	return e, err
}

// fields are what an entry may hold: a reader for each key.
type fields map[string]func(*yaml.Node) error

// mapping reads an entry. Unknown and repeated keys are mistakes.
func mapping(n *yaml.Node, known fields) error {
	if n.Kind != yaml.MappingNode {
		return errors.New("an entry that is not a mapping")
	}
	var seen []string
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i].Value, resolve(n.Content[i+1])
		read, ok := known[key]
		switch {
		case !ok:
			return fmt.Errorf("unknown key %q", key)
		case slices.Contains(seen, key):
			return fmt.Errorf("key %q is there twice", key)
		}
		seen = append(seen, key)
		if value.Tag == "!!null" {
			continue
		}
		if err := read(value); err != nil {
			return fmt.Errorf("%s: %w", key, err)
		}
	}
	return nil
}

func textTo(to *string) func(*yaml.Node) error {
	return func(n *yaml.Node) error {
		if n.Kind != yaml.ScalarNode {
			return errors.New("a text is expected")
		}
		*to = strings.TrimSpace(n.Value)
		return nil
	}
}

// textsTo reads a list of texts, or one text.
func textsTo(to *[]string) func(*yaml.Node) error {
	return func(n *yaml.Node) error {
		list := []*yaml.Node{n}
		if n.Kind == yaml.SequenceNode {
			list = n.Content
		}
		for _, element := range list {
			var s string
			if err := textTo(&s)(resolve(element)); err != nil {
				return err
			}
			*to = append(*to, s)
		}
		return nil
	}
}

func dayTo(to *time.Time) func(*yaml.Node) error {
	return func(n *yaml.Node) error {
		t, ok := moment.Parse(n.Value)
		if !ok {
			return fmt.Errorf("%q is not a date such as 2026-10-31", n.Value)
		}
		*to = t
		return nil
	}
}

// outcomeTo reads an outcome. A word that nobody knows leaves it unknown.
func outcomeTo(to *Attestation) func(*yaml.Node) error {
	return func(n *yaml.Node) error {
		var err error
		if to.Outcome, err = demarc.ParseOutcome(n.Value); err == nil && to.Outcome != demarc.OutcomeUnknown {
			return nil
		}
		to.Outcome = demarc.OutcomeUnknown
		return textTo(&to.Said)(n)
	}
}
