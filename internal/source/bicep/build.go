package bicep

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/armtemplate"
	"github.com/demarc-dev/demarc/internal/source/jsontree"
)

// Source is the format of Bicep's own files.
var Source = source.Format{
	Name:   "bicep",
	Title:  "Bicep files (.bicep, .bicepparam), built by the bicep program where it is installed",
	Detect: func(h source.Head) bool { return h.JSON().Kind == 0 && kindOf(h) != noBicep },
	Read:   readSource,
	Parts:  modules,
}

// buildTime is how long the bicep program may take for one file.
const buildTime = 2 * time.Minute

// bicepKind tells a Bicep file from a Bicep parameter file.
type bicepKind uint8

const (
	noBicep bicepKind = iota
	program
	parameters
)

var (
	// opening is how the first statement of a file begins.
	opening = regexp.MustCompile(`^(?:targetScope\s*=|using\s+(?:'|none\b)|(?:param|var|type|metadata|output|assert)\s+\w+|(?:resource|module)\s+\w+\s+'|func\s+\w+\s*\(|import\s+(?:'|\{|\*)|extension\s+|provider\s+')`)
	// certain is a line that only Bicep has.
	certain = regexp.MustCompile(`(?m)^(?:targetScope\s*=\s*'|resource\s+\w+\s+'[\w.]+/[^']+@|module\s+\w+\s+'[^']+'\s*=|param\s+\w+\s+(?:string|int|bool|object|array)\b|output\s+\w+\s+(?:string|int|bool|object|array)\b)`)
	using   = regexp.MustCompile(`(?m)^using\s+(?:'([^']+)'|none\b)`)
	module  = regexp.MustCompile(`(?m)^module\s+\w+\s+'([^']+)'`)
)

// kindOf looks at the first statement and for a line that only Bicep has.
func kindOf(h source.Head) bicepKind {
	text := withoutComments(h.Text())
	statement := text
	for strings.HasPrefix(statement, "@") || strings.HasPrefix(statement, "#") {
		_, statement, _ = strings.Cut(statement, "\n") // a decorator or an instruction
		statement = strings.TrimSpace(statement)
	}
	switch {
	case using.MatchString(text) && (strings.HasPrefix(statement, "using") || opening.MatchString(statement)):
		return parameters
	case certain.MatchString(text) && (opening.MatchString(statement) || strings.Contains(text, "\n@")):
		return program
	}
	return noBicep
}

var comment = regexp.MustCompile(`(?s)/\*.*?\*/|(?m)^[ \t]*//[^\n]*`)

func withoutComments(text []byte) string {
	return strings.TrimSpace(comment.ReplaceAllString(strings.ReplaceAll(string(text), "\r\n", "\n"), ""))
}

// modules names the Bicep files that a file is built with.
func modules(_ context.Context, in *source.Input) []string {
	text, err := io.ReadAll(io.LimitReader(in, maxOutput))
	if err != nil {
		return nil
	}
	clean := withoutComments(text)
	var paths []string
	for _, m := range append(module.FindAllStringSubmatch(clean, -1), using.FindAllStringSubmatch(clean, -1)...) {
		if m[1] != "" && !strings.Contains(m[1], ":") { // a registry's address has a colon
			paths = append(paths, path.Join(path.Dir(in.File.Path), m[1]))
		}
	}
	return paths
}

// readSource has the file built and reads the template that comes of it.
func readSource(ctx context.Context, in *source.Input, sink source.Sink) error {
	command := "build"
	if kindOf(in.Head) == parameters {
		command = "build-params"
	}
	bicep, err := exec.LookPath("bicep")
	switch {
	case in.File.Path == source.Stdin:
		return source.Refusal("Bicep cannot be built from standard input; build it first: bicep build --stdout FILE")
	case err != nil:
		line := "bicep " + command + " " + in.File.Path
		sink.Incomplete(demarc.Incomplete{Place: demarc.Place{File: in.File}, Message: "what this file deploys is not known", Command: line})
		return source.Refusal("Bicep, and the bicep program is not installed; make its JSON with: " + line)
	}
	file := filepath.FromSlash(in.File.Path)
	if !filepath.IsAbs(file) {
		file = "." + string(filepath.Separator) + file // never taken for an option
	}
	built, err := run(ctx, bicep, command, "--stdout", file)
	if err != nil {
		return err
	}
	return expand(ctx, in, built, sink)
}

// expand reads what the program wrote: a template or, of a parameter file, an
// object with the template and the parameters as texts.
func expand(ctx context.Context, in *source.Input, built []byte, sink source.Sink) error {
	root, err := jsontree.Parse(string(bytes.TrimPrefix(built, []byte("\ufeff"))))
	if err != nil {
		return fmt.Errorf("what bicep built: %w", err)
	}
	var given *jsontree.Node
	if wrapped := root.Get("templateJson"); wrapped.Is('"') {
		if given, err = jsontree.Parse(root.Get("parametersJson").String()); err != nil {
			return fmt.Errorf("the parameters that bicep built: %w", err)
		}
		if root, err = jsontree.Parse(wrapped.Text); err != nil {
			return fmt.Errorf("the template that bicep built: %w", err)
		}
	} else if root.Get("parametersJson") != nil {
		return source.Refusal("a Bicep parameter file of a template that is kept elsewhere")
	}
	forgetLines(root)
	return armtemplate.Expand(ctx, in, root, given, sink)
}

// forgetLines takes away line numbers, which are not those of the file that
// the person has.
func forgetLines(n *jsontree.Node) {
	n.Line = 0
	for _, m := range n.Members {
		forgetLines(m.Value)
	}
	for _, e := range n.Elements {
		forgetLines(e)
	}
}

// maxOutput is how much of what the program writes is taken.
const maxOutput = 64 << 20

// run runs the program for a bounded time and takes a bounded output.
func run(ctx context.Context, program string, args ...string) ([]byte, error) {
	limited, cancel := context.WithTimeout(ctx, buildTime)
	defer cancel()
	cmd := exec.CommandContext(limited, program, args...)
	cmd.WaitDelay = time.Second
	out, complaint := &bounded{most: maxOutput}, &bounded{most: 1 << 20}
	cmd.Stdout, cmd.Stderr = out, complaint
	err := cmd.Run()
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case limited.Err() != nil:
		return nil, fmt.Errorf("bicep took more than %v", buildTime)
	case errors.Is(err, errTooMuch):
		return nil, fmt.Errorf("bicep wrote more than %d MB", maxOutput>>20)
	case err != nil:
		return nil, fmt.Errorf("bicep could not build it: %s", firstLine(complaint.String(), err))
	}
	return out.Bytes(), nil
}

var errTooMuch = errors.New("too much output")

// bounded keeps a bounded number of bytes.
type bounded struct {
	bytes.Buffer
	most int
}

// Write fails when there would be more than may be kept.
func (b *bounded) Write(p []byte) (int, error) {
	if b.Len()+len(p) > b.most {
		return 0, errTooMuch
	}
	return b.Buffer.Write(p)
}

// firstLine is the first line in which the program complains.
func firstLine(complaint string, err error) string {
	for line := range strings.Lines(complaint) {
		if line = strings.TrimSpace(line); strings.Contains(line, "Error") {
			return line
		}
	}
	if line, _, _ := strings.Cut(strings.TrimSpace(complaint), "\n"); line != "" {
		return line
	}
	return err.Error()
}
