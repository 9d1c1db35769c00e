//go:build conformance

// Package conformance compares the project with the published documents that
// define it. Run it with
//
//	go test -tags conformance ./conformance
//
// DEMARC_SHARED names the folder that holds the documents; without it, shared
// beside the checkout is taken.
package conformance

import (
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/demarc-dev/demarc/internal/catalog"
)

// columns of docs/sources.csv.
var columns = []string{"document", "number", "sha256", "paraphrase", "carriedBy", "reason"}

// reasons why a sentence needs no statement; no other is accepted.
var reasons = []string{
	"navigation",
	"advertising",
	"introduction without a claim",
	"heading of the rows that follow",
	"front matter",
	"points to another page",
	"caption of a picture",
}

// noTask lists the statements that only describe, compare or give examples. A
// sentence that any other statement carries names a task of somebody.
var noTask = []string{
	"azure.division", "azure.varies-by-service",
	"directions.common-mistake", "directions.depends-on-maintainer",
	"ms365.not-secure-by-default",
	"msai.varies-by-model", "mscloud.ai-differs", "mscloud.control-varies", "mscloud.iaas-examples", "mscloud.matrix",
	"mscloud.mixed-models", "mscloud.paas-examples", "mscloud.saas-examples", "mscloud.saas-meaning", "mscloud.shared-varies",
	"mscloud.shift-daily-work", "mscloud.varies-by-model",
	"nedigital.depends", "nedigital.iaas-examples", "nedigital.iaas-meaning", "nedigital.paas-examples", "nedigital.paas-meaning",
	"nedigital.saas-examples", "nedigital.saas-meaning", "nedigital.varies-by-model",
}

// longestQuote is how many words in a row a paraphrase may share with its
// sentence: beyond that it is a copy.
const longestQuote = 7

// row is one line of docs/sources.csv.
type row struct {
	document, number, sha256, paraphrase, carriedBy, reason string
}

func (r row) String() string { return r.document + " sentence " + r.number }

// TestEverySentenceIsCarried: each sentence of the documents has its row, in
// order, unchanged, and is carried by the data or says why it needs not be.
func TestEverySentenceIsCarried(t *testing.T) {
	rows := readRows(t)
	documents := readDocuments(t)
	for i, r := range rows {
		if documents[r.document] == nil {
			t.Errorf("line %d: there is no document %q", i+2, r.document)
		}
	}
	for _, document := range slices.Sorted(maps.Keys(documents)) {
		sentences := documents[document]
		var have []row
		for _, r := range rows {
			if r.document == document {
				have = append(have, r)
			}
		}
		for i, sentence := range sentences {
			if i >= len(have) {
				t.Errorf("%s sentence %d is missing in sources.csv: %q", document, i+1, sentence)
				continue
			}
			if have[i].number != strconv.Itoa(i+1) {
				t.Errorf("%s sentence %d: the row is numbered %s", document, i+1, have[i].number)
			}
			if have[i].sha256 != hash(sentence) {
				t.Errorf("%s sentence %d was changed: %q", document, i+1, sentence)
			}
			if n := longestRun(sentence, have[i].paraphrase); n > longestQuote {
				t.Errorf("%s: %d words in a row are copied", have[i], n)
			}
		}
		for _, r := range have[min(len(sentences), len(have)):] {
			t.Errorf("%s is not in the document", r)
		}
	}
}

// TestCarriersExist: what a row names is in the data, and what it leaves out
// it leaves out for a known reason.
func TestCarriersExist(t *testing.T) {
	known, _ := carriers(t)
	for _, r := range readRows(t) {
		if r.paraphrase == "" {
			t.Errorf("%s has no paraphrase", r)
		}
		if (r.carriedBy == "") == (r.reason == "") {
			t.Errorf("%s needs either a carrier or a reason", r)
		}
		if r.reason != "" && !slices.Contains(reasons, r.reason) {
			t.Errorf("%s: %q is no reason", r, r.reason)
		}
		for id := range strings.FieldsSeq(r.carriedBy) {
			if !known[id] {
				t.Errorf("%s: %s is neither in data/models nor in data/facts nor in data/responsibilities", r, id)
			}
		}
	}
}

// TestEveryTaskIsAResponsibility: a sentence that names a task is carried by a
// responsibility too, so that somebody can be asked whether it is done.
func TestEveryTaskIsAResponsibility(t *testing.T) {
	_, tasks := carriers(t)
	used := map[string]bool{}
	for _, r := range readRows(t) {
		carried := strings.Fields(r.carriedBy)
		names, has := false, false
		for _, id := range carried {
			used[id] = true
			names = names || !slices.Contains(noTask, id)
			has = has || tasks[id]
		}
		if names && !has {
			t.Errorf("%s names a task, and no responsibility carries it: %s", r, r.paraphrase)
		}
	}
	for _, id := range noTask {
		if !used[id] {
			t.Errorf("%s carries no sentence any more", id)
		}
	}
}

