package main

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/demarc-dev/demarc/internal/cli"
)

// screen is a block of a document that shows what a command prints: a comment
// "<!-- screen: COMMAND -->", then a fenced block.
type screen struct {
	command    string
	start, end int // of the block's content in the document
}

const (
	screenOpen  = "<!-- screen: "
	screenClose = " -->\n```text\n"
	fence       = "```\n"
)

func findScreens(text string) ([]screen, error) {
	var screens []screen
	for at := 0; ; {
		i := strings.Index(text[at:], screenOpen)
		if i < 0 {
			return screens, nil
		}
		at += i + len(screenOpen)
		command, _, ok := strings.Cut(text[at:], screenClose)
		if !ok || strings.Contains(command, "\n") {
			return nil, fmt.Errorf("no block behind the comment %q", text[at:min(len(text), at+40)])
		}
		start := at + len(command) + len(screenClose)
		end := start
		for end < len(text) && !strings.HasPrefix(text[end:], fence) {
			line, _, _ := strings.Cut(text[end:], "\n")
			end += min(len(line)+1, len(text)-end)
		}
		if end == len(text) {
			return nil, fmt.Errorf("the block of %q does not end", command)
		}
		screens = append(screens, screen{command, start, end})
		at = end
	}
}

// TestScreens compares the screens that the documents show with what the
// program prints, byte for byte.
func TestScreens(t *testing.T) {
	t.Chdir(top(t))
	for _, name := range []string{"README.md"} {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		screens, err := findScreens(string(text))
		if err != nil || len(screens) == 0 {
			t.Fatalf("%s: %d screens, %v", name, len(screens), err)
		}
		checkScreens(t, name, string(text), screens)
	}
}

// checkScreens runs the commands in the current folder; with -update it writes
// what they print into the document.
func checkScreens(t *testing.T, name, text string, screens []screen) {
	t.Helper()
	var changed bytes.Buffer
	at := 0
	for _, s := range screens {
		got := runScreen(t, s.command)
		if want := text[s.start:s.end]; got != want && !*update {
			t.Errorf("%s: the screen of %q is out of date (make golden writes it): %s", name, s.command, difference(want, got))
		}
		changed.WriteString(text[at:s.start] + got)
		at = s.end
	}
	changed.WriteString(text[at:])
	if *update && changed.String() != text {
		if err := os.WriteFile(name, changed.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// runScreen runs "demarc ARG..." and gives what it prints.
func runScreen(t *testing.T, command string) string {
	t.Helper()
	words, err := split(command)
	if err != nil || len(words) == 0 || words[0] != "demarc" {
		t.Fatalf("%q is not a command of demarc: %v", command, err)
	}
	var stdout, stderr bytes.Buffer
	if code := cli.Run(t.Context(), words[1:], strings.NewReader(""), &stdout, &stderr, []string{"DEMARC_PACKS=" + t.TempDir()}); code != 0 {
		t.Fatalf("%s ended with %d: %s", command, code, stderr.String())
	}
	return stdout.String()
}

func TestFindScreens(t *testing.T) {
	const text = "a\n<!-- screen: demarc x -->\n```text\none\n  two\n```\nb\n<!-- screen: demarc y z -->\n```text\n```\n"
	screens, err := findScreens(text)
	if err != nil || len(screens) != 2 {
		t.Fatalf("%d screens, %v", len(screens), err)
	}
	if s := screens[0]; s.command != "demarc x" || text[s.start:s.end] != "one\n  two\n" {
		t.Errorf("got %+v", s)
	}
	if s := screens[1]; s.command != "demarc y z" || s.start != s.end {
		t.Errorf("got %+v", s)
	}
	for _, broken := range []string{"<!-- screen: demarc x -->\nno block\n", "<!-- screen: demarc x -->\n```text\nnever ends\n"} {
		if _, err := findScreens(broken); err == nil {
			t.Errorf("%q was taken for a screen", broken)
		}
	}
}
