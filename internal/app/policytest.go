package app

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/catalog"
	"github.com/demarc-dev/demarc/internal/json"
	"github.com/demarc-dev/demarc/internal/policy"
	"github.com/demarc-dev/demarc/internal/policycase"
	"github.com/demarc-dev/demarc/internal/report"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/provideraliases"
)

// PolicyTestRequest says which files of cases to run.
type PolicyTestRequest struct {
	Paths   []string // files of cases, and folders with files named *.cases.ndjson or *.cases.json
	Aliases string   // folder of the files of aliases, "" for the one of the cases
}

// TestPolicies runs the cases of files and writes those that fail while it
// goes. Files that cannot be read are told together, when all others are done.
func TestPolicies(q PolicyTestRequest, w io.Writer) (passed, failed int, err error) {
	c, err := knowledge()
	if err != nil {
		return 0, 0, err
	}
	t := &policyTest{folder: q.Aliases, out: w, catalog: c, tables: map[string]*aliasTable{}}
	for _, path := range q.Paths {
		if err := t.path(path); err != nil {
			t.faults = append(t.faults, err)
		}
		if t.written != nil {
			return t.passed, t.failed, t.written
		}
	}
	if t.passed+t.failed == 0 && len(t.faults) == 0 {
		t.faults = append(t.faults, hinted(errors.New("no cases there"), "a case is a JSON object with rule or definition, resource and expect, one a line; in folders, files called *.cases.ndjson are read"))
	}
	return t.passed, t.failed, errors.Join(t.faults...)
}

// policyTest is one run of [TestPolicies].
type policyTest struct {
	folder  string
	out     io.Writer
	catalog *catalog.Catalog
	tables  map[string]*aliasTable // by path, "" for the one that the program carries

	passed, failed int
	faults         []error // of files
	written        error
}

// aliasTable is a file of aliases, or why there is none.
type aliasTable struct {
	*policy.Aliases
	fault error
}

// caseFile is a file of cases while it is run.
type caseFile struct {
	*policyTest
	path       string
	definition json.Value // of the file of the same name, nil until it is asked for
	fault      error      // why there is none
}

func (t *policyTest) path(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if !info.IsDir() {
		return t.file(path)
	}
	return filepath.WalkDir(path, func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(file, ".cases.ndjson") && !strings.HasSuffix(file, ".cases.json") {
			return err
		}
		return t.file(file)
	})
}

func (t *policyTest) file(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	in, err := source.NewInput(&demarc.File{Path: path}, f)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if what := in.Head.Binary(); what != "" {
		return fmt.Errorf("%s: %s, not a file of cases", path, what)
	}
	c := &caseFile{policyTest: t, path: path}
	if err := newCaseReader(in).read(c.run); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}

// ran is what came of a case.
type ran struct {
	note, want, got string
	ok              bool
}

// noCase is what comes of a case that is none.
func noCase(err error) ran { return ran{want: "a case", got: "broken: " + err.Error()} }

func (f *caseFile) run(line int, raw []byte, err error) {
	var r ran
	if err != nil {
		r = noCase(err)
	} else {
		r = f.runCase(raw)
	}
	if r.ok {
		f.passed++
		return
	}
	f.failed++
	if f.written == nil {
		_, f.written = fmt.Fprintf(f.out, "%s:%d: %s\n  want  %s\n  got   %s\n", report.Visible(f.path), line,
			report.Visible(cmp.Or(r.note, "without a note")), report.Visible(r.want), report.Visible(r.got))
	}
}

func (f *caseFile) runCase(raw []byte) ran {
	members := map[string]json.Value{}
	if err := json.Unmarshal(raw, &members); err != nil {
		return noCase(caseFault(raw, err))
	}
	if _, ok := members["function"]; ok {
		c := policycase.FunctionCase{}
		if err := json.Unmarshal(raw, &c); err != nil {
			return noCase(caseFault(raw, err))
		}
		got, ok := policycase.RunFunction(c)
		return ran{note: cmp.Or(c.Note, c.Function), want: c.Wanted(), got: got, ok: ok}
	}
	c := policycase.PolicyCase{}
	if err := json.Unmarshal(raw, &c); err != nil {
		return noCase(caseFault(raw, err))
	}
	return f.runPolicy(&c)
}

