//go:build conformance

package conformance

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/csv"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/demarc-dev/demarc/internal/app"
	"github.com/demarc-dev/demarc/internal/source/sourcetest"
)

// tenantResults are the files of the corpus that hold what tools found out
// about a tenant, and what is said of them.
var tenantResults = map[string]string{
	"16-Secure-Score.csv":     "Microsoft Secure Score as one total (CurrentScore, MaxScore)",
	"02-User-Summary.csv":     "numbers of people (TotalUsers, GuestUsers)",
	"09-Mailbox-Summary.csv":  "totals (Metric, Count)",
	"_Assessment-Summary.csv": "a list of the files that an assessment wrote (Section, Collector, FileName)",
}

// TestEveryTenantFileIsRead: of the corpus of tenants the tenant, its licences
// and its policies are read, and only results of tools are refused.
func TestEveryTenantFileIsRead(t *testing.T) {
	files := corpus(t, "m365")
	if len(files) != 36 {
		t.Fatalf("%d files in the corpus", len(files))
	}
	for _, path := range files {
		name := filepath.Base(path)
		t.Run(name, func(t *testing.T) {
			switch message := tenantResults[name]; {
			case message != "":
				isRefused(t, path, "check results, not an inventory: "+message)
			case name == "01-Tenant-Info.csv":
				readsTenant(t, path)
			case name == "08-License-Summary.csv":
				readsLicences(t, path)
			case m365Tables[name] != nil || strings.HasSuffix(name, "-Config.csv") || name == "ScubaResults.json" || name == "TestResults.json" || name == "secureScore-multiple.json":
				// TestM365AssessTables, TestScubaResults, TestScubaAnswers and TestIdentityScores count these
			default:
				readsPolicy(t, path)
			}
		})
	}
}

// readOne reads one file and wants all of its records accounted for.
func readOne(t *testing.T, path, format string) *sourcetest.Sink {
	t.Helper()
	in := app.OpenInputs([]string{path}, nil)
	sink := sourcetest.NewSink(t)
	if err := in.Read(context.Background(), sink); err != nil {
		t.Fatal(err)
	}
	f := in.Files[0]
	if f.Format != format || f.Notes != len(sink.Notes) || f.Resources != len(sink.Resources) || f.Statements != len(sink.Statements) || f.Scopes != len(sink.Scopes) {
		t.Errorf("accounts for %+v", *f)
	}
	return sink
}

// readsTenant wants of each row the scope, the tenant, its directory and its
// domains.
func readsTenant(t *testing.T, path string) {
	rows := table(t, path)
	sink := readOne(t, path, "m365-organization")
	domains := 0
	for _, row := range rows {
		domains += len(strings.Split(row["VerifiedDomains"], ";"))
		scope := "/tenants/" + strings.ToLower(row["TenantId"])
		if !slices.ContainsFunc(sink.Resources, func(r sourcetest.Resource) bool {
			return r.Type == "entra/tenant" && r.Name == row["OrgDisplayName"] && r.ScopeID == scope
		}) {
			t.Errorf("%s is not there", row["OrgDisplayName"])
		}
	}
	if len(sink.Scopes) != len(rows) || len(sink.Resources) != 2*len(rows) || len(sink.Statements) != domains {
		t.Errorf("%d scopes, %d resources, %d statements of %d rows with %d domains",
			len(sink.Scopes), len(sink.Resources), len(sink.Statements), len(rows), domains)
	}
}

// readsLicences wants a statement of each licence that is held and a note of
// each other, and the services, once each, that a plain look into the data
// finds.
func readsLicences(t *testing.T, path string) {
	sink := readOne(t, path, "m365-licences")
	want := map[string]bool{}
	rows := table(t, path)
	held := 0
	for _, row := range rows {
		if row["Total"] == "0" {
			continue
		}
		held++
		services, ok := servicesOf(t)[row["SkuPartNumber"]]
		if !ok {
			t.Errorf("nobody knows %s", row["SkuPartNumber"])
		}
		for _, s := range services {
			want[s] = true
		}
	}
	var got []string
	for _, r := range sink.Resources {
		got = append(got, r.Type)
	}
	slices.Sort(got)
	if wanted := slices.Sorted(maps.Keys(want)); !slices.Equal(got, wanted) || len(got) < 30 {
		t.Errorf("services\n%v\nwant\n%v", got, wanted)
	}
	if slices.Contains(got, "m365/teams") {
		t.Error("licences without Teams bring Teams")
	}
	if len(sink.Statements) != held || len(sink.Notes) != len(rows)-held {
		t.Errorf("%d statements and %d notes of %d rows", len(sink.Statements), len(sink.Notes), len(rows))
	}
}

// servicesOf reads the services of each licence out of the lines of data/.
func servicesOf(t *testing.T) map[string][]string {
	t.Helper()
	folder := filepath.Join("..", "data", "services", "m365", "licences")
	plans := map[string][]string{}
	for line := range strings.Lines(string(contents(t, filepath.Join(folder, "service-plans.yaml")))) {
		if m := regexp.MustCompile(`plan: "?([^",]+)"?, .*services: \[(.*)\]`).FindStringSubmatch(line); m != nil {
			plans[m[1]] = strings.Split(m[2], ", ")
		}
	}
	products := map[string][]string{}
	for line := range strings.Lines(string(contents(t, filepath.Join(folder, "products.yaml")))) {
		m := regexp.MustCompile(`product: "?([^",]+)"?, .*plans: \[(.*)\]`).FindStringSubmatch(line)
		if m == nil {
			continue
		}
		products[m[1]] = nil
		for name := range strings.SplitSeq(m[2], ", ") {
			for plan, services := range plans {
				rest, star := strings.CutSuffix(plan, "*")
				if plan == name || star && strings.HasPrefix(name, rest) && plans[name] == nil {
					products[m[1]] = append(products[m[1]], services...)
				}
			}
		}
	}
	return products
}

// readsPolicy wants the one policy that is in the file.
func readsPolicy(t *testing.T, path string) {
	var policy struct {
		ID, DisplayName string
		State           string
	}
	text := decoded(t, path)
	if err := json.Unmarshal(text, &policy); err != nil {
		t.Fatal(err)
	}
	sink := readOne(t, path, "entra-policies")
	if len(sink.Resources) != 1 {
		t.Fatalf("%d resources", len(sink.Resources))
	}
	r := sink.Resources[0]
	if r.Type != "entra/conditional-access-policy" || r.Name != policy.DisplayName || r.ID != "identity/conditionalAccess/policies/"+policy.ID || r.MadeUp {
		t.Errorf("%+v, want %+v", r.Resource, policy)
	}
}

// table reads a CSV file without any of our code.
func table(t *testing.T, path string) []map[string]string {
	t.Helper()
	records, err := csv.NewReader(bytes.NewReader(decoded(t, path))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var rows []map[string]string
	for _, record := range records[1:] {
		row := map[string]string{}
		for i, name := range records[0] {
			row[name] = record[i]
		}
		rows = append(rows, row)
	}
	return rows
}

// decoded is the text of a file in UTF-8 without byte order mark.
func decoded(t *testing.T, path string) []byte {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if wide, ok := bytes.CutPrefix(text, []byte{0xff, 0xfe}); ok {
		units := make([]uint16, len(wide)/2)
		for i := range units {
			units[i] = binary.LittleEndian.Uint16(wide[2*i:])
		}
		return []byte(string(utf16.Decode(units)))
	}
	return bytes.TrimPrefix(text, []byte("\ufeff"))
}
