package report

import (
	"cmp"
	"slices"
	"sort"
	"strconv"
	"strings"

	"github.com/demarc-dev/demarc"
)

// View is the assessment as people see it: everything counted, put in order,
// worded and made visible. Formats print it and add only their own quoting.
type View struct {
	Name      string   // of the estate
	AsOf      string   // YYYY-MM-DD
	Counts    []string // "12 workloads", "3 parts", ...
	State     string   // "complete", "incomplete: 1,000 of 3,412 rows", "possibly incomplete: ..."
	Complete  bool
	Pictures  []Picture
	Twice     bool    // a workload with facets in two columns is counted in both
	Sheets    []Sheet // of groups, none unless they were asked for
	Surprises []Surprise
	Open      []Open
	Notes     []Note
	AllNotes  bool     // Notes are all of them, not one line per kind
	Next      []string // commands to try next
	Parties   Parties

	// Is it done, how is that known, whose name is on it.
	Status    Status
	DoFirst   []Action
	Gaps      []Gap
	Believed  []Belief
	Settling  []Settling
	Offerings []Offering
	Sources   []Source
	GapsWords string // the command that lists all gaps

	paths string // what was assessed, as words of a command
	file  string // name of files to write, without an ending
}

// Surprise is an answer that people commonly get wrong.
type Surprise struct {
	Text  string
	Count int
	Name  string // of the first resource
}

// Open is something that could not be decided, and what would settle it.
type Open struct {
	Count  int // resources, 0 when it is about an input
	Type   string
	Text   string
	Settle string // a command or an act, "" when nobody knows
}

// Note is one line of notes.
type Note struct {
	Kind    string
	Count   int
	Place   string // the first place
	Message string // the first message
}

// Shown limits of the first screen. Formats for programs hold everything.
const (
	maxSurprises = 3
	maxOpen      = 6
	// maxOpenBeside is how many open questions stand beside what is known of
	// the halves.
	maxOpenBeside = 3
	nameWidth     = 40
)

// NewView computes the view of an assessment.
func NewView(a *demarc.Assessment, o Options) *View {
	v := &View{
		Name: orElse(Visible(a.Estate.Name), "Estate"), AsOf: a.AsOf.UTC().Format("2006-01-02"),
		Counts: counts(a), AllNotes: o.AllNotes, Parties: newParties(a),
	}
	v.State, v.Complete = state(a.Estate.Incomplete)
	v.judge(a)
	v.Pictures = pictures(a, v.Parties)
	v.Twice = slices.ContainsFunc(v.Pictures, func(p Picture) bool { return p.workloads() > a.Estate.Workloads })
	v.Surprises = surprises(a)
	if len(v.Believed) > 0 {
		v.Surprises = v.Surprises[:min(len(v.Surprises), maxSurprisesBeside)]
	}
	v.Sheets = append(conditionalSheets(a, v.Parties), sheets(a, v.Parties)...)
	v.Open = open(a)
	v.Notes = notes(a.Notes, o.AllNotes)
	v.file = slug(a.Estate.Name)
	for _, p := range o.Paths {
		v.paths += " " + shellQuote(p)
	}
	if words := explainable(a); words != "" {
		v.Next = append(v.Next, "demarc explain "+words+estate(o.Paths))
	}
	v.GapsWords = "demarc gaps" + estate(o.Paths)
	if words := doFirstWords(a); words != "" {
		v.Next = append(v.Next, "demarc explain "+words+estate(o.Paths))
	}
	v.Next = append(v.Next, v.ExportCommand("html"))
	return v
}

// judge fills what is known of the halves.
func (v *View) judge(a *demarc.Assessment) {
	v.DoFirst, v.Gaps, v.Believed, v.Settling = actions(a.DoFirst), gaps(a.Gaps), beliefs(a.Believed), settlings(a.Settling)
	v.Offerings, v.Sources = offerings(a.Offerings, v.Parties), sources(a.Estate.Files)
	v.Status = newStatus(a, v.Offerings)
}

