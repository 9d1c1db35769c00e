package source_test

import (
	"errors"
	"io"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/source"
)

func within(t *testing.T, files fstest.MapFS, path, named string) *source.Input {
	t.Helper()
	in, err := source.NewInput(&demarc.File{Path: named}, strings.NewReader("own"))
	if err != nil {
		t.Fatal(err)
	}
	if files != nil {
		in.Within(source.NewFolder(files), path)
	}
	return in
}

func TestSibling(t *testing.T) {
	files := fstest.MapFS{"a/main": {Data: []byte("own")}, "a/b/linked": {Data: []byte("\xff\xfel\x00")}, "up": {Data: []byte("up")}}
	tests := []struct{ rel, path, text string }{
		{"b/linked", "estate/a/b/linked", "l"},
		{"../up", "estate/up", "up"},
		{"./b/../b/linked", "estate/a/b/linked", "l"},
		{"../../outside", "", ""},
		{"/etc/passwd", "", ""},
		{"b", "", ""},
		{"gone", "", ""},
		{"..", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.rel, func(t *testing.T) {
			s, err := within(t, files, "a/main", "estate/a/main").Sibling(tt.rel)
			if tt.path == "" {
				if !errors.Is(err, fs.ErrNotExist) {
					t.Errorf("got %v, want that it is not there", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if text, _ := io.ReadAll(s); string(text) != tt.text || s.File.Path != tt.path {
				t.Errorf("%s holds %q, want %s with %q", s.File.Path, text, tt.path, tt.text)
			}
			if back, err := s.Sibling("../main"); tt.text == "l" && (err != nil || back.File.Path != "estate/a/main") {
				t.Errorf("the way back: %v", err)
			}
		})
	}
}

func TestSiblings(t *testing.T) {
	in := within(t, fstest.MapFS{"a/z": {}, "a/b/linked": {}, "a/c": {}, "up": {}}, "a/z", "z")
	if got := in.Siblings(); !slices.Equal(got, []string{"c", "z"}) || in.Name() != "z" {
		t.Errorf("got %q of %q", got, in.Name())
	}
	for name, want := range map[string]bool{"C": true, "z": true, "linked": false, "up": false, "": false} {
		if in.HasSibling(name) != want {
			t.Errorf("HasSibling(%q) = %v", name, !want)
		}
	}
	alone := within(t, nil, "", "-")
	if _, err := alone.Sibling("x"); alone.Siblings() != nil || alone.HasSibling("x") || alone.Name() != "" || !errors.Is(err, fs.ErrNotExist) {
		t.Error("standard input has siblings")
	}
}
