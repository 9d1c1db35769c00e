package catalog

import (
	"regexp"
	"slices"
	"strings"

	"github.com/demarc-dev/demarc"
)

// responsibilityID is the spelling of ids: a subject, a dot, the task.
var responsibilityID = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*\.[a-z0-9]+(-[a-z0-9]+)*$`)

// taskChecker knows what tasks may refer to.
type taskChecker struct {
	*checker
	tools, roles, folders, facts map[string]bool
	own                          map[string]bool           // checks that our definitions make
	patterns                     map[string]*regexp.Regexp // framework/version -> ids
	texts                        map[string]string         // folded sentence -> the task that says it
}

// responsibilities checks the tasks and the lists that they refer to.
func (c *checker) responsibilities() {
	t := &taskChecker{checker: c, tools: map[string]bool{"attestation": true, "assurance": true}, roles: map[string]bool{},
		own: c.ownChecks(), folders: map[string]bool{}, facts: map[string]bool{}, patterns: map[string]*regexp.Regexp{}, texts: map[string]string{}}
	t.listed()
	for i := range c.catalog.Responsibilities {
		f := &c.catalog.Responsibilities[i]
		c.known("area", c.areas, []string{f.Area}, f.File, nil)
		c.known("folder of services", t.folders, f.Families, f.File, nil)
		for j := range f.List {
			t.task(f, &f.List[j], []any{"responsibilities", j})
		}
	}
	t.themes()
}

// themes checks that groups of tasks name tasks that exist.
func (t *taskChecker) themes() {
	const file = "responsibilities/posture.yaml"
	tasks := map[string]bool{}
	for i := range t.catalog.Responsibilities {
		for j := range t.catalog.Responsibilities[i].List {
			tasks[t.catalog.Responsibilities[i].List[j].ID] = true
		}
	}
	for i, theme := range t.catalog.Themes {
		at := []any{"themes", i}
		t.unique("theme "+theme.ID, file, at)
		t.provenance(theme.Provenance, file, at)
		t.known("responsibility", tasks, theme.Responsibilities, file, at)
		if theme.Title == "" || len(theme.Responsibilities) == 0 {
			t.problem(file, at, "theme %s needs a title and responsibilities", theme.ID)
		}
	}
	for i, said := range t.catalog.Intelligence {
		at := []any{"intelligence", i}
		t.unique("intelligence "+said.ID, file, at)
		t.provenance(said.Provenance, file, at)
		t.known("party", t.parties, []string{said.Party}, file, at)
		if said.Text == "" {
			t.problem(file, at, "intelligence %s has no text", said.ID)
		}
	}
}

func (t *taskChecker) listed() {
	const tools = "responsibilities/tools.yaml"
	for i, tool := range t.catalog.Tools {
		t.tools[tool.ID] = true
		t.unique("tool "+tool.ID, tools, []any{"tools", i})
		t.provenance(tool.Provenance, tools, []any{"tools", i})
		if tool.Command == "" && tool.Act == "" {
			t.problem(tools, []any{"tools", i}, "tool %s has neither a command nor an act that brings its results", tool.ID)
		}
	}
	for _, role := range t.catalog.OwnerRoles {
		t.roles[role.ID] = true
		t.unique("role "+role.ID, tools, nil)
		t.provenance(role.Provenance, tools, nil)
	}
	t.frameworks()
	for _, f := range t.catalog.Families {
		t.folders[f.Folder] = true
	}
	for _, f := range t.catalog.Facts {
		t.facts[f.ID] = true
	}
}

// frameworks checks the lists of controls. No two may claim the same groups of
// the same initiatives.
func (t *taskChecker) frameworks() {
	inFile := map[string]int{}
	for _, f := range t.catalog.Frameworks {
		at := []any{"frameworks", inFile[f.File]}
		inFile[f.File]++
		pattern, err := regexp.Compile(`^(?:` + f.Pattern + `)$`)
		if err != nil || f.Pattern == "" {
			t.problem(f.File, at, "pattern of %s: %v", f.ID, err)
			continue
		}
		for _, s := range f.Spellings {
			if _, err := regexp.Compile(s.Match); err != nil {
				t.problem(f.File, at, "spelling of %s: %v", f.ID, err)
			}
		}
		for _, prefix := range f.Groups {
			t.unique("groups "+demarc.Fold(prefix+" of "+strings.Join(f.Sets, " ")), f.File, at)
		}
		t.patterns[f.ID+"/"+f.Version] = pattern
		t.unique("framework "+f.ID+"/"+f.Version, f.File, at)
		t.provenance(f.Provenance, f.File, at)
	}
}

func (t *taskChecker) task(f *Responsibilities, task *Task, at []any) {
	file := f.File
	if !responsibilityID.MatchString(task.ID) {
		t.problem(file, at, "id %q is not of the form subject.task", task.ID)
	}
	t.unique("responsibility "+task.ID, file, at)
	t.provenance(task.Provenance, file, at)
	t.known("role", t.roles, []string{task.Owner}, file, at)
	for _, folders := range [][]string{task.Applies.Families} {
		t.known("folder of services", t.folders, folders, file, at)
	}
	for _, model := range task.Applies.Models {
		t.serviceModel(model, file, at)
	}
	t.types(task, file, at)
	if !slices.Contains([]string{demarc.Customer, ProviderParty, PublisherParty}, task.PartyOf()) {
		t.problem(file, at, "party %q is not customer, provider or publisher", task.Party)
	}
	if _, err := demarc.ParseLevel(task.Level); err != nil {
		t.problem(file, at, "%v", err)
	}
	if s, err := demarc.ParseSeverity(task.Severity); err != nil || s == demarc.UnknownSeverity {
		t.problem(file, at, "severity %q is not low, medium, high or critical", task.Severity)
	}
	if _, err := ParseAge(task.MaxAge); err != nil {
		t.problem(file, at, "maxAge: %v", err)
	}
	if task.Requirement != "" && !slices.Contains(Requirements, task.Requirement) {
		t.problem(file, at, "requirement %q is not one of %s", task.Requirement, strings.Join(Requirements, ", "))
	}
	if task.Fact != "" {
		t.known("fact", t.facts, []string{task.Fact}, file, at)
	}
	t.controls(task, file, at)
	t.words(task, file, at)
	t.checks(task, file, at)
	t.cases(task, file, at)
}

func (t *taskChecker) types(task *Task, file string, at []any) {
	for _, typ := range append(slices.Clone(task.Applies.Types), task.Applies.Except...) {
		prefix, wild := strings.CutSuffix(demarc.Fold(typ), "*")
		known := t.defined[prefix]
		for defined := range t.defined {
			known = known || wild && strings.HasPrefix(defined, prefix)
		}
		if !known {
			t.problem(file, at, "type %q is not in services", typ)
		}
	}
}

func (t *taskChecker) controls(task *Task, file string, at []any) {
	for _, s := range task.Controls {
		control, err := ParseControl(s)
		if err != nil {
			t.problem(file, at, "%v", err)
			continue
		}
		pattern, ok := t.patterns[control.Framework+"/"+control.Version]
		switch {
		case !ok:
			t.problem(file, at, "framework %s/%s is not described", control.Framework, control.Version)
		case !pattern.MatchString(control.ID):
			t.problem(file, at, "control %q is not spelled as ids of %s/%s are", control.ID, control.Framework, control.Version)
		}
	}
}

// words wants an action in every sentence, and no sentence twice: two halves
// with the same words are one half told twice.
func (t *taskChecker) words(task *Task, file string, at []any) {
	for key, text := range map[string]string{"title": task.Title, "text": task.Text, "doneWhen": task.DoneWhen, "disproved": task.Disproved} {
		folded := demarc.Fold(strings.TrimSpace(text))
		if folded == "" {
			t.problem(file, at, "%s has no %s", task.ID, key)
			continue
		}
		for _, empty := range emptyWords {
			if strings.Contains(folded, empty) {
				t.problem(file, at, "%s of %s says %q", key, task.ID, empty)
			}
		}
		if other, said := t.texts[key+folded]; said {
			t.problem(file, at, "%s and %s have the same %s", task.ID, other, key)
		}
		t.texts[key+folded] = task.ID
	}
}

func (t *taskChecker) checks(task *Task, file string, at []any) {
	all := append(slices.Clone(task.Refutes), task.Supports...)
	for _, set := range task.Settles {
		if len(set) == 0 {
			t.problem(file, at, "%s has an empty sufficient set", task.ID)
		}
		all = append(all, set...)
	}
	if len(task.Settles) == 0 {
		t.problem(file, at, "nothing settles %s", task.ID)
	}
	for _, s := range all {
		ref, err := ParseCheck(s, task.ID)
		if err != nil {
			t.problem(file, at, "%v", err)
			continue
		}
		t.known("tool", t.tools, []string{ref.Tool}, file, at)
		if ref.Tool == OwnTool {
			t.known("definition of the check", t.own, []string{ref.Check}, file, at)
		}
	}
}

// cases wants one that leads to met and one that leads to unmet.
func (t *taskChecker) cases(task *Task, file string, at []any) {
	for _, want := range []demarc.Status{demarc.Met, demarc.Unmet} {
		if !slices.ContainsFunc(task.Cases, func(c TaskCase) bool { return c.Want == want.String() }) {
			t.problem(file, at, "%s has no case that leads to %s", task.ID, want)
		}
	}
}
