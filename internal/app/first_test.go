package app

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/sourcetest"
)

const (
	contosoVM = `{"id":"/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/vm","name":"vm","type":"microsoft.compute/virtualmachines","location":"westeurope"}`
	contosoAt = `{"id":"/subscriptions/11111111-1111-1111-1111-111111111111/providers/Microsoft.Authorization/policyAssignments/%s","name":"%[1]s","type":"microsoft.authorization/policyassignments","properties":{"policyDefinitionId":"/providers/Microsoft.Authorization/policyDefinitions/d"}}`
	contosoIn = `{"schema":"https://demarc.dev/schema/manifest/1","scopes":[{"scope":"/subscriptions/11111111-1111-1111-1111-111111111111","types":[{"type":"*","state":"collected"}]}]}`
)

// writeFiles makes files in a folder of their own and goes there.
func writeFiles(t *testing.T, files map[string]string) {
	t.Helper()
	t.Chdir(t.TempDir())
	for name, text := range files {
		if err := os.WriteFile(filepath.FromSlash(name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// spoken names what statements are about.
func spoken(all []source.Statement) []string {
	var ids []string
	for _, s := range all {
		ids = append(ids, s.Kind+" "+s.ID[strings.LastIndexAny(s.ID, "/#")+1:])
	}
	return ids
}

// TestReadFirst: what shapes the line is told before it, in the order of the
// files, and then again with all that there is.
func TestReadFirst(t *testing.T) {
	writeFiles(t, map[string]string{
		"a.json":        `{"data":[` + contosoVM + `,` + fmt.Sprintf(contosoAt, "late") + `]}`,
		"b.json":        `{"value":[` + fmt.Sprintf(contosoAt, "second") + ",\n" + fmt.Sprintf(contosoAt, "first") + `]}`,
		"c.json":        `{"data":[` + fmt.Sprintf(contosoAt, "mixed") + "," + contosoVM + `]}`,
		"manifest.json": contosoIn,
	})
	in := OpenInputs([]string{"."}, nil)
	told := 0
	in.Progress = func(int64, int64) { told++ }
	first, err := in.ReadFirst(t.Context())
	want := []string{"policy-assignment second", "policy-assignment first", "policy-assignment mixed", "collected *"}
	if got := spoken(first); err != nil || told != 0 || !slices.Equal(got, want) {
		t.Errorf("first %q, %v, progress told %d times, want %q", got, err, told, want)
	}
	sink := sourcetest.NewSink(t)
	if err := in.Read(t.Context(), sink); err != nil {
		t.Fatal(err)
	}
	got := spoken(sink.Statements)
	slices.Sort(got)
	if all := []string{"collected *", "policy-assignment first", "policy-assignment late", "policy-assignment mixed", "policy-assignment second"}; !slices.Equal(got, all) {
		t.Errorf("read %q, want %q", got, all)
	}
	if len(sink.Resources) != 2 || in.Files[1].Statements != 2 || in.Files[2].Statements != 1 || in.Files[2].Resources != 1 {
		t.Errorf("%d resources, %+v, %+v", len(sink.Resources), *in.Files[1], *in.Files[2])
	}
	if len(sink.Notes) != 1 || sink.Notes[0].Place.File.Path != "a.json" || !strings.Contains(sink.Notes[0].Message, "read too late") {
		t.Errorf("noted %+v", sink.Notes)
	}
}

// TestReadFirstOfStandardInput: it can be opened once only and is read twice.
func TestReadFirstOfStandardInput(t *testing.T) {
	in := OpenInputs([]string{"-"}, strings.NewReader("["+fmt.Sprintf(contosoAt, "one")+"]"))
	if documents, err := in.Documents(); err != nil || len(documents) != 0 {
		t.Errorf("documents %v, %v", documents, err)
	}
	first, err := in.ReadFirst(t.Context())
	if err != nil || len(first) != 1 {
		t.Errorf("first %v, %v", first, err)
	}
	sink := sourcetest.NewSink(t)
	if err := in.Read(t.Context(), sink); err != nil || len(sink.Statements) != 1 || in.Files[0].Statements != 1 {
		t.Errorf("read %v, %v", sink.Statements, err)
	}
	if a, ok := sink.Statements[0].Content.(demarc.PolicyAssignment); !ok || a.Scope != "/subscriptions/11111111-1111-1111-1111-111111111111" {
		t.Errorf("read %+v", sink.Statements[0].Content)
	}
}

// TestReadFirstOfMuch: standard input that is too long to be held is read once,
// and that is said.
func TestReadFirstOfMuch(t *testing.T) {
	text := "[" + fmt.Sprintf(contosoAt, "one") + strings.Repeat(" ", mostFirst) + "]"
	in, sink := OpenInputs([]string{"-"}, strings.NewReader(text)), sourcetest.NewSink(t)
	first, err := in.ReadFirst(t.Context())
	if err != nil || len(first) != 0 {
		t.Errorf("first %v, %v", first, err)
	}
	if err := in.Read(t.Context(), sink); err != nil || len(sink.Statements) != 1 || len(sink.Notes) != 1 {
		t.Errorf("read %v, noted %v, %v", sink.Statements, sink.Notes, err)
	}
}

// TestReadFirstIsCancelled: a caller that gives up is told so.
func TestReadFirstIsCancelled(t *testing.T) {
	writeFiles(t, map[string]string{"manifest.json": contosoIn})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := OpenInputs([]string{"."}, nil).ReadFirst(ctx); err == nil {
		t.Error("it goes on")
	}
}
