package cyclonedx

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/sourcetest"
)

func TestCases(t *testing.T) { sourcetest.Cases(t, Format) }

func FuzzRead(f *testing.F) { sourcetest.Fuzz(f, Format) }

func TestTypesAreDescribed(t *testing.T) { sourcetest.Described(t, modelType, datasetType, saasType) }

func readAll(t testing.TB, text string) (*sourcetest.Sink, error) {
	t.Helper()
	in, err := source.NewInput(&demarc.File{Path: "in"}, bytes.NewReader([]byte(text)))
	if err != nil {
		t.Fatal(err)
	}
	if !Format.Detect(in.Head) {
		t.Fatal("not recognised")
	}
	sink := sourcetest.NewCaseSink(t)
	return sink, Format.Read(context.Background(), in, sink)
}

func TestRefusesVulnerabilityStatements(t *testing.T) {
	for _, text := range []string{
		`{"bomFormat":"CycloneDX","specVersion":"1.4","metadata":{"component":{"type":"application","name":"a"}},"vulnerabilities":[{"id":"CVE-2020-25649"}]}`,
		`{"bomFormat":"CycloneDX","components":[],"services":[],"vulnerabilities":[{"id":"CVE-2020-25649"}]}`,
	} {
		sink, err := readAll(t, text)
		if err == nil || err.Error() != "vulnerability statements, not an inventory: a CycloneDX document without components and services" || len(sink.Resources) != 0 {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// TestWhatOthersNest: entries inside of entries are found, but not without end.
func TestWhatOthersNest(t *testing.T) {
	nest := func(list, entry string, depth int) string {
		return `{"bomFormat":"CycloneDX",` + strings.Repeat(`"`+list+`":[{`+entry, depth) + strings.TrimSuffix(strings.Repeat(`}],`, depth), ",") + "}"
	}
	for _, tt := range []struct {
		list, entry string
		depth, want int
	}{
		{"components", `"type":"machine-learning-model","name":"m",`, 5, 5},
		{"components", `"type":"machine-learning-model","name":"m",`, 500, maxDepth},
		{"services", `"name":"s",`, 5, 5},
		{"services", `"name":"s",`, 500, maxDepth},
	} {
		text := strings.ReplaceAll(nest(tt.list, tt.entry, tt.depth), ",}", "}")
		sink, err := readAll(t, text)
		if err != nil || len(sink.Resources) != tt.want {
			t.Errorf("%d %s in each other: %d resources, %v", tt.depth, tt.list, len(sink.Resources), err)
		}
		if tooDeep := tt.depth > maxDepth; tooDeep != (len(sink.Notes) == 1) {
			t.Errorf("%d %s in each other: notes %+v", tt.depth, tt.list, sink.Notes)
		}
	}
}

func TestPlain(t *testing.T) {
	for name, want := range map[string]string{
		"Slack Technologies, LLC": "slack technologies", "Acme Inc": "acme", "Acme, Inc.": "acme", "Contoso GmbH & Co. KG": "contoso gmbh & co. kg",
		"Co": "co", "": "", "Box, Inc": "box",
	} {
		if got := plain(name); got != want {
			t.Errorf("%q is %q, want %q", name, got, want)
		}
	}
}
