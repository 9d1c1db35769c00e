package report

import (
	"strings"
	"testing"
)

func packAdded() *PackAdded {
	notes := make([]string, 0, mostNotes+2)
	for range mostNotes + 2 {
		notes = append(notes, "a|b.json: broken \x1b[31m")
	}
	return &PackAdded{File: "packs/ours.pack", Notes: notes, PackLine: PackLine{Name: "ours", Kind: "policies", Source: "ours.zip", SHA256: strings.Repeat("0", 64), Created: "2026-11-22",
		Definitions: 3594, Government: 1415, Sets: 181, GovernmentSets: 76}}
}

func TestPrintPacks(t *testing.T) {
	one := packAdded().PackLine
	one.Commit, one.Licence = "0123456789abcdef0123456789abcdef01234567", "MIT"
	list := &PackList{Folder: "packs", Packs: []PackLine{one, {Name: "aliases", Kind: "aliases", Aliases: 65399, Created: "2026-11-22"}, {Name: "cut", Fault: "packs/cut.pack is damaged"}}}
	for _, tt := range []struct {
		name  string
		p     Printable
		want  []string
		lines int
	}{
		{"list", list, []string{"3,594 definitions, 181 initiatives; Azure Government: 1,415 and 76", "0123456789ab ", "MIT", "65,399 aliases", "packs/cut.pack is damaged"}, 6},
		{"none", &PackList{Folder: "packs"}, []string{"No packs in packs", "demarc catalog add azure-policy PATH"}, 4},
		{"added", packAdded(), []string{"Packed as ours: 3,594 definitions", "unknown: give it with --commit", "unknown: no notice was found", "and 2 more, all with --format json"}, 24},
		{"aliases", &PackAdded{PackLine: PackLine{Name: "aliases", Kind: "aliases", Aliases: 2}}, []string{"Packed as aliases: 2 aliases"}, 6},
	} {
		for _, format := range PrintFormats {
			var b strings.Builder
			if err := Print(&b, format, tt.p, Options{Width: 160}); err != nil {
				t.Fatal(err)
			}
			if strings.ContainsRune(b.String(), '\x1b') {
				t.Errorf("%s as %s: control characters", tt.name, format)
			}
			if format != "table" {
				continue
			}
			for _, want := range tt.want {
				if !strings.Contains(b.String(), want) {
					t.Errorf("%s lacks %q:\n%s", tt.name, want, b.String())
				}
			}
			if n := strings.Count(b.String(), "\n"); n > tt.lines {
				t.Errorf("%s has %d lines:\n%s", tt.name, n, b.String())
			}
		}
	}
}

func TestPrintCompiled(t *testing.T) {
	c := &Compiled{Definitions: 1004, Initiatives: 2, Static: 1, DataPlane: 1, Total: 1002, Compiled: 1001, Notes: []string{"x.json: broken"},
		Refusals: []Refusal{{File: "a\x1b.json", Pointer: "/properties", Reason: "there is no policyRule"}}}
	var b strings.Builder
	if err := PrintCompiled(&b, "table", c, Options{}); err != nil {
		t.Fatal(err)
	}
	want := "note: x.json: broken\nrefused: a" + Visible("\x1b") + ".json#/properties: there is no policyRule\n" +
		"1004 definitions: 1 static and 1 of data-plane modes counted apart; 2 initiatives\ncompiled 1001 of 1002\n"
	if b.String() != want {
		t.Errorf("got\n%s\nwant\n%s", b.String(), want)
	}
	b.Reset()
	if err := PrintCompiled(&b, "json", c, Options{}); err != nil || !strings.Contains(b.String(), `"compiled": 1001`) {
		t.Errorf("%s %v", b.String(), err)
	}
}
