//go:build conformance

package conformance

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/app"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/armtemplate"
	"github.com/demarc-dev/demarc/internal/source/sourcetest"
)

// refusedParameters are the files of the corpus that only hold values.
var refusedParameters = []string{"azuredeploy.parameters.json", "vmBastionHost.parameters.json"}

// declaration is a resource that a template declares, found without our code.
type declaration struct {
	line   int
	nested bool // a deployment
	turns  int  // of its loop, 0 when that takes more than a look
	within *declaration
}

// TestEveryTemplateIsRead: each resource that a template declares comes out,
// as often as its loop says, or a note says why it is not deployed.
func TestEveryTemplateIsRead(t *testing.T) {
	files := corpus(t, "arm")
	if len(files) < 31 {
		t.Fatalf("%d files in the corpus", len(files))
	}
	for _, path := range files {
		t.Run(filepath.Base(path), func(t *testing.T) {
			for _, name := range refusedParameters {
				if filepath.Base(path) == name {
					isRefused(t, alone(t, path), "a parameters file without its template")
					return
				}
			}
			readsTemplate(t, alone(t, path), declarations(t, path))
		})
	}
}

// alone copies a file into a folder of its own.
func alone(t *testing.T, path string) string {
	t.Helper()
	copied := filepath.Join(t.TempDir(), filepath.Base(path))
	if err := os.WriteFile(copied, contents(t, path), 0o644); err != nil {
		t.Fatal(err)
	}
	return filepath.ToSlash(copied)
}

func readsTemplate(t *testing.T, path string, declared []*declaration) {
	t.Helper()
	in, err := source.NewInput(&demarc.File{Path: path}, bytes.NewReader(contents(t, path)))
	if err != nil || !armtemplate.Format.Detect(in.Head) {
		t.Fatal("not recognised", err)
	}
	sink := &lines{Sink: sourcetest.NewSink(t), at: map[int]int{}, not: map[int]bool{}}
	if err := armtemplate.Format.Read(context.Background(), in, sink); err != nil {
		t.Fatal(err)
	}
	sink.count()
	resources := 0
	for _, d := range declared {
		switch got := sink.at[d.line]; {
		case d.skipped(sink.not):
			if got != 0 && d.times() == 1 { // a turn of a loop may be deployed, and another not
				t.Errorf("line %d: %d resources, but it is not deployed", d.line, got)
			}
		case got == 0:
			t.Errorf("line %d: a resource is lost", d.line)
		case d.times() > 0 && got != d.times():
			t.Errorf("line %d: %d resources, want %d", d.line, got, d.times())
		}
		if !d.nested {
			resources++
		}
	}
	if len(declared) == 0 || resources > 0 && len(sink.Resources) == 0 {
		t.Errorf("%d declarations, %d resources", len(declared), len(sink.Resources))
	}
}

// lines counts what a reader gives by line.
type lines struct {
	*sourcetest.Sink
	at  map[int]int
	not map[int]bool // lines of what is not deployed
}

func (l *lines) count() {
	for _, r := range l.Resources {
		l.at[r.Place.Line]++
	}
	for _, s := range l.Scopes {
		l.at[s.Place.Line]++
	}
	for _, s := range l.Statements {
		l.at[s.Place.Line]++
	}
	for _, r := range l.References {
		l.at[r.Place.Line]++
	}
}

// Note keeps the line of what is not deployed.
func (l *lines) Note(n demarc.Note) {
	l.Sink.Note(n)
	l.not[n.Place.Line] = l.not[n.Place.Line] || strings.Contains(n.Message, "is not deployed")
}

// skipped reports whether the declaration or one around it is not deployed.
func (d *declaration) skipped(not map[int]bool) bool {
	for ; d != nil; d = d.within {
		if not[d.line] {
			return true
		}
	}
	return false
}

// times is how often the declaration comes out, 0 when that takes more than a look.
func (d *declaration) times() int {
	n := 1
	for ; d != nil; d = d.within {
		n *= d.turns
	}
	return n
}

// declarations walks a template as plain JSON.
func declarations(t *testing.T, path string) []*declaration {
	t.Helper()
	text, lineAt := strict(bytes.TrimPrefix(contents(t, path), []byte("\ufeff")))
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	root, err := plainValue(d, lineAt)
	if err != nil {
		t.Fatal(err)
	}
	var found []*declaration
	declaredIn(root.(*object), root.(*object), nil, &found)
	return found
}

type object struct {
	line    int
	members map[string]any
}

func (o *object) get(name string) *object {
	inner, _ := o.members[name].(*object)
	if inner == nil {
		return &object{}
	}
	return inner
}

