package statements

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"go.yaml.in/yaml/v3"

	"github.com/demarc-dev/demarc"
)

// PlannedMove is one line of a plan: what somebody thinks of moving.
type PlannedMove struct {
	Select string `yaml:"select"`
	To     string `yaml:"to"`
	Into   string `yaml:"into"`
	Reason string `yaml:"reason"`
}

// maxPlan is how large a plan may be.
const maxPlan = 16 << 20

// ParseMoves reads a plan: a mapping with the list moves, a list of moves, or
// one move a line as JSON. A word that means nothing is an error, because a
// move that was not understood would be missing from the comparison.
func ParseMoves(name string, r io.Reader) ([]PlannedMove, error) {
	text, err := io.ReadAll(io.LimitReader(r, maxPlan+1))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	if len(text) > maxPlan {
		return nil, fmt.Errorf("read %s: larger than %d bytes", name, maxPlan)
	}
	if list, ok := moveLines(text); ok {
		return list, nil
	}
	var root yaml.Node
	if err := yaml.Unmarshal(text, &root); err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	if len(root.Content) == 0 {
		return nil, fmt.Errorf("read %s: it holds no moves", name)
	}
	list, err := moveList(text, root.Content[0].Kind)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	for i := range list {
		if list[i].Select == "" || list[i].To == "" {
			at := demarc.Place{File: &demarc.File{Path: name}}
			return nil, fmt.Errorf("%s: move %d lacks select or to", at, i+1)
		}
	}
	return list, nil
}

func moveList(text []byte, kind yaml.Kind) ([]PlannedMove, error) {
	var list []PlannedMove
	var whole struct {
		Moves []PlannedMove `yaml:"moves"`
	}
	d := yaml.NewDecoder(bytes.NewReader(text))
	d.KnownFields(true)
	if kind == yaml.SequenceNode {
		if err := d.Decode(&list); err != nil {
			return nil, err
		}
	} else {
		if err := d.Decode(&whole); err != nil {
			return nil, err
		}
		list = whole.Moves
	}
	if len(list) == 0 {
		return nil, errors.New("it holds no moves")
	}
	return list, nil
}

// moveLines reads one move a line, which each must be on its own.
func moveLines(text []byte) ([]PlannedMove, bool) {
	var list []PlannedMove
	for line := range bytes.Lines(text) {
		line = bytes.TrimSpace(line)
		if len(line) == 0 {
			continue
		}
		var m PlannedMove
		d := yaml.NewDecoder(bytes.NewReader(line))
		d.KnownFields(true)
		if line[0] != '{' || d.Decode(&m) != nil || m.Select == "" || m.To == "" {
			return nil, false
		}
		list = append(list, m)
	}
	return list, len(list) > 0
}