// doFirstWords names the first unmet responsibility that can be typed.
func doFirstWords(a *demarc.Assessment) string {
	for i := range a.DoFirst {
		x := &a.DoFirst[i]
		if x.Responsibility.Level == demarc.ResourceLevel && plain(x.First) {
			return shellQuote(x.First) + " " + x.Responsibility.ID
		}
	}
	return ""
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

// Number writes n with commas between thousands.
func Number(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// Plural writes a number and its noun.
func Plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return Number(n) + " " + noun + "s"
}

func counts(a *demarc.Assessment) []string {
	e, unclassified := &a.Estate, 0
	for _, u := range a.Unclassified {
		unclassified += u.Count
	}
	list := []string{Plural(e.Workloads, "workload"), Plural(e.Parts, "part"), Plural(e.Configurations, "configuration")}
	if e.Conditional > 0 {
		list = append(list, Number(e.Conditional)+" conditional")
	}
	if e.Leaving > 0 {
		list = append(list, Number(e.Leaving)+" leaving")
	}
	if e.ProviderManaged > 0 {
		list = append(list, Number(e.ProviderManaged)+" provider-managed")
	}
	if e.ControlPlane > 0 {
		list = append(list, Number(e.ControlPlane)+" control plane")
	}
	if unclassified > 0 {
		list = append(list, Number(unclassified)+" unclassified")
	}
	if n := evidenceCount(a); n > 0 {
		list = append(list, Plural(n, "piece")+" of evidence")
	}
	return append(list, Plural(len(e.Files), "file"))
}

// state words how much of the estate the inputs showed.
func state(list []demarc.Incomplete) (words string, complete bool) {
	said := slices.DeleteFunc(slices.Clone(list), func(i demarc.Incomplete) bool { return i.Possibly })
	switch {
	case len(said) == 1:
		return "incomplete: " + rows(said[0]), false
	case len(said) > 1:
		return "incomplete: " + Plural(len(said), "input") + " show only a part", false
	case len(list) == 1:
		return "possibly incomplete: exactly " + rows(list[0]), false
	case len(list) > 1:
		return "possibly incomplete: " + Plural(len(list), "input"), false
	}
	return "complete", true
}

func rows(i demarc.Incomplete) string {
	switch {
	case i.Total > 0:
		return Number(i.Read) + " of " + Number(i.Total) + " rows"
	case i.Read > 0:
		return Plural(i.Read, "row")
	case i.Message != "":
		return Visible(i.Place.String() + ": " + i.Message)
	}
	return "rows are absent"
}

func surprises(a *demarc.Assessment) []Surprise {
	var list []Surprise
	for _, s := range a.Surprises[:min(len(a.Surprises), maxSurprises)] {
		name := s.First
		if r := find(a, s.First); r != nil && r.Name != "" {
			name = r.Name
		}
		list = append(list, Surprise{Text: Visible(s.Text), Count: s.Count, Name: Cut(Visible(name), nameWidth)})
	}
	return list
}

// find looks a resource up by its id; resources are ordered by it.
func find(a *demarc.Assessment, id string) *demarc.Assessed {
	i, found := sort.Find(len(a.Resources), func(i int) int { return demarc.CompareFold(id, a.Resources[i].ID) })
	if !found {
		return nil
	}
	return a.Resources[i]
}

func open(a *demarc.Assessment) []Open {
	var list []Open
	for _, i := range a.Estate.Incomplete {
		list = append(list, openInput(i))
	}
	for _, u := range a.Undecided {
		text := Visible(u.Question)
		text += unseen(u.Properties)
		list = append(list, Open{Count: u.Count, Type: orElse(Visible(u.Type), "resources of any type"), Text: text, Settle: Visible(u.Settle)})
	}
	for _, u := range a.Unclassified {
		text := Visible(u.Reason)
		if p := u.First.String(); p != "" {
			text += " (first in " + Visible(p) + ")"
		}
		list = append(list, Open{Count: u.Count, Type: Visible(u.Type), Text: text})
	}
	return list
}

// maxProperties is how many properties an open question names.
const maxProperties = 3

// unseen names the properties that would settle a question.
func unseen(properties []string) string {
	if len(properties) == 0 {
		return ""
	}
	shown := properties[:min(len(properties), maxProperties)]
	words := Visible(strings.Join(shown, ", "))
	if rest := len(properties) - len(shown); rest > 0 {
		words += " and " + Number(rest) + " more"
	}
	if len(properties) == 1 {
		return " (" + words + " was not seen)"
	}
	return " (" + words + " were not seen)"
}

func openInput(i demarc.Incomplete) Open {
	text := rows(i)
	if i.Read > 0 || i.Message == "" {
		text = Visible(i.Place.String()) + ": " + text
	}
	if i.Possibly {
		text += ", possibly not all"
	}
	if i.Message != "" && i.Read > 0 && i.Message != rows(i) {
		text += "; " + Visible(i.Message)
	}
	return Open{Text: strings.TrimPrefix(text, ": "), Settle: Visible(i.Command)}
}

// FirstOpen returns what fits a first screen, and how many are left out.
func (v *View) FirstOpen() (list []Open, rest int) {
	n := min(len(v.Open), maxOpen)
	if v.Status.Known {
		n = min(n, maxOpenBeside)
	}
	return v.Open[:n], len(v.Open) - n
}

// noteOrder is the order of kinds: what lost something comes first.
var noteOrder = [...]demarc.NoteKind{
	demarc.NoteUnreadable, demarc.NoteSkipped, demarc.NoteIncomplete, demarc.NoteMalformed, demarc.NoteConflict,
	demarc.NoteDuplicate, demarc.NoteOverride, demarc.NoteEstate, demarc.NoteRead, demarc.NoteUndecided, demarc.NoteIgnored,
}

func notes(list []demarc.Note, all bool) []Note {
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(x, y demarc.Note) int { return cmp.Compare(kindOrder(x.Kind), kindOrder(y.Kind)) })
	var merged []Note
	for _, n := range list {
		last := len(merged) - 1
		if !all && last >= 0 && merged[last].Kind == string(n.Kind) {
			merged[last].Count += max(n.Count, 1)
			continue
		}
		merged = append(merged, Note{Kind: string(n.Kind), Count: max(n.Count, 1), Place: Visible(n.Place.String()), Message: Visible(n.Message)})
	}
	return merged
}

