package pack

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/demarc-dev/demarc"
)

// Alias is a name by which policies call a property, and where the property
// lies.
type Alias struct {
	Name       string
	Type       string // the resource type, "" where only the name tells
	Path       string // by default
	Modifiable bool
	Versions   []AliasPath
}

// AliasPath is where the property lies in some versions of the API.
type AliasPath struct {
	Path        string
	APIVersions []string
}

// maxAliases bounds a table unpacked: Azure has a hundred thousand aliases.
const maxAliases = 256 << 20

// WriteAliases writes a table of aliases: a line for each, with tabs between
// name, type, path, whether it is modifiable, and then the path and the
// versions of each path that is not the default.
func WriteAliases(w io.Writer, h Header, list []Alias) error {
	lines := make([]string, 0, len(list))
	for i := range list {
		a := &list[i]
		modifiable := ""
		if a.Modifiable {
			modifiable = "m"
		}
		columns := []string{a.Name, a.Type, a.Path, modifiable}
		for _, v := range a.Versions {
			columns = append(columns, v.Path, strings.Join(v.APIVersions, " "))
		}
		if slices.ContainsFunc(columns, func(s string) bool { return strings.ContainsAny(s, "\t\r\n") }) {
			return fmt.Errorf("the alias %q holds a tab or a line end", a.Name)
		}
		lines = append(lines, strings.Join(columns, "\t"))
	}
	slices.SortFunc(lines, func(a, b string) int {
		if c := demarc.CompareFold(a, b); c != 0 {
			return c
		}
		return strings.Compare(a, b)
	})
	lines = slices.Compact(lines)
	h.Format, h.Kind, h.Aliases = Format, Aliases, len(lines)
	if err := writeJSON(w, h); err != nil {
		return err
	}
	return writeMember(w, []byte(strings.Join(lines, "\n")+"\n"))
}

// OpenAliases reads a table of aliases.
func OpenAliases(path string) (Header, []Alias, error) {
	h, rest, err := open(path, Aliases)
	if err != nil {
		return h, nil, err
	}
	text, rest, err := member(rest, maxAliases)
	if err == nil && len(rest) > 0 {
		err = errors.New("more behind the end")
	}
	if err != nil {
		return h, nil, damaged(path, err)
	}
	list := make([]Alias, 0, bytes.Count(text, []byte("\n")))
	for line := range strings.Lines(string(text)) {
		columns := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		const fixed = 4
		if len(columns) == 1 && columns[0] == "" {
			continue
		}
		if len(columns) < fixed || len(columns)%2 != 0 {
			return h, nil, damaged(path, errors.New("a line that is no alias"))
		}
		a := Alias{Name: columns[0], Type: columns[1], Path: columns[2], Modifiable: columns[3] == "m"}
		for i := fixed; i < len(columns); i += 2 {
			a.Versions = append(a.Versions, AliasPath{Path: columns[i], APIVersions: strings.Fields(columns[i+1])})
		}
		list = append(list, a)
	}
	if len(list) != h.Aliases {
		return h, nil, damaged(path, fmt.Errorf("it holds %d aliases and should hold %d", len(list), h.Aliases))
	}
	return h, list, nil
}

// Save fills a file whole or leaves what was there: it writes beside it and
// renames. The folder is made where it is not there.
func Save(path string, fill func(io.Writer) error) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".pack-*")
	if err != nil {
		return err
	}
	err = fill(f)
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Chmod(f.Name(), 0o644)
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(f.Name())
	}
	return err
}
