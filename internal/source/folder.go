package source

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"sync"

	"github.com/demarc-dev/demarc"
)

// maxSibling is the size above which a file beside another is not read.
const maxSibling = 64 << 20

// Folder is a tree of files that a person named. Readers of formats that refer
// to other files open those through it, and never anything outside of it.
type Folder struct {
	files fs.FS
	mu    sync.Mutex
	names map[string][]string
	known map[string]map[string]bool // the same names folded
}

// NewFolder makes a folder of a file system that is rooted at it.
func NewFolder(files fs.FS) *Folder {
	return &Folder{files: files, names: map[string][]string{}, known: map[string]map[string]bool{}}
}

// list names the files right in a folder, in order. It looks once.
func (f *Folder) list(dir string) []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	if names, ok := f.names[dir]; ok {
		return names
	}
	entries, _ := fs.ReadDir(f.files, dir) // what cannot be listed was told by Files
	var names []string
	for _, e := range entries {
		if !e.IsDir() {
			names = append(names, e.Name())
		}
	}
	slices.Sort(names)
	f.names[dir] = names
	f.known[dir] = make(map[string]bool, len(names))
	for _, name := range names {
		f.known[dir][demarc.Fold(name)] = true
	}
	return names
}

// has reports whether a folder has a file of a name, in any case.
func (f *Folder) has(dir, name string) bool {
	f.list(dir)
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.known[dir][demarc.Fold(name)]
}

// Within says in which folder the input lies, and its path there with slashes.
func (in *Input) Within(folder *Folder, path string) { in.folder, in.path = folder, path }

// Siblings names the files in the folder of the input, itself among them; none
// when the input lies in no folder, as standard input does.
func (in *Input) Siblings() []string {
	if in.folder == nil {
		return nil
	}
	return in.folder.list(path.Dir(in.path))
}

// HasSibling reports whether a file of a name, in any case, lies in the folder
// of the input.
func (in *Input) HasSibling(name string) bool {
	return in.folder != nil && in.folder.has(path.Dir(in.path), name)
}

// Name is the input's own name among its siblings, "" when it has none.
func (in *Input) Name() string {
	if in.folder == nil {
		return ""
	}
	return path.Base(in.path)
}

// Sibling opens another file by its path relative to the folder of this one.
// The error is fs.ErrNotExist where there is none, or it would lie outside of
// the folder that a person named.
func (in *Input) Sibling(rel string) (*Input, error) {
	at := path.Join(path.Dir(in.path), rel)
	if in.folder == nil || !fs.ValidPath(at) || at == "." {
		return nil, fmt.Errorf("open %s: %w", rel, fs.ErrNotExist)
	}
	text, err := in.folder.read(at)
	if err != nil {
		return nil, err
	}
	sibling, err := NewInput(&demarc.File{Path: path.Join(path.Dir(in.File.Path), rel), Format: in.File.Format}, bytes.NewReader(text))
	if err != nil {
		return nil, err
	}
	sibling.Within(in.folder, at)
	return sibling, nil
}

// read reads a regular file of at most maxSibling bytes.
func (f *Folder) read(at string) ([]byte, error) {
	file, err := f.files.Open(at)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	info, err := file.Stat()
	switch {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("open %s: %w", at, fs.ErrNotExist)
	case info.Size() > maxSibling:
		return nil, fmt.Errorf("open %s: larger than %d MB", at, maxSibling>>20)
	}
	return io.ReadAll(io.LimitReader(file, maxSibling))
}
