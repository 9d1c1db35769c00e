package app

import (
	"context"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"strings"
	"sync"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/source"
)

// folders knows the folders that a person named, in which files may refer to
// each other. A file that was named alone lies in its own folder.
type folders struct {
	mu     sync.Mutex
	named  []string
	opened map[string]*source.Folder
}

func newFolders(paths []string) *folders {
	f := &folders{opened: map[string]*source.Folder{}}
	for _, p := range paths {
		p = filepath.ToSlash(filepath.Clean(p))
		if info, err := os.Stat(p); err == nil && info.IsDir() {
			f.named = append(f.named, p)
		}
	}
	return f
}

// of finds the outermost named folder around a file, and the file's path in it.
func (f *folders) of(file string) (*source.Folder, string) {
	root, rel := path.Dir(file), path.Base(file)
	for _, named := range f.named {
		if inside, ok := below(named, file); ok && len(inside) > len(rel) {
			root, rel = named, inside
		}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	folder, ok := f.opened[root]
	if !ok {
		folder = source.NewFolder(os.DirFS(root))
		f.opened[root] = folder
	}
	return folder, rel
}

// below is the path of a file in a folder.
func below(folder, file string) (string, bool) {
	if folder == "." {
		return file, !path.IsAbs(file) && !strings.HasPrefix(file, "../")
	}
	return strings.CutPrefix(file, strings.TrimSuffix(folder, "/")+"/")
}

// join finds out which files are read as a part of another, so that what they
// hold is not counted twice. Of files that take in each other, the first one
// is read.
func (in *Inputs) join(ctx context.Context) {
	claims := make([][]string, len(in.list))
	gate := make(chan struct{}, runtime.GOMAXPROCS(0))
	var group sync.WaitGroup
	for i, one := range in.list {
		if one.format.Parts == nil || one.file.Path == source.Stdin {
			continue
		}
		gate <- struct{}{}
		group.Go(func() {
			claims[i] = in.partsOf(ctx, one)
			<-gate
		})
	}
	group.Wait()
	byPath := map[string]*input{}
	for _, one := range in.list {
		byPath[one.file.Path] = one
	}
	for i, one := range in.list {
		for _, p := range claims[i] {
			if part, ok := byPath[p]; ok && part.partOf == nil && !one.leadsTo(part) {
				part.partOf = one
			}
		}
	}
}

// leadsTo reports whether an input is another one or a part of it.
func (one *input) leadsTo(other *input) bool {
	for ; one != nil; one = one.partOf {
		if one == other {
			return true
		}
	}
	return false
}

func (in *Inputs) partsOf(ctx context.Context, one *input) []string {
	r, err := in.reader(one, nil)
	if err != nil {
		return nil // said when it is read
	}
	defer func() { _ = r.Close() }()
	opened, err := source.NewInput(one.file, r)
	if err != nil {
		return nil
	}
	opened.Within(in.folders.of(one.file.Path))
	opened.Target = one.target
	return one.format.Parts(ctx, opened)
}

// partNote says with which file another one was read.
func partNote(one *input) demarc.Note {
	return demarc.Note{
		Kind: demarc.NoteIgnored, Place: demarc.Place{File: one.file}, Message: "read with " + one.partOf.file.Path, Count: 1,
	}
}
