package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"testing"
)

// record keeps what a script would have failed with.
type record struct {
	*testing.T
	failures []string
}

func (r *record) Errorf(format string, args ...any) {
	r.failures = append(r.failures, fmt.Sprintf(format, args...))
}

// echo prints its arguments, its input and its environment, complains on
// stderr, and ends with the number of its arguments that are "fail".
func echo(_ context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer, env []string) int {
	input, _ := io.ReadAll(stdin)
	fmt.Fprintf(stdout, "args %q\n%s%s\n", args, input, strings.Join(env, " "))
	fmt.Fprintln(stderr, "warning")
	return strings.Count(strings.Join(args, " "), "fail")
}

func TestRunner(t *testing.T) {
	tests := []struct {
		name, script string
		want         []string // starts of the failures
	}{
		{"a run and what it printed", "demarc a 'b c'\nstdout '^args .\"a\" \"b c\".$'\nstderr warning\n! stderr error\n", nil},
		{"input and environment", "input in.txt\nenv X=1\ndemarc\nstdout '^from a file$'\nstdout ^X=1$\n-- in.txt --\nfrom a file\n", nil},
		{"a quote that is not closed", "demarc 'a b\n", []string{"line 1: a quote is not closed"}},
		{"the whole output", "env X=1\ninput in.txt\ndemarc a\nstdout-is out.txt\n-- in.txt --\nfile\n-- out.txt --\nargs [\"a\"]\nfile\nX=1\n", nil},
		{"another output", "demarc a\nstdout-is out.txt\n-- out.txt --\nargs [\"b\"]\n\n", []string{"line 2: stdout is not out.txt"}},
		{"a code that nobody expects", "demarc fail\nstdout args\n", []string{"line 2: the run of line 1 ended with 1"}},
		{"a code before the next run", "demarc fail\ndemarc\n", []string{"line 2: the run of line 1 ended with 1"}},
		{"the code expected", "demarc fail fail\ncode 2\n", nil},
		{"another code", "demarc fail\ncode 2\n", []string{"line 2: ended with 1, want 2"}},
		{"a pattern that does not match", "demarc\nstdout none\n! stdout args\n", []string{`line 2: stdout: does "none"`, `line 3: stdout: does "args"`}},
		{"lines", "demarc\nlines stdout 2\nlines stdout 1\n", []string{"line 3: 2 lines in stdout, want at most 1"}},
		{"files", "exists in.txt\n! exists out.txt\nexists out.txt\nprint in.txt\nstdout file # a comment\n-- in.txt --\nfile\n",
			[]string{"line 3: out.txt"}},
		{"a command that is not there", "run x\nstdout\n", []string{"line 1: there is no command", "line 2: \"stdout\" lacks an argument"}},
		{"a folder of the repository", "copy internal/cli\nexists internal/cli/cli.go\ncopy none\n", []string{"line 3: "}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := &record{T: t}
			s := script{t: r, top: top(t), archive: parseArchive(tt.script), program: echo}
			s.run(t.TempDir())
			if len(r.failures) != len(tt.want) {
				t.Fatalf("got %q, want %q", r.failures, tt.want)
			}
			for i, want := range tt.want {
				if !strings.HasPrefix(r.failures[i], want) {
					t.Errorf("got %q, want %q", r.failures[i], want)
				}
			}
		})
	}
}

func TestArchive(t *testing.T) {
	const text = "demarc x\n-- a/b.txt --\none\n-- not a file\n-- c --\n"
	a := parseArchive(text)
	if a.script != "demarc x\n" || len(a.files) != 2 || a.file("a/b.txt").content != "one\n-- not a file\n" || a.file("c").content != "" {
		t.Errorf("got %+v", a)
	}
	if a.String() != text {
		t.Errorf("written again: %q", a)
	}
	if a.file("none") != nil {
		t.Error("a file that is not there was found")
	}
}
