package policyfiles

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/source"
)

// The bounds of what is read. The largest published definition has a tenth of a
// megabyte, the largest initiative half of one.
const (
	maxFile    = 16 << 20
	maxAll     = 512 << 20 // of the files that are kept
	maxStream  = 8 << 30   // of an archive, unpacked
	maxEntries = 500_000
)

// Tree is a folder or an archive. Nothing of an archive is ever written to the
// disk.
type Tree struct {
	root   string   // as the user named it
	names  []string // with slashes below the root, in order
	read   func(name string) ([]byte, error)
	closer io.Closer
	lower  map[string]string // the names by their lower case
	notes  []demarc.Note
	origin Origin
}

// Open opens a folder, an archive (.tar.gz, .tgz, .zip) or a single file.
func Open(name string) (*Tree, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	t := &Tree{root: filepath.ToSlash(filepath.Clean(name))}
	switch lower := strings.ToLower(name); {
	case info.IsDir():
		t.folder()
	case strings.HasSuffix(lower, ".tar.gz"), strings.HasSuffix(lower, ".tgz"), strings.HasSuffix(lower, ".tar"):
		err = t.tar(name)
	case strings.HasSuffix(lower, ".zip"):
		err = t.zip(name)
	default:
		t.names = []string{path.Base(t.root)}
		t.root = path.Dir(t.root)
		t.read = t.fromFolder
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	t.narrow()
	slices.Sort(t.names)
	t.lower = make(map[string]string, len(t.names))
	for _, n := range t.names {
		t.lower[strings.ToLower(n)] = n
	}
	return t, nil
}

// Close closes the archive.
func (t *Tree) Close() {
	if t.closer != nil {
		_ = t.closer.Close()
	}
}

// narrow leaves of Microsoft's repository what is published as built in: it
// holds samples too.
func (t *Tree) narrow() {
	builtIn := func(name string) bool {
		parts := strings.Split(name, "/")
		i := slices.Index(parts[:min(len(parts), 2)], "built-in-policies")
		return i >= 0 && len(parts) > i+2 && (parts[i+1] == "policyDefinitions" || parts[i+1] == "policySetDefinitions")
	}
	if slices.ContainsFunc(t.names, builtIn) {
		t.names = slices.DeleteFunc(t.names, func(name string) bool { return !builtIn(name) && !isLicence(name) })
	}
}

// shown is a name as people find it.
func (t *Tree) shown(name string) string {
	if t.root == "." {
		return name
	}
	return strings.TrimSuffix(t.root, "/") + "/" + name
}

// named finds a file by its name in lower case, "" when there is none.
func (t *Tree) named(lower string) string { return t.lower[lower] }

// text is what a file holds, in UTF-8 whatever it was written in.
func (t *Tree) text(name string) (string, error) {
	raw, err := t.read(name)
	if err != nil {
		return "", err
	}
	in, err := source.NewInput(&demarc.File{Path: name}, bytes.NewReader(raw))
	if err != nil {
		return "", err
	}
	text, err := io.ReadAll(in)
	return string(text), err
}

// wanted reports whether a file may matter. Hidden folders hold what tools
// keep for themselves.
func wanted(name string) bool {
	if !hasExtension(name, ".json", ".jsonc", ".tf") && !isLicence(name) {
		return false
	}
	for part := range strings.SplitSeq(path.Dir(name), "/") {
		if strings.HasPrefix(part, ".") && part != "." && part != ".." {
			return false
		}
	}
	return true
}

func (t *Tree) folder() {
	files, notes := source.Files([]string{t.root})
	t.notes, t.read = notes, t.fromFolder
	for _, f := range files {
		name := f.Path
		if t.root != "." {
			name = strings.TrimPrefix(name, strings.TrimSuffix(t.root, "/")+"/")
		}
		if wanted(name) {
			t.names = append(t.names, name)
		}
	}
	t.origin.Commit = headOf(t.root)
	if t.origin.Commit == "" {
		t.origin.Commit = commitOf(path.Base(t.root))
	}
}

func (t *Tree) fromFolder(name string) ([]byte, error) {
	f, err := os.Open(filepath.FromSlash(t.shown(name)))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return limited(f)
}

var errTooLarge = fmt.Errorf("larger than %d MB, which no definition is", maxFile>>20)

func limited(r io.Reader) ([]byte, error) {
	text, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	if err == nil && len(text) > maxFile {
		err = errTooLarge
	}
	return text, err
}

// tar reads an archive from its beginning to its end; what may matter is kept.
func (t *Tree) tar(name string) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	sum := sha256.New()
	var r io.Reader = io.TeeReader(f, sum)
	if !strings.HasSuffix(strings.ToLower(name), ".tar") {
		unzipped, err := gzip.NewReader(r)
		if err != nil {
			return err
		}
		r = unzipped
	}
	bounded := &io.LimitedReader{R: r, N: maxStream}
	if err := t.entries(tar.NewReader(bounded)); err != nil {
		if bounded.N <= 0 {
			return fmt.Errorf("more than %d GB unpacked", maxStream>>30)
		}
		return err
	}
	if _, err := io.Copy(io.Discard, bounded); err != nil {
		return err
	}
	if _, err := io.Copy(sum, f); err != nil {
		return err
	}
	t.origin.SHA256 = hex.EncodeToString(sum.Sum(nil))
	return nil
}

