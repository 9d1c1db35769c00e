package app

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/sourcetest"
)

const (
	testSub = "/subscriptions/11111111-1111-1111-1111-111111111111"
	testVM  = testSub + "/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/vm"
)

// estateOf writes files into a folder and goes there.
func estateOf(t *testing.T, files map[string]string) {
	t.Helper()
	t.Chdir(t.TempDir())
	for path, text := range files {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// readAll reads an estate into a recording sink.
func readAll(t *testing.T, stdin io.Reader, paths ...string) (*Inputs, *sourcetest.Sink, error) {
	t.Helper()
	in := OpenInputs(paths, stdin)
	sink := sourcetest.NewSink(t)
	return in, sink, in.Read(context.Background(), sink)
}

// notesOf writes down notes, in order.
func notesOf(s *sourcetest.Sink) []string {
	var all []string
	for _, n := range s.Notes {
		all = append(all, fmt.Sprintf("%s %s: %s x%d", n.Kind, n.Place, n.Message, n.Count))
	}
	slices.Sort(all)
	return all
}

func TestEveryFileIsRecognisedByContent(t *testing.T) {
	estateOf(t, map[string]string{
		"e/a.csv":      `{"count":1,"data":[{"id":"` + testVM + `1"}],"skip_token":null}`,
		"e/b":          `[{"id":"` + testVM + `2","name":"vm2","resourceGroup":"rg","type":"x/y","location":"z"}]`,
		"e/c.json":     "Name;ResourceType;ResourceId\nvm3;Microsoft.Compute/virtualMachines;" + testVM + "3\n",
		"e/d.txt":      "NAME,TYPE,RESOURCE GROUP,LOCATION,SUBSCRIPTION\nvm4,Virtual machine,rg,West Europe,Contoso\n",
		"e/e.yaml":     `{"id":"` + testVM + `5","properties":{}}`,
		"e/f.md":       "name,kind,site\nsrv,server,Plant\n",
		"e/g.bak":      "name: Contoso\nresources: [{name: Mail, type: m365/exchange-online}]\n",
		"e/h.inv":      `[{"ResourceId":"` + testVM + `6","Name":"vm6"}]`,
		"e/README.md":  "# Estate\n\nNothing here.\n",
		"e/.gitkeep":   "",
		"e/report.pdf": "%PDF-1.7 ...",
		"e/nsg.json":   `[{"NsgName":"n","RuleName":"r","NsgId":"` + testSub + `/resourceGroups/rg/providers/Microsoft.Network/networkSecurityGroups/n"}]`,
	})
	in, sink, err := readAll(t, nil, "e")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range in.Files {
		got = append(got, fmt.Sprintf("%s %s %d", f.Path, f.Format, f.Resources))
	}
	want := []string{"e/a.csv resource-graph 1", "e/b az-resource-list 1", "e/c.json az-powershell 1", "e/d.txt portal-csv 1",
		"e/e.yaml arm-rest 1", "e/f.md onprem-csv 1", "e/g.bak demarc-yaml 1", "e/h.inv az-powershell 1"}
	if !slices.Equal(got, want) {
		t.Errorf("files\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	wantNotes := []string{
		"ignored e/.gitkeep: an empty file x1",
		"ignored e/README.md: not recognised: neither JSON nor a table nor a demarc.yaml x1",
		"ignored e/nsg.json: check results, not an inventory: rules of network security groups (NsgName, RuleName) x1",
		"ignored e/report.pdf: a PDF document, not an inventory x1",
	}
	if got := notesOf(sink); !slices.Equal(got, wantNotes) {
		t.Errorf("notes\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(wantNotes, "\n"))
	}
}

// TestCasesAreRecognised tries the inputs of all readers' cases against all
// formats: the first that takes it must be the reader's own.
func TestCasesAreRecognised(t *testing.T) {
	own := map[string]string{"resourcegraph": "resource-graph", "azresourcelist": "az-resource-list", "azpowershell": "az-powershell",
		"portalcsv": "portal-csv", "armrest": "arm-rest", "onpremcsv": "onprem-csv", "estate": "demarc-yaml",
		"m365sku": "m365-licences", "m365organization": "m365-organization", "entraapps": "entra-applications", "entrapolicies": "entra-policies",
		"securescore": "secure-score", "azurerbac": "azure-rbac", "delegatedaccess": "delegated-access",
		"devices": "m365-devices", "scubagear": "scubagear-settings",
		"scubaresults": "scubagear-results", "maester": "maester", "zerotrust": "zero-trust-assessment", "m365assess": "m365-assess",
		"defender": "defender", "advisor": "advisor", "policystates": "azure-policy", "policyassignments": "azure-policy-assignments", "policymetadata": "policy-metadata",
		"manifest": "manifest", "azurechecklist": "azure-checklist",
		"rvtools": "rvtools", "netbox": "netbox", "ansiblefacts": "ansible-facts", "cmdbcsv": "cmdb-csv", "cyclonedx": "cyclonedx",
		"armtemplate": "arm-template arm-parameters", "bicep": "bicep bicep-snapshot arm-what-if",
		"ocsf": "ocsf", "prowlercsv": "prowler-csv", "sarif": "sarif", "checkov": "checkov", "trivy": "trivy",
		"statements": "statements", "attestationcsv": "attestation-csv", "nessus": "nessus", "defenderendpoint": "defender-for-endpoint",
		"softwareupdates": "software-updates", "updatemanager": "update-manager", "backupitems": "backup-items",
		"terraform": "terraform"}
	cases, err := filepath.Glob("../source/*/testdata/*.txt")
	if err != nil || len(cases) < 50 {
		t.Fatalf("%d cases, %v", len(cases), err)
	}
	for _, path := range cases {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		input, _, _ := bytes.Cut(text, []byte("\n---- want\n"))
		f, err := recognise(source.NewHead(input, true))
		if want := own[filepath.Base(filepath.Dir(filepath.Dir(path)))]; err != nil || !slices.Contains(strings.Fields(want), f.Name) {
			t.Errorf("%s: %v, %v; want %s", path, f, err, want)
		}
	}
}

func TestWhatIsNoInventory(t *testing.T) {
	var zipped bytes.Buffer
	w := gzip.NewWriter(&zipped)
	_, _ = w.Write([]byte("[]"))
	_ = w.Close()
	for text, want := range map[string]string{
		`{"version":1,"interactions":[]}`: "not recognised: JSON, but no rows with the id of a resource",
		`[{"id":1,"name":"x"}]`:           "not recognised: JSON, but no rows with the id of a resource",
		"id,name\n1,x\n":                  "not recognised: a table, but without the columns of an inventory",
		"apiVersion: v1\nkind: Pod\n":     "not recognised: YAML, but not a demarc.yaml",
		"":                                "an empty file",
		"PK\x03\x04" + strings.Repeat("\x00", 26) + "tfplan": "a binary Terraform plan (run `terraform show -json plan.out > plan.json` and read that), not an inventory",
		zipped.String(): "a compressed file, not an inventory",
	} {
		_, err := recognise(source.NewHead([]byte(text), true))
		if err == nil || err.Error() != want {
			t.Errorf("%.40q: %v, want %s", text, err, want)
		}
	}
}

func TestNothingCouldBeRead(t *testing.T) {
	estateOf(t, map[string]string{"a.txt": "hello", "b/.keep": ""})
	for _, paths := range [][]string{{"gone"}, {"a.txt"}, {"b"}, {"-"}} {
		_, _, err := readAll(t, strings.NewReader("hello"), paths...)
		var unread *UnreadError
		if !errors.As(err, &unread) || len(unread.Problems) != 1 || !strings.HasPrefix(unread.Problems[0], paths[0]) {
			t.Errorf("%s: %v, want an error that names the file", paths, err)
			continue
		}
		if !strings.Contains(unread.Hint(), "az resource list") {
			t.Errorf("hint %q does not list the formats", unread.Hint())
		}
	}
	if _, _, err := readAll(t, nil); err == nil || err.Error() != "nothing to read: no files there" {
		t.Errorf("no paths: %v", err)
	}
}

func TestStandardInput(t *testing.T) {
	for name, text := range map[string]string{
		"rows":       `[{"id":"` + testVM + `"}]`,
		"a document": "resources: [{name: Mail, type: m365/exchange-online}]\n",
	} {
		t.Run(name, func(t *testing.T) {
			in := OpenInputs([]string{"-"}, strings.NewReader(text))
			if _, err := in.Documents(); err != nil {
				t.Fatal(err)
			}
			sink := sourcetest.NewSink(t)
			if err := in.Read(context.Background(), sink); err != nil || len(sink.Resources) != 1 || in.Files[0].Path != "-" {
				t.Errorf("%d resources, %v", len(sink.Resources), err)
			}
		})
	}
}

// TestRecordsInRecordsOut holds rule 7 of the design for a file with all that
// can go wrong, read by all cores.
func TestRecordsInRecordsOut(t *testing.T) {
	var text strings.Builder
	text.WriteString("[\n")
	const rows = 60_000
	for i := range rows {
		switch i % 6 {
		case 0:
			fmt.Fprintf(&text, `{"id":"%s%d","type":"Microsoft.Compute/virtualMachines","properties":{"x":"%s"}},`, testVM, i, strings.Repeat("y", 100))
		case 1:
			fmt.Fprintf(&text, `{"id":"%s/resourceGroups/rg%d","type":"microsoft.resources/subscriptions/resourcegroups"},`, testSub, i)
		case 2:
			text.WriteString(`{"location":"no id"},`)
		case 3:
			text.WriteString(`17,`)
		case 4:
			text.WriteString(`{"broken" 1},`)
		case 5:
			text.WriteString(`{"name":"a","type":"b/c"},`)
		}
		text.WriteByte('\n')
	}
	text.WriteString("]")
	estateOf(t, map[string]string{"rows.json": text.String()})
	in, sink, err := readAll(t, nil, "rows.json")
	if err != nil {
		t.Fatal(err)
	}
	f := in.Files[0]
	if f.Resources != rows/3 || f.Scopes != rows/6 || f.Notes != rows/2 {
		t.Errorf("%d resources, %d scopes, %d notes of %d rows", f.Resources, f.Scopes, f.Notes, rows)
	}
	if len(sink.Resources) != f.Resources || len(sink.Scopes) != f.Scopes {
		t.Errorf("the sink has %d resources and %d scopes", len(sink.Resources), len(sink.Scopes))
	}
	want := []string{
		"skipped rows.json:4: no id, and no name and type to make one up from x10000",
		"skipped rows.json:5: not an object x10000",
		"skipped rows.json:6: broken JSON x10000",
	}
	if got := notesOf(sink); !slices.Equal(got, want) {
		t.Errorf("notes %q, want %q", got, want)
	}
}

func TestPagesOfOneAnswerInSeveralFiles(t *testing.T) {
	page := func(n int) string {
		return fmt.Sprintf(`{"count":1,"data":[{"id":"%s%d"}],"skip_token":"t%d","total_records":3}`, testVM, n, n)
	}
	estateOf(t, map[string]string{"e/1": page(1), "e/2": page(2), "e/3": page(3)})
	if _, sink, err := readAll(t, nil, "e"); err != nil || len(sink.Missing) != 0 {
		t.Errorf("three of three pages: incomplete %v, %v", sink.Missing, err)
	}
	_, sink, err := readAll(t, nil, "e/1", "e/3")
	if err != nil || len(sink.Missing) != 2 || sink.Missing[0].Message != "1 of 3 rows" || sink.Missing[0].Place.String() != "e/1" {
		t.Errorf("two of three pages: incomplete %v, %v", sink.Missing, err)
	}
}

func TestDocumentsStopAtMistakes(t *testing.T) {
	estateOf(t, map[string]string{"e/demarc.yaml": "name: x\nresources: [{nmae: y}]\n", "e/z.yaml": "name: z\n"})
	_, err := OpenInputs([]string{"e"}, nil).Documents()
	if err == nil || !strings.Contains(err.Error(), `e/demarc.yaml:2: unknown key "nmae" in a resource`) {
		t.Errorf("got %v, want file, line and key", err)
	}
	all, err := OpenInputs([]string{"e/z.yaml"}, nil).Documents()
	if err != nil || len(all) != 1 || all[0].Name != "z" {
		t.Errorf("got %v, %v", all, err)
	}
}

// TestTheRestIsStillRead holds that one bad file costs one note.
func TestTheRestIsStillRead(t *testing.T) {
	estateOf(t, map[string]string{
		"e/cut.json":  `{"data":[{"id":"` + testVM + `1"},{"id":"` + testVM,
		"e/deep.json": `[{"id":"` + testVM + `2","properties":` + strings.Repeat(`{"a":`, 10_001) + "1" + strings.Repeat("}", 10_001) + `},{"id":"` + testVM + `3"}]`,
		"e/good.json": `[{"id":"` + testVM + `4"}]`,
	})
	_, sink, err := readAll(t, nil, "e", "gone")
	if err != nil || len(sink.Resources) != 3 {
		t.Errorf("%d resources, %v; want 3", len(sink.Resources), err)
	}
	want := []string{
		"skipped e/cut.json:1: the file ends inside of this record x1",
		"skipped e/deep.json:1: a record nested deeper than 10,000 levels x1",
		"unreadable gone: no such file or directory x1",
	}
	if got := notesOf(sink); !slices.Equal(got, want) {
		t.Errorf("notes %q, want %q", got, want)
	}
}

func TestProgressEndsAtTheTotal(t *testing.T) {
	text := `[{"id":"` + testVM + `"}]`
	estateOf(t, map[string]string{"a": text, "b": text})
	in := OpenInputs([]string{"."}, nil)
	var done, total int64
	in.Progress = func(d, of int64) { done, total = d, of }
	if err := in.Read(context.Background(), sourcetest.NewSink(t)); err != nil || done != total || total != int64(2*len(text)) {
		t.Errorf("%d of %d bytes, %v", done, total, err)
	}
}

func TestReadStopsWhenCanceled(t *testing.T) {
	estateOf(t, map[string]string{"a": `[{"id":"` + testVM + `"}]`})
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := OpenInputs([]string{"a"}, nil).Read(ctx, sourcetest.NewSink(t)); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
