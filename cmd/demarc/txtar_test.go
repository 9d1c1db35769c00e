package main

import (
	"fmt"
	"strings"
)

// archive is a text with files behind it, in the txtar format: a file begins
// with a line "-- name --" and reaches to the next.
type archive struct {
	script string
	files  []section
}

type section struct{ name, content string }

func parseArchive(text string) archive {
	var a archive
	current := &a.script
	for line := range strings.Lines(text) {
		name, isMarker := marker(line)
		if !isMarker {
			*current += line
			continue
		}
		a.files = append(a.files, section{name: name})
		current = &a.files[len(a.files)-1].content
	}
	return a
}

func marker(line string) (name string, ok bool) {
	line = strings.TrimRight(line, "\r\n")
	if len(line) < len("-- x --") || !strings.HasPrefix(line, "-- ") || !strings.HasSuffix(line, " --") {
		return "", false
	}
	return strings.TrimSpace(line[3 : len(line)-3]), true
}

func (a archive) String() string {
	var b strings.Builder
	b.WriteString(a.script)
	for _, f := range a.files {
		fmt.Fprintf(&b, "-- %s --\n%s", f.name, f.content)
	}
	return b.String()
}

// file is the file of a name, nil if there is none.
func (a archive) file(name string) *section {
	for i := range a.files {
		if a.files[i].name == name {
			return &a.files[i]
		}
	}
	return nil
}
