package arch

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// leftBehind are words that mark work not done; they are put together here so
// that this file does not hold them.
var leftBehindWords = []string{"TO" + "DO", "FIX" + "ME", "XX" + "X", "not " + "implemented"}

var leftBehind = regexp.MustCompile(`\b(` + strings.Join(leftBehindWords, "|") + `)\b`)

// ownRoots begin absolute paths that exist on one machine only.
var ownRoots = []string{"work", "root", "home", "Users"}

var machinePath = regexp.MustCompile("(?:^|[\\s\"'`(=:])(/(?:" + strings.Join(ownRoots, "|") + ")/[\\w.-]+)")

// Words says where work was left behind or a path of one machine got in.
func Words(t *Tree) []Problem {
	var problems []Problem
	for name, text := range t.Texts {
		problems = append(problems, wordsOf(name, text)...)
	}
	for _, f := range t.Files {
		problems = append(problems, wordsOf(f.Path, f.Source)...)
	}
	return order(problems)
}

func wordsOf(name, text string) []Problem {
	holds := func(s string) bool { return strings.Contains(text, s) }
	if !slices.ContainsFunc(leftBehindWords, holds) && !slices.ContainsFunc(ownRoots, func(s string) bool { return holds("/" + s + "/") }) {
		return nil // nearly always, and quickly
	}
	var problems []Problem
	for i, line := range strings.Split(text, "\n") {
		if m := leftBehind.FindString(line); m != "" {
			problems = append(problems, Problem{name, i + 1, m + ": finish it, or leave it out"})
		}
		if m := machinePath.FindStringSubmatch(line); m != nil {
			problems = append(problems, Problem{name, i + 1, m[1] + " is a path of one machine"})
		}
	}
	return problems
}

// link is a Markdown link or image; the target is the second group.
var link = regexp.MustCompile(`\[([^\]]*)\]\(<?([^)\s>]+)>?(?:\s+"[^"]*")?\)`)

// Links says which relative links in documents lead nowhere.
func Links(t *Tree) []Problem {
	var problems []Problem
	for name, text := range t.Texts {
		if path.Ext(name) != ".md" {
			continue
		}
		for i, line := range proseLines(text) {
			for _, m := range link.FindAllStringSubmatch(line, -1) {
				if why := t.deadLink(name, m[2]); why != "" {
					problems = append(problems, Problem{name, i + 1, fmt.Sprintf("link %s: %s", m[2], why)})
				}
			}
		}
	}
	return order(problems)
}

// proseLines are the lines of a document, empty where they show code.
func proseLines(text string) []string {
	lines := strings.Split(text, "\n")
	code := false
	for i, line := range lines {
		fence := strings.HasPrefix(strings.TrimSpace(line), "```")
		if code || fence {
			lines[i] = ""
		}
		if fence {
			code = !code
		}
	}
	return lines
}

// deadLink says why a link leads nowhere, "" when it does not, or leads out of
// the tree.
func (t *Tree) deadLink(from, target string) string {
	if strings.Contains(target, "://") || strings.HasPrefix(target, "mailto:") {
		return ""
	}
	file, heading, _ := strings.Cut(target, "#")
	if file == "" {
		file = from
	} else {
		file = path.Join(path.Dir(from), file)
	}
	if !t.paths[strings.TrimSuffix(file, "/")] {
		return "there is no " + file
	}
	if heading != "" && path.Ext(file) == ".md" && !hasHeading(t.Texts[file], heading) {
		return "no such heading in " + file
	}
	return ""
}

func hasHeading(text, anchor string) bool {
	for _, line := range proseLines(text) {
		if title := strings.TrimLeft(line, "#"); title != line && slug(title) == anchor {
			return true
		}
	}
	return false
}

// slug is the anchor that a heading gets on the usual Git hosts.
func slug(title string) string {
	keep := func(r rune) rune {
		switch {
		case unicode.IsLetter(r), unicode.IsDigit(r), r == '-', r == '_':
			return unicode.ToLower(r)
		case r == ' ':
			return '-'
		}
		return -1
	}
	return strings.Map(keep, strings.TrimSpace(title))
}

// direct is a direct dependency in a module file.
var direct = regexp.MustCompile(`(?m)^(?:require )?\s*(\S+\.\S+/\S+) v\S+$`)

// Dependencies says which direct dependencies no decision note defends.
func Dependencies(t *Tree) []Problem {
	var notes strings.Builder
	for name, text := range t.Texts {
		if strings.HasPrefix(name, "docs/decisions/") {
			notes.WriteString(text)
		}
	}
	var problems []Problem
	for _, m := range direct.FindAllStringSubmatch(t.Texts["go.mod"], -1) {
		if !strings.Contains(notes.String(), m[1]) {
			problems = append(problems, Problem{File: "go.mod", Text: "no note in docs/decisions defends " + m[1]})
		}
	}
	return order(problems)
}
