package report_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/demarc-dev/demarc/internal/report"
)

func TestStoreDocuments(t *testing.T) {
	damaged := &report.StoreCheck{Database: "demarc.db", Bytes: 1_234_567, Staged: 1}
	for i := range 30 {
		damaged.Faults = append(damaged.Faults, report.StoreFault{Table: "chunk", Key: fmt.Sprintf("layer %d", i), Problem: "it cannot be read"})
	}
	broken := &report.LedgerCheck{Database: "demarc.db", Ledgers: []report.LedgerLine{
		{Workspace: "north", Holds: true, Entries: 1200, First: "2026-01-01T00:00:00Z", Last: "2026-02-01T00:00:00Z", Head: "ab", Snapshots: 1, Remarks: []report.LedgerRemark{{Number: 7, Text: "its clock was set back"}}},
		{Workspace: "south", Entries: 4, Broken: &report.BrokenEntry{Number: 5, Why: "it is missing"}},
	}}
	for _, tt := range []struct {
		name string
		p    report.Printable
		want []string
		not  string
	}{
		{"sound", &report.StoreCheck{Database: "demarc.db", Bytes: 999, Entries: 1}, []string{"demarc.db · all is as it was written", "size        999 B", "1 entry"}, "Faults"},
		{"damaged", damaged, []string{"demarc.db · 30 faults", "1.2 MB", "1 saving: at work", "layer 19", "and 10 more: --format json lists them"}, "layer 20"},
		{"broken", broken, []string{"2 ledgers", "holds     yes", "1,200\n", "entry 7: its clock was set back", "holds     no", "entry 5: it is missing", "4 in front of it"}, "0001"},
		{"nobody", &report.LedgerCheck{Database: "demarc.db"}, []string{"Nobody said anything yet."}, "holds"},
		{"no snapshots", &report.SnapshotList{Database: "demarc.db"}, []string{"0 snapshots", "demarc assess --save keeps one"}, "workspace"},
		{"backup", &report.StoreBackup{Database: "a", Backup: "b", Bytes: 5_000_000_000}, []string{"backup written", "5.0 GB"}, "0 B"},
		{"compacted", &report.StoreCompacted{Database: "a", Workspaces: []report.CompactedWorkspace{{Workspace: "north", Dropped: []int64{1, 2}}, {Workspace: "south"}}, Layers: 3},
			[]string{"dropped            north 1, 2", "layers not needed  3"}, "south"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var out bytes.Buffer
			if err := report.Print(&out, "table", tt.p, report.Options{Width: 80}); err != nil {
				t.Fatal(err)
			}
			for _, want := range tt.want {
				if !strings.Contains(out.String(), want) {
					t.Errorf("%q is missing in\n%s", want, out.String())
				}
			}
			if strings.Contains(out.String(), tt.not) {
				t.Errorf("%q stands in\n%s", tt.not, out.String())
			}
		})
	}
}
