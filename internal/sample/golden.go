package sample

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"
)

// update rewrites golden files instead of comparing with them.
var update = flag.Bool("update", false, "rewrite the golden files of testdata")

// Golden compares got with the file of that name in the test's testdata
// folder. With -update it writes the file.
func Golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatalf("write golden file: %v", err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("read golden file: %v", err)
	}
	if bytes.Equal(got, want) {
		return
	}
	line, gotLine, wantLine := firstDifference(got, want)
	t.Errorf("%s differs in line %d (go test -update rewrites it)\n got: %q\nwant: %q", path, line, gotLine, wantLine)
}

func firstDifference(got, want []byte) (line int, gotLine, wantLine []byte) {
	g, w := bytes.Split(got, []byte("\n")), bytes.Split(want, []byte("\n"))
	for i := range max(len(g), len(w)) {
		gotLine, wantLine = at(g, i), at(w, i)
		if !bytes.Equal(gotLine, wantLine) {
			return i + 1, gotLine, wantLine
		}
	}
	return 0, nil, nil
}

func at(lines [][]byte, i int) []byte {
	if i < len(lines) {
		return lines[i]
	}
	return []byte("(end of file)")
}