func kindOrder(k demarc.NoteKind) int {
	if i := slices.Index(noteOrder[:], k); i >= 0 {
		return i
	}
	return len(noteOrder)
}

// estate writes the flags that lead other commands to what was assessed; the
// folder at hand is what they take anyway.
func estate(paths []string) string {
	if len(paths) == 1 && paths[0] == "." {
		return ""
	}
	words := ""
	for _, p := range paths {
		words += " --estate " + shellQuote(p)
	}
	return words
}

// explainable names a resource worth explaining, and the area that surprises.
func explainable(a *demarc.Assessment) string {
	for _, s := range a.Surprises {
		if r := find(a, s.First); r != nil && plain(r.Name) {
			return shellQuote(r.Name) + surprisingArea(r.Answer)
		}
	}
	for _, r := range a.Resources {
		if r.Answer.Division != nil && plain(r.Name) {
			return shellQuote(r.Name)
		}
	}
	return ""
}

func surprisingArea(answer *demarc.Answer) string {
	if answer.Division == nil {
		return ""
	}
	for i := range answer.Division.Cells {
		if c := &answer.Division.Cells[i]; c.Surprise != "" {
			return " " + c.AreaID
		}
	}
	return ""
}

// plain reports whether a name can be typed and read on one line.
func plain(name string) bool {
	return name != "" && len(name) <= nameWidth && name[0] != '-' && Visible(name) == name
}

// shellQuote quotes a word for a POSIX shell; control characters become
// visible, since the words are shown to a person.
func shellQuote(s string) string {
	s = Visible(s)
	safe := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("_-./:@%+,", r)
	}
	if s != "" && strings.IndexFunc(s, func(r rune) bool { return !safe(r) }) < 0 {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// slug turns the name of an estate into a file name.
func slug(name string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(name) {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
	}
	return orElse(strings.Trim(b.String(), "-"), "demarc")
}

// ExportCommand is the command that writes the assessment in another format,
// with everything in it.
func (v *View) ExportCommand(format string) string {
	return "demarc assess" + v.paths + " --format " + format + " --out " + v.file + "." + format
}

// TwiceWords explains why columns can add up to more than the workloads.
const TwiceWords = "a workload with facets in two columns counts in both"