// caseFault says without words of the library what is wrong with a case.
func caseFault(raw []byte, err error) error {
	var syntax *json.SyntacticError
	var wrong *json.SemanticError
	switch {
	case len(raw) > 0 && raw[0] != '{':
		return errors.New("a case is an object")
	case errors.As(err, &syntax) && int(syntax.ByteOffset) >= len(raw):
		return errors.New("the object does not end")
	case syntax != nil:
		return faultAt(syntax.JSONPointer, syntax.Err)
	case errors.As(err, &wrong) && wrong.Err != nil:
		return faultAt(wrong.JSONPointer, wrong.Err)
	case wrong != nil:
		return fmt.Errorf("%s cannot be a %s", wrong.JSONPointer, wrong.JSONKind)
	}
	return err
}

// faultAt adds the place in a case to what is wrong there.
func faultAt[P ~string](pointer P, err error) error {
	if pointer == "" {
		return err
	}
	return fmt.Errorf("%s: %w", pointer, err)
}

func (f *caseFile) runPolicy(c *policycase.PolicyCase) ran {
	r := ran{note: c.Note, want: c.Wanted()}
	aliases, err := f.ready(c)
	if err != nil {
		r.got = "broken: " + err.Error()
		return r
	}
	r.got, r.ok = c.Run(aliases)
	return r
}

// ready completes a case and finds its aliases.
func (f *caseFile) ready(c *policycase.PolicyCase) (*policy.Aliases, error) {
	switch {
	case c.Expect != "effect" && c.Expect != "none" && c.Expect != "error":
		return nil, fmt.Errorf("expect %q is not effect, none or error", c.Expect)
	case c.Expect == "effect" && c.Effect == "":
		return nil, errors.New("the effect that is expected is absent")
	case absent(c.Resource):
		return nil, errors.New("there is no resource")
	}
	if absent(c.Rule) && absent(c.Definition) {
		if err := f.beside(); err != nil {
			return nil, err
		}
		c.Definition = f.definition
	}
	return f.aliases(c.Aliases.File)
}

func absent(v json.Value) bool { return len(v) == 0 || string(v) == "null" }

// beside reads the definition in the file of the same name.
func (f *caseFile) beside() error {
	if f.definition != nil || f.fault != nil {
		return f.fault
	}
	base := strings.TrimSuffix(strings.TrimSuffix(f.path, filepath.Ext(f.path)), ".cases")
	name := base + ".json"
	if name == f.path {
		f.fault = errors.New("there is no rule and no definition")
		return f.fault
	}
	file, err := os.Open(name)
	if err != nil {
		f.fault = fmt.Errorf("there is no rule, no definition and no file %s", filepath.Base(name))
		return f.fault
	}
	defer file.Close()
	if f.definition, f.fault = readSmall(file); f.fault != nil {
		f.fault = fmt.Errorf("%s: %w", filepath.Base(name), f.fault)
	}
	return f.fault
}

// readSmall reads one definition.
func readSmall(r io.Reader) (json.Value, error) {
	in, err := source.NewInput(&demarc.File{}, r)
	if err != nil {
		return nil, err
	}
	text, err := io.ReadAll(io.LimitReader(in, maxCase+1))
	switch {
	case err != nil:
		return nil, err
	case len(text) > maxCase:
		return nil, errLongCase
	}
	return text, nil
}

// aliases is a table, which is read once.
func (f *caseFile) aliases(name string) (*policy.Aliases, error) {
	path := ""
	if name != "" {
		if !filepath.IsLocal(name) {
			return nil, fmt.Errorf("aliases %q is no name of a file beside the cases", name)
		}
		path = filepath.Join(cmp.Or(f.folder, filepath.Dir(f.path)), name)
	}
	t, ok := f.tables[path]
	if !ok {
		t = &aliasTable{}
		if path == "" {
			t.Aliases = ownAliases(f.catalog)
		} else if t.Aliases, t.fault = readAliases(path); t.fault != nil {
			f.faults = append(f.faults, t.fault)
		}
		f.tables[path] = t
	}
	return t.Aliases, t.fault
}

func readAliases(path string) (*policy.Aliases, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	facts := policy.AliasFacts{}
	_, err = provideraliases.Read(file, func(a provideraliases.Alias) error {
		facts.Aliases = append(facts.Aliases, policyAlias(&a))
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return policy.NewAliases(facts), nil
}

func policyAlias(a *provideraliases.Alias) policy.Alias {
	p := policy.Alias{Name: a.Name, Type: a.Type, Path: a.DefaultPath, Modifiable: a.Modifiable}
	for _, v := range a.Paths {
		p.Versions = append(p.Versions, policy.VersionedPath{Path: v.Path, APIVersions: v.APIVersions})
	}
	return p
}
