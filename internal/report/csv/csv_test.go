package csv

import (
	"bytes"
	stdcsv "encoding/csv"
	"errors"
	"strings"
	"testing"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/report"
	"github.com/demarc-dev/demarc/internal/sample"
)

func write(t *testing.T, a *demarc.Assessment) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, a, report.Options{}); err != nil {
		t.Fatalf("write: %v", err)
	}
	return b.Bytes()
}

func TestWriteGolden(t *testing.T) {
	sample.Golden(t, "contoso.csv", write(t, sample.Contoso()))
	sample.Golden(t, "judged.csv", write(t, sample.Judged()))
}

// rows are the rows by column.
func rows(t *testing.T, a *demarc.Assessment) []map[string]string {
	t.Helper()
	table, err := stdcsv.NewReader(bytes.NewReader(write(t, a))).ReadAll()
	if err != nil {
		t.Fatalf("not CSV: %v", err)
	}
	var list []map[string]string
	for _, fields := range table[1:] {
		row := map[string]string{}
		for i, name := range table[0] {
			row[name] = fields[i]
		}
		list = append(list, row)
	}
	return list
}

func TestWriteSaysWhatIsDone(t *testing.T) {
	byName := map[string]string{}
	for _, row := range rows(t, sample.Judged()) {
		byName[row["name"]+" "+row["areaId"]] = strings.Join([]string{row["status"], row["unmet"], row["unmetAbove"]}, "|")
	}
	for name, want := range map[string]string{
		"vm-web-01 operating-system":     "unmet|os.patch|",
		"vm-web-02 operating-system":     "met||",
		"vm-firewall operating-system":   "unmet|os.patch|", // accepted, and unmet all the same
		"vm-web-01 identities":           "unmet||identity.mfa-admins",
		"vm-web-01 customer-data":        "unknown||",
		"vm-web-01 configurations":       "unknown||", // asked, and no task of the sample is about it
		"vm-web-01 physical-datacenter":  "||",        // the provider's
		"vnet-prod applications":         "||",        // it has none
		"fabrikam-monitor applications":  "||",        // the publisher's
		"stcontosologs network-controls": "unknown||",
		"nsg-web ":                       "||",
		"stcontosologs physical-network": "||",
		"file-01 physical-datacenter":    "unknown||", // on one's own premises
		"stcontosologs operating-system": "||",
	} {
		if byName[name] != want {
			t.Errorf("%s: %q, want %q", name, byName[name], want)
		}
	}
	for _, row := range rows(t, sample.Contoso()) {
		if row["status"] != "" {
			t.Errorf("%s: status %q though nothing was judged", row["name"], row["status"])
		}
	}
}

func TestWorst(t *testing.T) {
	of := func(list ...demarc.Status) (verdicts []demarc.SetVerdict) {
		for _, s := range list {
			verdicts = append(verdicts, demarc.SetVerdict{Judgement: demarc.Judgement{Status: s}})
		}
		return verdicts
	}
	for _, tt := range []struct {
		name string
		list []demarc.SetVerdict
		want demarc.Status
	}{
		{"nothing", nil, demarc.UnknownStatus},
		{"all met", of(demarc.Met, demarc.Met), demarc.Met},
		{"one unknown", of(demarc.Met, demarc.UnknownStatus), demarc.UnknownStatus},
		{"one unmet", of(demarc.UnknownStatus, demarc.Unmet, demarc.Met), demarc.Unmet},
		{"none concerns it", of(demarc.NotApplicable), demarc.NotApplicable},
		{"some concern it", of(demarc.NotApplicable, demarc.Met), demarc.Met},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := worst(tt.list); got != tt.want {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}

func TestWriteHasARowPerCell(t *testing.T) {
	a := sample.Contoso()
	rows, err := stdcsv.NewReader(bytes.NewReader(write(t, a))).ReadAll()
	if err != nil {
		t.Fatalf("not CSV: %v", err)
	}
	want := 1
	for _, r := range a.Resources {
		if r.Answer.Division == nil {
			want++
			continue
		}
		want += len(r.Answer.Division.Cells)
	}
	if len(rows) != want {
		t.Errorf("%d rows, want %d", len(rows), want)
	}
	for i, row := range rows {
		if len(row) != len(columns) {
			t.Fatalf("row %d has %d fields, want %d", i, len(row), len(columns))
		}
	}
}

func TestWriteKeepsFormulasAndEscapesOut(t *testing.T) {
	out := write(t, sample.Contoso())
	rows, err := stdcsv.NewReader(bytes.NewReader(out)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	quoted := 0
	for _, row := range rows {
		for _, field := range row {
			if field != "" && strings.ContainsRune("=+-@", rune(field[0])) {
				t.Errorf("a spreadsheet would run %q", field)
			}
			if strings.HasPrefix(field, "'=cmd(") {
				quoted++
			}
		}
	}
	if quoted == 0 {
		t.Error("the hostile name is gone")
	}
	if bytes.ContainsAny(out, "\x1b\r\x07\u009b") {
		t.Error("control characters in the output")
	}
}

type broken struct{}

var errBroken = errors.New("disk full")

func (broken) Write([]byte) (int, error) { return 0, errBroken }

func TestWriteReturnsTheWritersError(t *testing.T) {
	for _, n := range []int{1, 5000} {
		if err := Write(broken{}, sample.Large(n), report.Options{}); !errors.Is(err, errBroken) {
			t.Errorf("%d resources: got %v, want %v", n, err, errBroken)
		}
	}
}
