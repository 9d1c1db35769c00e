package cli

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
)

// A file is written whole or stays as it was, and nothing is left beside it.
func TestWriteFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "out")
	text := func(s string, err error) func(io.Writer) error {
		return func(w io.Writer) error {
			_, _ = io.WriteString(w, s)
			return err
		}
	}
	if err := writeFile(path, text("first", nil)); err != nil {
		t.Fatal(err)
	}
	full := errors.New("no room")
	if err := writeFile(path, text("second, cut", full)); !errors.Is(err, full) {
		t.Errorf("error = %v, want %v", err, full)
	}
	if got, _ := os.ReadFile(path); string(got) != "first" {
		t.Errorf("the file holds %q", got)
	}
	if entries, _ := os.ReadDir(filepath.Dir(path)); len(entries) != 1 {
		t.Errorf("%d files are there, want the one", len(entries))
	}
}

func TestWriteFileToADevice(t *testing.T) {
	if err := writeFile(os.DevNull, func(w io.Writer) error { _, err := io.WriteString(w, "x"); return err }); err != nil {
		t.Error(err)
	}
	if info, err := os.Stat(os.DevNull); err != nil || info.Mode().IsRegular() {
		t.Errorf("%s is a device no more: %v, %v", os.DevNull, info, err)
	}
}

func TestWriteFileWhereNobodyMay(t *testing.T) {
	if err := writeFile(filepath.Join(t.TempDir(), "absent", "out"), func(io.Writer) error { return nil }); err == nil {
		t.Error("no error")
	}
	if err := writeFile(t.TempDir(), func(io.Writer) error { return nil }); err == nil {
		t.Error("a folder was replaced")
	}
}
