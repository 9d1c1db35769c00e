package source_test

import (
	"encoding/binary"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/sourcetest"
)

func TestInputDecodes(t *testing.T) {
	long := strings.Repeat("Größe 東京 😀 ", 20_000)
	tests := []struct{ name, raw, want string }{
		{"UTF-8", long, long},
		{"UTF-8 with byte order mark", "\ufeff" + long, long},
		{"UTF-16LE with byte order mark", string(sourcetest.UTF16(binary.LittleEndian, "\ufeff"+long)), long},
		{"UTF-16BE with byte order mark", string(sourcetest.UTF16(binary.BigEndian, "\ufeff"+long)), long},
		{"UTF-16LE without", string(sourcetest.UTF16(binary.LittleEndian, `{"a":"東"}`)), `{"a":"東"}`},
		{"UTF-16BE without", string(sourcetest.UTF16(binary.BigEndian, `{"a":"東"}`)), `{"a":"東"}`},
		{"half a character at the end", "\xff\xfea\x00b", "a\ufffd"},
		{"half a pair at the end", "\xff\xfea\x00\x3d\xd8", "a\ufffd"},
		{"bytes that are not UTF-8 pass", "K\xf6ln", "K\xf6ln"},
		{"empty", "", ""},
		{"one byte", "a", "a"},
	}
	for _, tt := range tests {
		for name, r := range map[string]io.Reader{
			"at once": strings.NewReader(tt.raw), "byte by byte": iotest.OneByteReader(strings.NewReader(tt.raw)),
		} {
			t.Run(tt.name+" "+name, func(t *testing.T) {
				in, err := source.NewInput(&demarc.File{}, r)
				if err != nil {
					t.Fatal(err)
				}
				got, err := io.ReadAll(in)
				if err != nil || string(got) != tt.want {
					t.Errorf("got %.60q (%d bytes), %v; want %.60q (%d bytes)", got, len(got), err, tt.want, len(tt.want))
				}
			})
		}
	}
}

func TestInputOfABrokenDisk(t *testing.T) {
	if _, err := source.NewInput(&demarc.File{}, iotest.ErrReader(io.ErrClosedPipe)); err == nil {
		t.Error("no error")
	}
}

func head(text string) source.Head { return source.NewHead([]byte(text), true) }

func TestHeadOfJSON(t *testing.T) {
	tests := []struct {
		name, text string
		row        []string
		envelope   bool
		azure      bool
	}{
		{"list", `[{"Id":"/subscriptions/x","Name":"n"}]`, []string{"id", "name"}, false, true},
		{"data", `{"count":1,"data":[{"id":"/SUBSCRIPTIONS/x"}]}`, []string{"id"}, true, true},
		{"value", "// x\n{\"value\":[ {\"id\":\"y\"},]}", []string{"id"}, true, false},
		{"table", `{"data":{"columns":[{"name":"Id"},{"name":"b"}],"rows":[]}}`, []string{"id", "b"}, true, false},
		{"object", `{"id":"/providers/x","properties":{"id":1}}`, []string{"id", "properties"}, false, true},
		{"pages", `[{"data":[{"id":"/tenants/x"}]}]`, []string{"id"}, true, true},
		{"cut off in the row", `[{"id":"/subscriptions/x","properties":{"a":"`, []string{"id", "properties"}, false, true},
		{"cut off in a text", `[{"name":"n","id":"/subscr`, []string{"name", "id"}, false, false},
		{"second row shows more", `[{"a":1},{"id":"/subscriptions/x"}]`, []string{"a", "id"}, false, true},
		{"not JSON", `id,name`, nil, false, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			j := head(tt.text).JSON()
			if len(j.Row) != len(tt.row) || !j.Has(tt.row...) {
				t.Errorf("row %v, want %v", j.Row, tt.row)
			}
			if j.Envelope() != tt.envelope || j.IsAzure() != tt.azure {
				t.Errorf("envelope %v, Azure %v; want %v, %v", j.Envelope(), j.IsAzure(), tt.envelope, tt.azure)
			}
		})
	}
}

func TestHeadOfCSV(t *testing.T) {
	tests := []struct {
		name, text string
		delimiter  byte
		header     string
		azure      bool
	}{
		{"commas", "a,b\n1,2", ',', "a|b", false},
		{"semicolons with commas inside", "a;b, c;d\n", ';', "a|b, c|d", false},
		{"tabs", "a\tb\n", '\t', "a|b", false},
		{"instructions", "#TYPE X\r\n\r\nsep=;\r\n\"Resource ID\";b\r\n/subscriptions/x;2", ';', "Resource ID|b", true},
		{"one column", "a\n1\n", 0, "", false},
		{"JSON", `{"a":1,"b":2}`, 0, "", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := head(tt.text).CSV()
			if got := strings.Join(c.Header, "|"); c.Delimiter != tt.delimiter || got != tt.header || c.IsAzure() != tt.azure {
				t.Errorf("%q %q %v, want %q %q %v", c.Delimiter, got, c.IsAzure(), tt.delimiter, tt.header, tt.azure)
			}
		})
	}
}

func TestHeadOfYAML(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"mapping", "# x\n---\nname: a\nlist:\n  - b: c\nother: [\n]\n", "name|list|other"},
		{"list", "- a: b\n", ""},
		{"prose", "Read me: this\nis text", ""},
		{"address", "http://example.com\n", ""},
		{"mistake further down", "name: a\nnonsense\n", "name"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := strings.Join(head(tt.text).YAML(), "|"); got != tt.want {
				t.Errorf("keys %q, want %q", got, tt.want)
			}
		})
	}
}

func TestHeadTellsWhatHoldsNoText(t *testing.T) {
	for text, want := range map[string]string{
		"PK\x03\x04...": "a zip archive or Office document", "%PDF-1.7": "a PDF document", "\x89PNG\r\n": "a picture",
		"\x1f\x8b\x08": "a compressed file", "MZ\x00\x00": "a binary file", "[]": "", "": "",
	} {
		if got := head(text).Binary(); got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
	if !head(" \n").Empty() || head("x").Empty() || !head(" [ ] ").EmptyList() || head("[1]").EmptyList() || head("{}").EmptyList() {
		t.Error("what is empty is told wrong")
	}
}

// FuzzHead looks into anything: it must not panic.
func FuzzHead(f *testing.F) {
	f.Add([]byte(`{"data":{"columns":[{"name":"a"}],"rows":[[1]]}}`))
	f.Add([]byte("a;b\n\"c"))
	f.Add([]byte(`[{"a":{"`))
	f.Fuzz(func(_ *testing.T, text []byte) {
		h := source.NewHead(text, true)
		h.JSON().Envelope()
		h.CSV().IsAzure()
		h.YAML()
		h.EmptyList()
	})
}
