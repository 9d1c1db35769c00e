package source

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/demarc-dev/demarc"
)

// Stdin is the path that stands for standard input.
const Stdin = "-"

// Files lists the files that paths name: files, folders with all that is below
// them, and "-" for standard input. They are ordered by path, each once, and
// nothing is chosen by name. Hidden folders are passed over. What cannot be
// listed, and what a loop of links cuts off, becomes a note.
func Files(paths []string) ([]*demarc.File, []demarc.Note) {
	w := walker{seen: map[string]bool{}}
	for _, path := range paths {
		w.named(path)
	}
	slices.SortFunc(w.files, func(a, b *demarc.File) int { return strings.Compare(a.Path, b.Path) })
	return w.files, w.notes
}

// walker gathers files. Folders are known by their real path, so that links
// lead into each of them once.
type walker struct {
	files []*demarc.File
	notes []demarc.Note
	seen  map[string]bool
}

func (w *walker) note(kind demarc.NoteKind, path, message string) {
	place := demarc.Place{File: &demarc.File{Path: path}}
	w.notes = append(w.notes, demarc.Note{Kind: kind, Place: place, Message: message, Count: 1})
}

func (w *walker) add(path string) {
	if key := "file " + path; !w.seen[key] {
		w.seen[key] = true
		w.files = append(w.files, &demarc.File{Path: path})
	}
}

// named takes a path that a person gave: it may be a pipe or hidden.
func (w *walker) named(path string) {
	if path == Stdin {
		w.add(path)
		return
	}
	path = filepath.ToSlash(filepath.Clean(path))
	info, err := os.Stat(path)
	switch {
	case err != nil:
		w.note(demarc.NoteUnreadable, path, reason(err))
	case info.IsDir():
		w.folder(path, false)
	default:
		w.add(path)
	}
}

// folder takes all that is in a folder, in the order of names.
func (w *walker) folder(path string, byLink bool) {
	real, err := filepath.EvalSymlinks(path)
	if err == nil {
		real, err = filepath.Abs(real)
	}
	if err != nil {
		w.note(demarc.NoteUnreadable, path, reason(err))
		return
	}
	if w.seen[real] {
		if byLink {
			w.note(demarc.NoteIgnored, path, "a link to a folder that is read already")
		}
		return
	}
	w.seen[real] = true
	entries, err := os.ReadDir(path)
	if err != nil {
		w.note(demarc.NoteUnreadable, path, reason(err))
	}
	for _, entry := range entries {
		w.entry(joined(path, entry.Name()), entry)
	}
}

func (w *walker) entry(path string, entry fs.DirEntry) {
	byLink := entry.Type()&fs.ModeSymlink != 0
	info, err := os.Stat(path)
	switch {
	case err != nil:
		w.note(demarc.NoteUnreadable, path, reason(err))
	case info.IsDir():
		if !strings.HasPrefix(entry.Name(), ".") {
			w.folder(path, byLink)
		}
	case info.Mode().IsRegular():
		w.add(path)
	default:
		w.note(demarc.NoteIgnored, path, "neither a file nor a folder")
	}
}

// joined keeps the path as the person named it in front.
func joined(folder, name string) string {
	if folder == "." {
		return name
	}
	return strings.TrimSuffix(folder, "/") + "/" + name
}

// reason is what the system says without the path, which the note has.
func reason(err error) string {
	var of *fs.PathError
	if errors.As(err, &of) {
		return of.Err.Error()
	}
	return err.Error()
}
