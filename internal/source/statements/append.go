package statements

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"github.com/demarc-dev/demarc"
)

// header begins a file that is made new.
const header = "# What people say about this estate. Each entry stands until it expires or is removed.\n"

// Append writes an entry at the end of its list in a file. A file and folders
// that are not there are made. What the file holds stays as it is, byte for
// byte, and is never seen half written. An entry that cannot stand, and a file
// in which it cannot be placed, are errors that leave everything untouched.
func Append(path string, e Entry) error {
	if problem := e.Problem(); problem != "" {
		return errors.New(problem)
	}
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real // a link stays a link
	}
	before, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("read statements: %w", err)
	}
	after, err := with(before, path, e)
	if err != nil {
		return err
	}
	if err := replace(path, before, after); err != nil {
		return fmt.Errorf("write statements: %w", err)
	}
	return nil
}

// with returns the text of a file with an entry more.
func with(before []byte, path string, e Entry) ([]byte, error) {
	file := &demarc.File{Path: path}
	if !utf8.Valid(before) {
		return nil, fmt.Errorf("%s: not UTF-8", path)
	}
	if len(bytes.TrimSpace(before)) == 0 {
		before = append(bytes.Clone(before), header...)
	}
	root, err := parse(file, before)
	if err != nil {
		return nil, err
	}
	if root.Kind != 0 && root.Kind != yaml.MappingNode {
		return nil, fmt.Errorf("%s: not a mapping of lists", demarc.Place{File: file, Line: root.Line})
	}
	after, err := place(before, root, e)
	if err != nil {
		return nil, err
	}
	if !onlyMore(file, root, after, e) {
		return nil, fmt.Errorf("%s: %s cannot be added to here: write one entry below the other, each behind a dash, or name another file", path, e.list())
	}
	return after, nil
}

// place writes an entry behind the last one of its list, or a new list at the
// end of the text.
func place(text []byte, root *yaml.Node, e Entry) ([]byte, error) {
	i := keyAt(root, e.list())
	if i < 0 {
		entry, err := block(e, 2)
		return insert(text, len(text), e.list()+":\n"+entry), err
	}
	indent := 2
	if list := resolve(root.Content[i+1]); list.Kind == yaml.SequenceNode && len(list.Content) > 0 {
		indent = list.Column - 1
	}
	at := len(text)
	if i+2 < len(root.Content) {
		at = lineAt(text, root.Content[i+2].Line)
	}
	entry, err := block(e, indent)
	return insert(text, behindContent(text, lineAt(text, root.Content[i].Line), at), entry), err
}

// keyAt is where the last key of a name stands in a mapping, -1 where none does.
func keyAt(root *yaml.Node, name string) int {
	for i := len(root.Content) - 2; i >= 0; i -= 2 {
		if root.Content[i].Value == name {
			return i
		}
	}
	return -1
}

// lineAt is where a line begins.
func lineAt(text []byte, line int) int {
	at := 0
	for ; line > 1; line-- {
		n := bytes.IndexByte(text[at:], '\n')
		if n < 0 {
			return len(text)
		}
		at += n + 1
	}
	return at
}

// behindContent goes back over blank lines and comments in front of a place,
// but not before from.
func behindContent(text []byte, from, at int) int {
	for at > from {
		begin := bytes.LastIndexByte(text[:at-1], '\n') + 1
		line := bytes.TrimSpace(text[begin:at])
		if begin < from || len(line) > 0 && text[begin] != '#' {
			break
		}
		at = begin
	}
	return at
}

// insert puts a text between two lines, with the line ends of what is there.
func insert(text []byte, at int, more string) []byte {
	end := "\n"
	if bytes.Contains(text, []byte("\r\n")) {
		end = "\r\n"
		more = strings.ReplaceAll(more, "\n", end)
	}
	if at > 0 && text[at-1] != '\n' {
		more = end + more
	}
	return slices.Concat(text[:at], []byte(more), text[at:])
}

// block writes an entry of a list, indented.
func block(e Entry, indent int) (string, error) {
	n := &yaml.Node{Kind: yaml.MappingNode}
	for _, m := range e.members() {
		if len(m.texts) > 0 {
			n.Content = append(n.Content, scalar(m.key, false), m.node())
		}
	}
	var out strings.Builder
	encoder := yaml.NewEncoder(&out)
	encoder.SetIndent(2)
	if err := encoder.Encode([]*yaml.Node{n}); err != nil {
		return "", fmt.Errorf("write an entry as YAML: %w", err)
	}
	var text strings.Builder
	for line := range strings.Lines(out.String()) {
		if strings.TrimSpace(line) != "" {
			text.WriteString(strings.Repeat(" ", indent))
		}
		text.WriteString(line)
	}
	return text.String(), nil
}

func (m member) node() *yaml.Node {
	if !m.many {
		return scalar(m.texts[0], m.day)
	}
	list := &yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle}
	for _, s := range m.texts {
		list.Content = append(list.Content, scalar(s, false))
	}
	return list
}

func scalar(s string, day bool) *yaml.Node {
	tag := "!!str"
	if day {
		tag = "!!timestamp"
	}
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: tag, Value: s}
}

// said is what a tree says: the entries in order, and what is lost.
func said(file *demarc.File, root *yaml.Node) (entries map[string][]Entry, lost []string) {
	entries = map[string][]Entry{}
	r := &reader{file: file}
	r.give = func(_ *yaml.Node, e Entry) { entries[e.list()] = append(entries[e.list()], e) }
	r.lose = func(_ *yaml.Node, message string) { lost = append(lost, message) }
	r.document(root)
	return entries, lost
}

// onlyMore reports whether a text says what a tree says and one entry more, at
// the end of its list.
func onlyMore(file *demarc.File, before *yaml.Node, after []byte, e Entry) bool {
	root, err := parse(file, after)
	if err != nil {
		return false
	}
	want, wantLost := said(file, before)
	got, gotLost := said(file, root)
	list := got[e.list()]
	if len(list) == 0 || !sameEntry(list[len(list)-1], e) {
		return false
	}
	got[e.list()] = list[:len(list)-1]
	if len(list) == 1 {
		delete(got, e.list())
	}
	return reflect.DeepEqual(got, want) && slices.Equal(gotLost, wantLost)
}

// sameEntry compares what would be written of two entries.
func sameEntry(a, b Entry) bool {
	x, errX := block(a, 0)
	y, errY := block(b, 0)
	return errX == nil && errY == nil && x == y
}

// replace puts a new text in the place of a file, unless somebody else changed
// it meanwhile.
func replace(path string, before, after []byte) (err error) {
	folder := filepath.Dir(path)
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	mode := fs.FileMode(0o644)
	if info, err := os.Stat(path); err == nil {
		mode = info.Mode().Perm()
	}
	temporary, err := os.CreateTemp(folder, ".statements-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(temporary.Name())
		}
	}()
	_, err = temporary.Write(after)
	err = errors.Join(err, temporary.Chmod(mode), temporary.Sync(), temporary.Close())
	if err != nil {
		return err
	}
	now, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if !bytes.Equal(now, before) {
		return fmt.Errorf("%s changed meanwhile: try again", path)
	}
	return os.Rename(temporary.Name(), path)
}
