package source_test

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/source"
)

// tree makes files below a folder and goes there.
func tree(t *testing.T, files ...string) {
	t.Helper()
	t.Chdir(t.TempDir())
	for _, f := range files {
		if err := os.MkdirAll(filepath.Dir(f), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(f, []byte("[]"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func link(t *testing.T, to, path string) {
	t.Helper()
	if err := os.Symlink(to, path); err != nil {
		t.Fatal(err)
	}
}

// list writes down files and notes.
func list(files []*demarc.File, notes []demarc.Note) string {
	var parts []string
	for _, f := range files {
		parts = append(parts, f.Path)
	}
	for _, n := range notes {
		parts = append(parts, string(n.Kind)+" "+n.Place.String()+": "+n.Message)
	}
	return strings.Join(parts, "\n")
}

func TestFiles(t *testing.T) {
	tests := []struct {
		name  string
		files []string
		make  func(t *testing.T)
		paths []string
		want  string
	}{
		{name: "a folder in order", files: []string{"e/b.txt", "e/a/z", "e/c"}, paths: []string{"e"}, want: "e/a/z\ne/b.txt\ne/c"},
		{name: "the folder at hand", files: []string{"b", "a"}, paths: []string{"."}, want: "a\nb"},
		{name: "hidden folders", files: []string{".git/x", "e/.cache/y", "e/a"}, paths: []string{"."}, want: "e/a"},
		{name: "a hidden folder by name", files: []string{".e/a"}, paths: []string{".e"}, want: ".e/a"},
		{name: "each file once", files: []string{"e/a"}, paths: []string{"e/a", "e", "./e/a", "e/"}, want: "e/a"},
		{name: "standard input", files: []string{"a"}, paths: []string{"a", "-", "-"}, want: "-\na"},
		{name: "nothing there", paths: []string{"gone"}, want: "unreadable gone: no such file or directory"},
		{name: "a loop of links", files: []string{"e/a", "e/f/b"}, paths: []string{"e"},
			make: func(t *testing.T) { link(t, "..", "e/f/up"); link(t, ".", "e/f/self") },
			want: "e/a\ne/f/b\nignored e/f/self: a link to a folder that is read already\nignored e/f/up: a link to a folder that is read already"},
		{name: "a link to itself", files: []string{"e/a"}, paths: []string{"e"}, make: func(t *testing.T) { link(t, "l", "e/l") },
			want: "e/a\nunreadable e/l: too many levels of symbolic links"},
		{name: "a link to nothing", files: []string{"e/a"}, paths: []string{"e"}, make: func(t *testing.T) { link(t, "gone", "e/l") },
			want: "e/a\nunreadable e/l: no such file or directory"},
		{name: "links to files and folders elsewhere", files: []string{"e/a", "other/b", "c"}, paths: []string{"e"},
			make: func(t *testing.T) { link(t, "../other", "e/o"); link(t, "../c", "e/c") }, want: "e/a\ne/c\ne/o/b"},
		{name: "a pipe in a folder", files: []string{"e/a"}, paths: []string{"e"},
			make: func(t *testing.T) {
				if err := syscall.Mkfifo("e/p", 0o600); err != nil {
					t.Fatal(err)
				}
			}, want: "e/a\nignored e/p: neither a file nor a folder"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tree(t, tt.files...)
			if tt.make != nil {
				tt.make(t)
			}
			if got := list(source.Files(tt.paths)); got != tt.want {
				t.Errorf("got\n%s\nwant\n%s", got, tt.want)
			}
		})
	}
}
