package cli

import (
	"bytes"
	"strings"
	"testing"
)

// Names in error messages come from outside: what they hold never steers the
// terminal, and each line of a long hint has a line of its own.
func TestErrorsAreVisible(t *testing.T) {
	var out, errs bytes.Buffer
	code := Run(t.Context(), []string{"assess", "none\x1b[31m.json"}, strings.NewReader(""), &out, &errs, nil)
	if code != exitFailed || out.Len() > 0 {
		t.Errorf("code %d, stdout %q", code, out.String())
	}
	if text := errs.String(); strings.Contains(text, "\x1b") || !strings.Contains(text, "none␛[31m.json") {
		t.Errorf("stderr = %q", text)
	}
	for line := range strings.Lines(errs.String()) {
		if len(line) > 200 {
			t.Errorf("a line of %d bytes: %s", len(line), line)
		}
	}
}

// The help of every command fits a terminal of 24 lines.
func TestHelpFits(t *testing.T) {
	commands := [][]string{{}, {"assess"}, {"explain"}, {"resources"}, {"gaps"}, {"posture"}, {"attest"}, {"accept"},
		{"assurance"}, {"assurance", "add"}, {"assurance", "list"}, {"model"}, {"model", "list"}, {"model", "show"}, {"model", "compare"}, {"version"},
		{"completion"}, {"completion", "bash"}, {"completion", "zsh"}, {"completion", "fish"}, {"completion", "powershell"}}
	for _, words := range commands {
		var out, errs bytes.Buffer
		if code := Run(t.Context(), append(words, "--help"), strings.NewReader(""), &out, &errs, nil); code != exitDone {
			t.Errorf("%v: code %d: %s", words, code, errs.String())
		}
		if n := strings.Count(out.String(), "\n"); n > 24 {
			t.Errorf("the help of %v has %d lines", words, n)
		}
	}
}