func plainValue(d *json.Decoder, lineAt []int) (any, error) {
	token, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch token {
	case json.Delim('{'):
		o := &object{line: lineAt[d.InputOffset()-1], members: map[string]any{}}
		for d.More() {
			name, err := d.Token()
			if err != nil {
				return nil, err
			}
			if o.members[name.(string)], err = plainValue(d, lineAt); err != nil {
				return nil, err
			}
		}
		_, err = d.Token()
		return o, err
	case json.Delim('['):
		var list []any
		for d.More() {
			v, err := plainValue(d, lineAt)
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
		_, err = d.Token()
		return list, err
	}
	return token, nil
}

// strict takes away comments and the line breaks in texts, and tells the line
// on which each byte stood.
func strict(text []byte) (out []byte, lineAt []int) {
	inText, line := false, 1
	keep := func(bytes ...byte) {
		for _, c := range bytes {
			out, lineAt = append(out, c), append(lineAt, line)
		}
	}
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch {
		case inText && c == '\\':
			keep(c, text[i+1])
			i++
		case inText && c < ' ':
			keep(' ')
		case !inText && c == '/' && text[i+1] == '/':
			for text[i+1] != '\n' {
				i++
			}
		default:
			inText = inText != (c == '"')
			keep(c)
		}
		if c == '\n' {
			line++
		}
	}
	return out, lineAt
}

func declaredIn(template, at *object, within *declaration, found *[]*declaration) {
	resources := at.members["resources"]
	list, _ := resources.([]any)
	if symbolic, ok := resources.(*object); ok {
		for _, r := range symbolic.members {
			list = append(list, r)
		}
	}
	for _, r := range list {
		o := r.(*object)
		d := &declaration{line: o.line, turns: loopTurns(template, o), within: within}
		d.nested = strings.EqualFold(fmt.Sprint(o.members["type"]), "Microsoft.Resources/deployments")
		*found = append(*found, d)
		declaredIn(template, o, d, found)
		inner := o.get("properties").get("template")
		declaredIn(inner, inner, d, found)
	}
}

// loopTurns looks the count of a loop up where it is a number, a parameter's
// default, or the length of one.
func loopTurns(template, o *object) int {
	loop, ok := o.members["copy"].(*object)
	if !ok {
		return 1
	}
	count := fmt.Sprint(loop.members["count"])
	var n int
	if _, err := fmt.Sscanf(count, "%d", &n); err == nil {
		return n
	}
	name, _, _ := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(count, "["), "length("), ")")
	name = strings.Trim(strings.TrimPrefix(name, "parameters("), "'")
	switch value := template.get("parameters").get(name).members["defaultValue"].(type) {
	case json.Number:
		_, _ = fmt.Sscanf(value.String(), "%d", &n)
		return n
	case []any:
		return len(value)
	}
	return 0
}

// TestLinkedTemplatesAreReadOnce: a folder with links gives each template's
// resources once, with the values of the file beside them.
func TestLinkedTemplatesAreReadOnce(t *testing.T) {
	root := filepath.Join(shared(), "corpus", "arm", "pci-paas-webapp-ase-sqldb-appgateway-keyvault-oms")
	in := app.OpenInputs([]string{root}, nil)
	sink := sourcetest.NewSink(t)
	if err := in.Read(context.Background(), sink); err != nil {
		t.Fatal(err)
	}
	gave := map[string]int{}
	for _, f := range in.Files {
		gave[filepath.Base(f.Path)] = f.Resources
	}
	for _, linked := range []string{"common.json", "asedeploy.json", "aseilbcertdeploy.json", "vmBastion.json", "sqlserverdeploy.json", "omsworkspace.json"} {
		if gave[linked] != 0 {
			t.Errorf("%s is linked to and gave %d resources on its own", linked, gave[linked])
		}
	}
	if gave["automationAccount.json"] != 19 || gave["webappdeploy.json"] != 9 || gave["azuredeploy.json"] < 40 {
		t.Errorf("gave %v", gave)
	}
	if len(sink.Missing) != 1 || !strings.Contains(sink.Missing[0].Message, "2 linked templates are not here") {
		t.Errorf("incomplete: %v", sink.Missing)
	}
}

// TestTemplatesAreFast: a repository of 1,000 templates in one folder.
func TestTemplatesAreFast(t *testing.T) {
	text := contents(t, filepath.Join(shared(), "corpus", "arm", "checkov", "storageAccountDefaultNetworkAccessDeny-PASSED.json"))
	folder := t.TempDir()
	for i := range 1000 {
		if err := os.WriteFile(filepath.Join(folder, fmt.Sprintf("t%d.json", i)), text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	began := time.Now()
	if err := app.OpenInputs([]string{folder}, nil).Read(context.Background(), sourcetest.NewSink(t)); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("1,000 templates took %v", took)
	}
}