func (t *Tree) entries(r *tar.Reader) error {
	kept, all := map[string][]byte{}, 0
	t.read = func(name string) ([]byte, error) {
		if text, ok := kept[name]; ok {
			return text, nil
		}
		return nil, os.ErrNotExist
	}
	for n := 0; ; n++ {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if n > maxEntries {
			return fmt.Errorf("more than %d entries", maxEntries)
		}
		name := cleaned(h.Name)
		t.origin.hint(h.PAXRecords["comment"], name)
		if h.Typeflag != tar.TypeReg || !wanted(name) {
			continue
		}
		text, err := limited(r)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if all += len(text); all > maxAll {
			return fmt.Errorf("more than %d MB of definitions", maxAll>>20)
		}
		if _, ok := kept[name]; !ok {
			t.names = append(t.names, name)
		}
		kept[name] = text
	}
}

// zip opens an archive whose parts can be read in any order.
func (t *Tree) zip(name string) error {
	sum, err := sumOf(name)
	if err != nil {
		return err
	}
	z, err := zip.OpenReader(name)
	if err != nil {
		return err
	}
	if len(z.File) > maxEntries {
		_ = z.Close()
		return fmt.Errorf("more than %d entries", maxEntries)
	}
	t.closer, t.origin.SHA256 = z, sum
	parts := map[string]*zip.File{}
	for _, part := range z.File {
		at := cleaned(part.Name)
		t.origin.hint(z.Comment, at)
		if part.Mode().IsRegular() && wanted(at) {
			if parts[at] == nil {
				t.names = append(t.names, at)
			}
			parts[at] = part
		}
	}
	left := int64(maxAll)
	t.read = func(name string) ([]byte, error) {
		part := parts[name]
		if part == nil {
			return nil, os.ErrNotExist
		}
		r, err := part.Open()
		if err != nil {
			return nil, err
		}
		defer r.Close()
		text, err := limited(r)
		if left -= int64(len(text)); left < 0 && err == nil {
			err = fmt.Errorf("more than %d MB of definitions", maxAll>>20)
		}
		return text, err
	}
	return nil
}

// cleaned is the name of an entry as a path. It is only shown and compared:
// nothing is written to where it leads.
func cleaned(name string) string {
	return strings.TrimPrefix(path.Clean("/"+strings.ReplaceAll(name, "\\", "/")), "/")
}

func sumOf(name string) (string, error) {
	f, err := os.Open(name)
	if err != nil {
		return "", err
	}
	defer f.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}
