package report

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/demarc-dev/demarc/internal/sample"
)

// difference is one with something of everything, hostile names included.
func difference() *Diff {
	at := func(names ...string) []DiffPlace {
		var list []DiffPlace
		for _, n := range names {
			list = append(list, DiffPlace{ID: "/subscriptions/s/" + n, Name: n})
		}
		return list
	}
	known := func(status, why string) *DiffStand { return &DiffStand{Status: status, Party: "customer", Why: why} }
	you, ms, both := []string{"customer"}, []string{"microsoft"}, []string{"customer", "microsoft"}
	d := &Diff{
		SchemaVersion: "1.0", Estate: "Contoso\x1b[31m<b>", Before: DiffSide{Asked: "a|b", AsOf: "2026-10-31", Resources: 1200, Unknown: 7}, After: DiffSide{Asked: "c", AsOf: "2026-11-30", Resources: 1198, Met: 3, Unmet: 2, Accepted: 1, Coverage: .4},
		Resources: DiffResources{
			Added:   []DiffPresence{{at("vm-new")[0], "vm", "iaas", "workload", "", "estate"}, {at("vm-more")[0], "vm", "iaas", "workload", "", "estate"}},
			Removed: []DiffPresence{{at("kv-old")[0], "vault", "paas", "workload", "a plan deletes it", "estate"}},
			Changed: []DiffChanged{{at("sql-01")[0], "instance", []DiffChange{{"service model", "iaas", "paas"}, {"part of", "", "x"}}, "it is an instance.", "estate"}},
		},
		Cells: []DiffCell{
			{"m", "os", "Operating system", "", you, ms, "is an instance now, PaaS: the operating system passes from you to Microsoft", "https://example.org", "estate", 1, at("sql-01")},
			{"m", "apps", "Applications", "", both, nil, "the applications end there", "", "catalogue", 1, at("x<script>")},
		},
		Responsibilities: []DiffTask{
			{"new-unmet", "os.patch", "Updates", "os", "high", "resource", "customer", known("met", ""), known("unmet", "scan failed"), "scan failed", "estate", 4, at("a", "b", "c", "d")},
			{"new-unmet", "os.patch", "Updates", "os", "high", "resource", "customer", known("unknown", ""), known("unmet", "other"), "other", "estate", 1, at("e|f")},
			{"gone-stale", "data.backup", "Backup", "data", "", "workload", "customer", known("met", ""), known("unknown", "old"), "backup is too long ago (2026-10-01)", "estate", 1, at("shop")},
			{"new", "os.edr", "Detection", "os", "high", "resource", "customer", nil, known("unmet", "none found"), "the resource is new", "estate", 2, at("vm-new", "vm-more")},
			{"new", "os.ssh", "Keys", "os", "low", "resource", "customer", nil, known("unknown", ""), "the resource is new", "estate", 2, at("vm-new", "vm-more")},
			{"new", "provider.hosts", "Hosts", "hosts", "", "resource", "provider", nil, known("unknown", ""), "the resource is new", "estate", 2, at("vm-new", "vm-more")},
			{"ended", "os.boot", "Boot", "os", "low", "resource", "customer", known("met", ""), nil, "the operating system passes from you to Microsoft", "estate", 1, at("sql-01")},
			{"newly-met", "net.tls", "TLS", "net", "", "resource", "customer", known("unmet", ""), known("met", "ok"), "ok", "catalogue", 1, at("a")},
		},
		Owners:  []DiffOwner{{"", "", "team <x>", "", "tag", "estate", 1, at("a")}},
		Catalog: []DiffFact{{"responsibility", "net.tls", "TLS", "changed", []DiffChange{{"severity", "low", "high"}}, "https://example.org"}, {"rule", "r#1", "", "new", nil, ""}},
		Flows:   []DiffFlow{{you, ms, 1, 1, "estate"}, {both, nil, 1, 1, "catalogue"}},
		Parties: []DiffParty{{"customer", "Customer", "customer"}, {"microsoft", "Microsoft", "provider"}},
		Notes:   []string{"One side is incomplete."},
	}
	return d
}

