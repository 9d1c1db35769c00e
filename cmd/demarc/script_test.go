package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/demarc-dev/demarc/internal/cli"
)

var update = flag.Bool("update", false, "write the expected outputs again")

// TestScripts runs every script below testdata/script: a text file with
// commands on top and the files they work on below, in the txtar format. The
// files are laid out in an empty folder, which the commands run in.
//
//	demarc ARG...        run the program; it must end with 0, unless code follows
//	code N               the program must have ended with N
//	stdout REGEXP        what it printed must match; "! stdout" must not. Also stderr
//	stdout-is FILE       what it printed must be the file, byte for byte; -update writes it. Also stderr-is
//	lines stdout N       it must have printed at most N lines
//	input FILE           the next run reads the file as its standard input
//	env NAME=VALUE       for the runs that follow
//	copy PATH            copy a folder of the repository, such as examples/contoso
//	exists FILE          the file must be there; "! exists" must not
//	print FILE           print a file, as if the program had
//
// Words stand apart by spaces; quotes ' ' keep them together. # is a comment.
func TestScripts(t *testing.T) {
	scripts, err := filepath.Glob("testdata/script/*.txtar")
	if err != nil || len(scripts) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	for _, name := range scripts {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			s := script{update: *update, t: t, top: top(t), archive: parseArchive(string(text)), program: cli.Run, env: []string{"DEMARC_PACKS=" + t.TempDir()}}
			s.run(t.TempDir())
			if got := s.archive.String(); *update && !t.Failed() && got != string(text) {
				if err := os.WriteFile(filepath.Join(s.top, "cmd/demarc", name), []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// top is the top of the repository.
func top(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

type program func(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer, env []string) int

// failer is what a script needs of a test, so that it can be tested itself.
type failer interface {
	Errorf(format string, args ...any)
	Chdir(dir string)
	Context() context.Context
}

type script struct {
	update  bool // what is expected is written again
	t       failer
	top     string
	archive archive
	program program

	env            []string
	stdin          []byte
	stdout, stderr bytes.Buffer
	code           int
	ran            int // line of the run whose code nobody asked for yet, 0 if none
	line           int
}

// errorf fails the test with the line of the script.
func (s *script) errorf(format string, args ...any) {
	s.t.Errorf("line %d: %s", s.line, fmt.Sprintf(format, args...))
}

func (s *script) run(dir string) {
	for _, f := range s.archive.files {
		name := filepath.Join(dir, f.name)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			s.errorf("%v", err)
		}
		if err := os.WriteFile(name, []byte(f.content), 0o644); err != nil {
			s.errorf("%v", err)
		}
	}
	s.t.Chdir(dir)
	for line := range strings.Lines(s.archive.script) {
		s.line++
		words, err := split(line)
		if err != nil {
			s.errorf("%v", err)
		} else if len(words) > 0 {
			s.do(words)
		}
	}
	s.checkCode()
}

// do runs one line.
func (s *script) do(words []string) {
	not := words[0] == "!"
	if not {
		words = words[1:]
	}
	if len(words) < 2 && (len(words) == 0 || words[0] != "demarc") {
		s.errorf("%q lacks an argument", strings.Join(words, " "))
		return
	}
	switch command, args := words[0], words[1:]; command {
	case "demarc":
		s.demarc(args)
	case "code":
		s.ran = 0
		if args[0] != strconv.Itoa(s.code) {
			s.errorf("ended with %d, want %s; stderr:\n%s", s.code, args[0], s.stderr.String())
		}
	case "stdout", "stderr":
		s.match(command, args[0], not)
	case "stdout-is", "stderr-is":
		s.compare(strings.TrimSuffix(command, "-is"), args[0])
	case "lines":
		if n := bytes.Count(s.output(args[0]), []byte("\n")); len(args) < 2 || n > atoi(args[1]) {
			s.errorf("%d lines in %s, want at most %s", n, args[0], strings.Join(args[1:], " "))
		}
	case "input":
		s.stdin = s.read(args[0])
	case "env":
		s.env = append(s.env, args[0])
	case "copy":
		if err := os.CopyFS(args[0], os.DirFS(filepath.Join(s.top, args[0]))); err != nil {
			s.errorf("%v", err)
		}
	case "exists":
		if _, err := os.Stat(args[0]); (err == nil) == not {
			s.errorf("%s: %v", args[0], err)
		}
	case "print":
		s.stdout.Reset()
		s.stdout.Write(s.read(args[0]))
	default:
		s.errorf("there is no command %q", command)
	}
}

func (s *script) demarc(args []string) {
	s.checkCode()
	s.stdout.Reset()
	s.stderr.Reset()
	s.code = s.program(s.t.Context(), args, bytes.NewReader(s.stdin), &s.stdout, &s.stderr, s.env)
	s.stdin, s.ran = nil, s.line
}

// checkCode fails if the last run did not end with 0 and the script did not say so.
func (s *script) checkCode() {
	if s.ran > 0 && s.code != 0 {
		s.errorf("the run of line %d ended with %d; stderr:\n%s", s.ran, s.code, s.stderr.String())
	}
	s.ran = 0
}

func (s *script) output(name string) []byte {
	if name == "stderr" {
		return s.stderr.Bytes()
	}
	return s.stdout.Bytes()
}

func (s *script) match(name, pattern string, not bool) {
	re, err := regexp.Compile("(?m)" + pattern)
	if err != nil {
		s.errorf("%v", err)
		return
	}
	if got := s.output(name); re.Match(got) == not {
		s.errorf("%s: does %q match? %v, want %v:\n%s", name, pattern, not, !not, got)
	}
}

func (s *script) compare(name, file string) {
	got := string(s.output(name))
	want := s.archive.file(file)
	switch {
	case want == nil:
		s.errorf("the script has no file %s", file)
	case want.content != got && s.update:
		want.content = got
	case want.content != got:
		s.errorf("%s is not %s (go test -update writes it):\n%s", name, file, difference(want.content, got))
	}
}

func (s *script) read(name string) []byte {
	b, err := os.ReadFile(name)
	if err != nil {
		s.errorf("%v", err)
	}
	return b
}

// difference shows the first line in which two texts differ.
func difference(want, got string) string {
	w, g := strings.SplitAfter(want, "\n"), strings.SplitAfter(got, "\n")
	i := 0
	for i < len(w)-1 && i < len(g)-1 && w[i] == g[i] {
		i++
	}
	return fmt.Sprintf("line %d\nwant %q\ngot  %q", i+1, w[i], g[i])
}

// split cuts a line into words; ' keeps words together, # at the start of a
// word begins a comment.
func split(line string) ([]string, error) {
	var words []string
	word, started, quoted := "", false, false
	end := func() {
		if started {
			words = append(words, word)
		}
		word, started = "", false
	}
	for _, c := range strings.TrimRight(line, "\r\n") {
		switch {
		case c == '\'':
			quoted, started = !quoted, true
		case quoted, c != ' ' && c != '\t' && (c != '#' || started):
			word, started = word+string(c), true
		case c == '#':
			return words, nil
		default:
			end()
		}
	}
	if quoted {
		return nil, fmt.Errorf("a quote is not closed: %s", line)
	}
	end()
	return words, nil
}

func atoi(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return -1
	}
	return n
}
