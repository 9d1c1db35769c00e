package source

import (
	"strings"
	"testing"
)

// part is the local header of a part of a zip archive.
func part(name string) string {
	return "PK\x03\x04" + strings.Repeat("\x00", 26) + name + "some bytes PK"
}

func TestHeadTellsWorkbooks(t *testing.T) {
	wide := func(s string) string { return strings.Join(strings.Split(s, ""), "\x00") + "\x00" }
	const compound = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
	tests := []struct {
		name, text string
		workbook   bool
		binary     string
	}{
		{"workbook", part("[Content_Types].xml") + part("_rels/.rels") + part("xl/workbook.xml"), true, ""},
		{"sheets first", part("XL/worksheets/sheet1.xml"), true, ""},
		{"document", part("[Content_Types].xml") + part("word/document.xml"), false, "a zip archive or Office document"},
		{"a name that only ends so", part("maxl/x"), false, "a zip archive or Office document"},
		{"cut off", part("")[:20], false, "a zip archive or Office document"},
		{"a workbook in a text", "name: " + part("xl/workbook.xml"), false, "a binary file"},
		{"password", compound + strings.Repeat("\x00", 600) + wide("EncryptedPackage"), false, "an Office document protected by a password (save it without one)"},
		{"old workbook", compound + strings.Repeat("\x00", 600) + wide("Workbook"), false, "a workbook of the old kind, .xls (save it as .xlsx)"},
		{"something of the old kind", compound, false, "an Office document of the old kind or one protected by a password (save it as .xlsx without one)"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := NewHead([]byte(tt.text), true)
			if got := h.Workbook(); got != tt.workbook {
				t.Errorf("a workbook: %v", got)
			}
			if got := h.Binary(); got != tt.binary {
				t.Errorf("binary %q, want %q", got, tt.binary)
			}
		})
	}
}
