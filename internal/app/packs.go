package app

import (
	"cmp"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/pack"
	"github.com/demarc-dev/demarc/internal/policy"
	"github.com/demarc-dev/demarc/internal/policyfiles"
	"github.com/demarc-dev/demarc/internal/report"
	"github.com/demarc-dev/demarc/internal/source/provideraliases"
)

// AliasPack is the name of the pack of aliases, of which there is one.
const AliasPack = "aliases"

// PackRequest says what is to be packed and where packs are kept.
type PackRequest struct {
	Folder string // of packs
	Name   string // of the pack
	Path   string // of what is packed
	Commit string // where the path does not tell it
	Today  time.Time
}

var (
	packName   = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{0,63}$`)
	commitText = regexp.MustCompile(`^[0-9a-fA-F]{7,64}$`)
)

// packPath is where a pack lies.
func packPath(folder, name string) (string, error) {
	if !packName.MatchString(name) {
		return "", &UsageError{fmt.Errorf("%q is no name of a pack: lower-case letters, digits, dots and dashes", name)}
	}
	return filepath.Join(folder, name+pack.Extension), nil
}

// AddPolicyPack packs the definitions and initiatives of a clone, a folder or
// an archive.
func AddPolicyPack(q PackRequest) (*report.PackAdded, error) {
	path, err := packPath(q.Folder, q.Name)
	switch {
	case err != nil:
		return nil, err
	case q.Name == AliasPack:
		return nil, &UsageError{fmt.Errorf("the pack %s holds aliases: give another --name", AliasPack)}
	case q.Commit != "" && !commitText.MatchString(q.Commit):
		return nil, &UsageError{fmt.Errorf("%q is no commit", q.Commit)}
	}
	tree, err := policyfiles.Open(q.Path)
	if err != nil {
		return nil, err
	}
	defer tree.Close()
	p := &packing{known: map[string]bool{}}
	notes, err := tree.Find(p.take)
	if err != nil {
		return nil, err
	}
	if len(p.definitions)+len(p.sets) == 0 {
		return nil, hinted(fmt.Errorf("no policy definitions in %s", q.Path), "give a clone or an archive of Azure/azure-policy, or a folder of definitions")
	}
	header, err := q.header(tree)
	if err != nil {
		return nil, err
	}
	if err := pack.Save(path, func(w io.Writer) error { return pack.Write(w, header, p.definitions, p.sets) }); err != nil {
		return nil, fmt.Errorf("write %s: %w", path, err)
	}
	return added(path, append(p.notes, noteLines(notes)...))
}

func (q PackRequest) header(tree *policyfiles.Tree) (pack.Header, error) {
	origin, err := tree.Origin()
	if err != nil {
		return pack.Header{}, err
	}
	return pack.Header{Name: q.Name, Source: filepath.Base(filepath.Clean(q.Path)), Commit: strings.ToLower(cmp.Or(q.Commit, origin.Commit)), SHA256: origin.SHA256,
		Licence: pack.Licence{Name: origin.Licence.Name, Text: origin.Licence.Text}, Created: date(q.Today)}, nil
}

// packing gathers what goes into a pack.
type packing struct {
	definitions, sets []pack.Entry
	known             map[string]bool
	notes             []string
}

func (p *packing) take(f policyfiles.File) error {
	if f.Assignment {
		return nil
	}
	key := fmt.Sprint(f.Gov, f.Set, demarc.Fold(f.ID))
	if p.known[key] {
		p.notes = append(p.notes, f.Place().String()+": "+f.ID+" once more, left out")
		return nil
	}
	p.known[key] = true
	e := pack.Entry{ID: f.ID, Gov: f.Gov, Raw: f.Raw}
	if f.Set {
		p.sets = append(p.sets, e)
		return nil
	}
	d, err := policy.Parse(f.Raw)
	if err != nil {
		// It stays in the pack, so that an assignment that names it is told why.
		e.Types = []string{}
		p.notes = append(p.notes, refusal(&f, err).String())
	} else if types, any := d.Types(); !any {
		e.Types = append([]string{}, types...)
	}
	p.definitions = append(p.definitions, e)
	return nil
}

func noteLines(notes []demarc.Note) []string {
	lines := make([]string, 0, len(notes))
	for i := range notes {
		lines = append(lines, notes[i].Place.String()+": "+notes[i].Message)
	}
	return lines
}

// added says what a new pack holds, as it is read back.
func added(path string, notes []string) (*report.PackAdded, error) {
	line, err := packLine(path)
	if err != nil {
		return nil, err
	}
	if notes == nil {
		notes = []string{}
	}
	return &report.PackAdded{PackLine: line, File: filepath.ToSlash(path), Notes: notes}, nil
}

// AddAliases packs the aliases of a file.
func AddAliases(q PackRequest) (*report.PackAdded, error) {
	path, err := packPath(q.Folder, AliasPack)
	if err != nil {
		return nil, err
	}
	f, err := os.Open(q.Path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	sum := sha256.New()
	var list []pack.Alias
	notes, err := provideraliases.Read(io.TeeReader(f, sum), func(a provideraliases.Alias) error {
		list = append(list, packedAlias(&a))
		return nil
	})
	if err == nil {
		_, err = io.Copy(sum, f)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", q.Path, err)
	}
	header := pack.Header{Name: AliasPack, Source: filepath.Base(filepath.Clean(q.Path)), SHA256: fmt.Sprintf("%x", sum.Sum(nil)), Created: date(q.Today)}
	if err := pack.Save(path, func(w io.Writer) error { return pack.WriteAliases(w, header, list) }); err != nil {
		return nil, fmt.Errorf("write %s: %w", path, err)
	}
	return added(path, noteLines(notes))
}

func packedAlias(a *provideraliases.Alias) pack.Alias {
	p := pack.Alias{Name: a.Name, Type: a.Type, Path: a.DefaultPath, Modifiable: a.Modifiable}
	for _, v := range a.Paths {
		p.Versions = append(p.Versions, pack.AliasPath{Path: v.Path, APIVersions: v.APIVersions})
	}
	return p
}

// Packs lists the packs of a folder. One that is damaged stands in the list
// with what is wrong.
func Packs(folder string) (*report.PackList, error) {
	entries, err := os.ReadDir(folder)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	list := &report.PackList{Folder: filepath.ToSlash(folder), Packs: []report.PackLine{}}
	for _, e := range entries {
		name, found := strings.CutSuffix(e.Name(), pack.Extension)
		if !found || e.IsDir() || !packName.MatchString(name) {
			continue
		}
		line, err := packLine(filepath.Join(folder, e.Name()))
		if err != nil {
			line = report.PackLine{Fault: err.Error()}
		}
		line.Name = name
		list.Packs = append(list.Packs, line)
	}
	slices.SortFunc(list.Packs, func(a, b report.PackLine) int { return strings.Compare(a.Name, b.Name) })
	return list, nil
}

func packLine(path string) (report.PackLine, error) {
	h, err := pack.ReadHeader(path)
	if err != nil {
		return report.PackLine{}, err
	}
	return report.PackLine{Name: h.Name, Kind: h.Kind, Source: h.Source, Commit: h.Commit, SHA256: h.SHA256, Licence: h.Licence.Name, Created: h.Created,
		Definitions: h.Definitions, Government: h.Government, Sets: h.Sets, GovernmentSets: h.GovernmentSets, Aliases: h.Aliases}, nil
}

// RemovePack removes a pack.
func RemovePack(folder, name string) error {
	path, err := packPath(folder, name)
	if err != nil {
		return err
	}
	if err := os.Remove(path); errors.Is(err, fs.ErrNotExist) {
		return hinted(fmt.Errorf("no pack %q", name), "demarc catalog list lists the packs there are")
	} else if err != nil {
		return err
	}
	return nil
}