// carriers are the ids that may carry a sentence: statements, facts and
// responsibilities by their id, areas as model:area, cells as
// model:area:column. The second set holds the responsibilities alone.
func carriers(t *testing.T) (known, tasks map[string]bool) {
	t.Helper()
	c, err := catalog.Load(os.DirFS(filepath.Join("..", "data")))
	if err != nil {
		t.Fatal(err)
	}
	known, tasks = map[string]bool{}, map[string]bool{}
	for _, m := range c.Models {
		for _, s := range m.Statements {
			known[s.ID] = true
		}
		for _, a := range m.Areas {
			known[m.ID+":"+a.ID] = true
			for column := range a.Cells {
				known[m.ID+":"+a.ID+":"+column] = true
			}
		}
	}
	for _, f := range c.Facts {
		known[f.ID] = true
	}
	for _, f := range c.Responsibilities {
		for i := range f.List {
			known[f.List[i].ID], tasks[f.List[i].ID] = true, true
		}
	}
	return known, tasks
}

func readRows(t *testing.T) []row {
	t.Helper()
	file, err := os.Open(filepath.Join("..", "docs", "sources.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	records, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(records) == 0 || !slices.Equal(records[0], columns) {
		t.Fatalf("sources.csv does not begin with %v", columns)
	}
	var rows []row
	for _, r := range records[1:] {
		rows = append(rows, row{r[0], r[1], r[2], r[3], r[4], r[5]})
	}
	return rows
}

// readDocuments reads the sentences of every document, by file name.
func readDocuments(t *testing.T) map[string][]string {
	t.Helper()
	shared := os.Getenv("DEMARC_SHARED")
	if shared == "" {
		shared = filepath.Join("..", "..", "shared")
	}
	files, err := filepath.Glob(filepath.Join(shared, "sources", "*.txt"))
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Fatalf("no documents in %s; set DEMARC_SHARED", shared)
	}
	documents := map[string][]string{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		documents[filepath.Base(file)] = sentences(string(text))
	}
	return documents
}

// sentences splits a document by this rule:
//
//  1. Every line end is a boundary, so a heading, a bullet, a table row and a
//     line of a menu are units of their own.
//  2. In a line, runs of white space become one space, and the ends are
//     trimmed. A line with nothing left is no unit.
//  3. In a line, a unit ends after '.', '!' or '?' and any closing quotes,
//     brackets and asterisks behind it, if a space follows, the next letter is
//     not lower case, and the word is no abbreviation.
//
// Everything else counts, menus and rules of dashes included.
func sentences(text string) []string {
	var out []string
	for line := range strings.Lines(text) {
		line = strings.Join(strings.FieldsFunc(line, unicode.IsSpace), " ")
		start := 0
		for i := 0; i < len(line); i++ {
			if end := sentenceEnd(line, i); end > 0 {
				out = append(out, line[start:end])
				start, i = end+1, end
			}
		}
		if start < len(line) {
			out = append(out, line[start:])
		}
	}
	return out
}

// abbreviations end in a full stop that ends no sentence.
var abbreviations = []string{"e.g.", "i.e.", "etc.", "vs."}

// sentenceEnd says where a sentence ends whose mark stands at i, or 0.
func sentenceEnd(line string, i int) int {
	if !strings.ContainsRune(".!?", rune(line[i])) {
		return 0
	}
	word := line[strings.LastIndexByte(line[:i], ' ')+1 : i+1]
	if slices.Contains(abbreviations, strings.TrimLeft(strings.ToLower(word), "(")) {
		return 0
	}
	rest := strings.TrimLeft(line[i+1:], "\"'”’)]*.!?")
	end := len(line) - len(rest)
	if !strings.HasPrefix(rest, " ") {
		return 0
	}
	if next, _ := utf8.DecodeRuneInString(rest[1:]); unicode.IsLower(next) {
		return 0
	}
	return end
}

// hash is the SHA-256 of a sentence, in hex.
func hash(sentence string) string {
	sum := sha256.Sum256([]byte(sentence))
	return hex.EncodeToString(sum[:])
}

// longestRun counts the words of the longest run that two texts share.
func longestRun(a, b string) int {
	x, y := words(a), words(b)
	longest := 0
	for i := range x {
		for j := range y {
			n := 0
			for i+n < len(x) && j+n < len(y) && x[i+n] == y[j+n] {
				n++
			}
			longest = max(longest, n)
		}
	}
	return longest
}

func words(s string) []string {
	return strings.FieldsFunc(strings.ToLower(s), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
}

// TestSentences pins the rule.
func TestSentences(t *testing.T) {
	text := "# A title\n\n  • One.  Two (e.g. three)! four?\n---\nUse is- **the cloud.** In it, v1.2 vs. All.\n"
	want := []string{"# A title", "• One.", "Two (e.g. three)! four?", "---", "Use is- **the cloud.**", "In it, v1.2 vs. All."}
	if got := sentences(text); !slices.Equal(got, want) {
		t.Errorf("sentences:\n got %q\nwant %q", got, want)
	}
}