func TestDiffGolden(t *testing.T) {
	for _, format := range DiffFormats {
		t.Run(format, func(t *testing.T) {
			var b bytes.Buffer
			if err := Print(&b, format, difference(), Options{Width: 90}); err != nil {
				t.Fatal(err)
			}
			if bytes.ContainsAny(b.Bytes(), "\x1b\u009b") {
				t.Error("control characters in the output")
			}
			sample.Golden(t, "diff."+format+".txt", b.Bytes())
		})
	}
}

// TestDiffFitsTerminals: no line is wider than the terminal.
func TestDiffFitsTerminals(t *testing.T) {
	for _, width := range []int{80, 140} {
		var b bytes.Buffer
		if err := Print(&b, "table", difference(), Options{Width: width}); err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(b.String()) {
			if TextWidth(strings.TrimSuffix(line, "\n")) > width {
				t.Errorf("wider than %d: %s", width, line)
			}
		}
	}
}

// TestDiffIsBounded: lists for people end, and say how much they leave out.
func TestDiffIsBounded(t *testing.T) {
	d := difference()
	for n := range 40 {
		task := d.Responsibilities[0]
		task.Responsibility = fmt.Sprintf("os.task-%02d", n)
		d.Responsibilities = append(d.Responsibilities, task)
		d.Flows = append(d.Flows, DiffFlow{[]string{fmt.Sprintf("p%d", n)}, []string{"customer"}, 1, 1, "estate"})
	}
	var b bytes.Buffer
	if err := Print(&b, "html", d, Options{}); err != nil {
		t.Fatal(err)
	}
	out := b.String()
	if !strings.Contains(out, "NEWLY UNMET · 165") || !strings.Contains(out, "and 26 more; --format json lists all") {
		t.Error("the list of what is newly unmet is not bounded, or not counted")
	}
	if n := strings.Count(out, "<path"); n != 2*(flowMost+1) {
		t.Errorf("%d bands in four pictures, want %d", n, 2*(flowMost+1))
	}
	if !strings.Contains(out, "and 25 more, in the table") {
		t.Error("the picture does not say what it leaves out")
	}
}

// TestFlowsStandInTheirPicture: every band begins at a box on the left and ends
// at one on the right, within the picture, and none lies on another.
func TestFlowsStandInTheirPicture(t *testing.T) {
	d := difference()
	d.Flows = []DiffFlow{{[]string{"customer"}, []string{"microsoft"}, 900, 1, "estate"}, {[]string{"customer"}, []string{"customer", "microsoft"}, 3, 1, "estate"},
		{[]string{"microsoft"}, nil, 2, 1, "estate"}, {[]string{"unknown"}, []string{"customer"}, 1, 1, "estate"}}
	for _, s := range flowShapes {
		p := d.flowPicture(s, d.Flows)
		if len(p.Bands) != 4 || len(p.Boxes) != 7 {
			t.Fatalf("%d bands, %d boxes", len(p.Bands), len(p.Boxes))
		}
		for i, b := range p.Bands {
			if b.Y1 < flowHead || b.Y3 < flowHead || b.Y2 > p.Height || b.Y4 > p.Height || b.Y2-b.Y1 < flowLeast {
				t.Errorf("%s: band %d lies at %+v of %d", s.Name, i, b, p.Height)
			}
			for _, other := range p.Bands[:i] {
				if b.Y1 < other.Y2 && other.Y1 < b.Y2 || b.Y3 < other.Y4 && other.Y3 < b.Y4 {
					t.Errorf("%s: bands %+v and %+v overlap at a side", s.Name, b, other)
				}
			}
		}
		if hues := p.Bands[0].Hue + " " + p.Boxes[0].Hue; hues != "shared customer" {
			t.Errorf("hues %q", hues)
		}
	}
}

// TestDiffSaysNothing: two sides that are the same.
func TestDiffSaysNothing(t *testing.T) {
	var b bytes.Buffer
	if err := Print(&b, "table", &Diff{Estate: "e"}, Options{}); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(b.String(), "Nothing is different.") || strings.Contains(b.String(), "NEW") {
		t.Errorf("got %s", b.String())
	}
}
