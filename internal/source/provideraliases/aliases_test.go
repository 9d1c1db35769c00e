package provideraliases

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
	"testing"
)

func all(t *testing.T, text string) ([]Alias, string, error) {
	t.Helper()
	var got []Alias
	notes, err := Read(strings.NewReader(text), func(a Alias) error {
		got = append(got, a)
		return nil
	})
	var said []string
	for _, n := range notes {
		said = append(said, fmt.Sprintf("line %d %d: %s", n.Place.Line, n.Count, n.Message))
	}
	return got, strings.Join(said, "; "), err
}

// one is an alias as services write it.
const one = `{"name":"Contoso.Web/sites/tier","defaultPath":"sku.tier","type":"PlainText",
	"defaultMetadata":{"type":"String","attributes":"Modifiable"},
	"defaultPattern":{"phrase":"tiers/{value}","variable":"{value}","type":"Extract"},
	"paths":[{"path":"properties.tier","apiVersions":["2015-01-01","2016-01-01"],"metadata":{"attributes":"None"},"pattern":{"phrase":"p"}},
	         {"path":"sku.tier","apiVersions":["2020-01-01"]}]}`

// wanted is the same alias of a type.
func wanted(typ string) Alias {
	return Alias{Name: "Contoso.Web/sites/tier", Type: typ, DefaultPath: "sku.tier", Modifiable: true,
		Pattern: Pattern{Phrase: "tiers/{value}", Variable: "{value}", Type: "Extract"},
		Paths: []Path{
			{Path: "properties.tier", APIVersions: []string{"2015-01-01", "2016-01-01"}, Pattern: Pattern{Phrase: "p"}},
			{Path: "sku.tier", APIVersions: []string{"2020-01-01"}, Modifiable: true},
		}}
}

func TestRead(t *testing.T) {
	short := func(name, typ string) Alias { return Alias{Name: name, Type: typ, DefaultPath: "properties.a"} }
	const a = `{"name":"N/t/a","defaultPath":"properties.a","paths":[]}`
	tests := []struct {
		name, text string
		want       []Alias
		notes      string
	}{
		{"Azure CLI, the type behind its aliases",
			`[{"id":"/x","namespace":"Contoso.Web","resourceTypes":[{"aliases":[` + one + `],"apiVersions":["1"],"resourceType":"sites"},{"aliases":null,"resourceType":"plans"}]}]`,
			[]Alias{wanted("Contoso.Web/sites")}, ""},
		{"REST, the namespace last", `{"value":[{"resourceTypes":[{"resourceType":"t","aliases":[` + a + `]},{"resourceType":"u","aliases":[` + a + `]}],"namespace":"N"}],"nextLink":"x"}`,
			[]Alias{short("N/t/a", "N/t"), short("N/t/a", "N/u")}, ""},
		{"one provider", `{"namespace":"N","resourceTypes":[{"resourceType":"t","aliases":[` + a + `]}]}`, []Alias{short("N/t/a", "N/t")}, ""},
		{"PowerShell", `[{"Namespace":"N","ResourceType":"t","Aliases":[{"Name":"N/t/a","DefaultPath":"properties.a","Paths":null}]}]`, []Alias{short("N/t/a", "N/t")}, ""},
		{"no namespace", `[{"resourceTypes":[{"resourceType":"t","aliases":[` + a + `]}]}]`, []Alias{short("N/t/a", "")}, ""},
		{"pages one behind the other", `{"value":[{"namespace":"N","resourceTypes":[{"resourceType":"t","aliases":[` + a + `]}]}]}` + "\n" + `{"value":[{"namespace":"M","resourceTypes":[{"resourceType":"t","aliases":[` + a + `]}]}]}`,
			[]Alias{short("N/t/a", "N/t"), short("N/t/a", "M/t")}, ""},
		{"what is none", `[7,{"namespace":"N","resourceTypes":["x",{"resourceType":"t","aliases":["y",{"defaultPath":"p"},{"name":"N/t/a","defaultPath":"properties.a","paths":["z"]}]}]}]`,
			[]Alias{short("N/t/a", "N/t")},
			"line 0 1: something that is no provider of resources; line 0 1: something that is no type of resource; line 0 2: something that is no alias; line 0 1: something that is no path of an alias"},
		{"a table", "N/t/a,properties.a\r\n\nN/t/b,properties.x['a,b']\n\"N/t/c\",\"properties.c\"\nnothing\nmore,\n",
			[]Alias{short("N/t/a", ""), {Name: "N/t/b", DefaultPath: "properties.x['a,b']"}, {Name: "N/t/c", DefaultPath: "properties.c"}}, "line 5 2: a line that is no alias and its path"},
		{"a table with a header", "alias,defaultPath\nN/t/a,properties.a", []Alias{short("N/t/a", "")}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, notes, err := all(t, tt.text)
			if err != nil || !reflect.DeepEqual(got, tt.want) {
				t.Errorf("got %+v, %v\nwant %+v", got, err, tt.want)
			}
			if notes != tt.notes {
				t.Errorf("noted %q, want %q", notes, tt.notes)
			}
		})
	}
}

func TestCompressed(t *testing.T) {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = io.WriteString(w, "N/t/a,properties.a\n")
	_ = w.Close()
	if got, _, err := all(t, b.String()); err != nil || len(got) != 1 || got[0].Name != "N/t/a" {
		t.Errorf("got %+v, %v", got, err)
	}
	if _, _, err := all(t, b.String()[:b.Len()-9]); err == nil {
		t.Error("a file that is cut is whole")
	}
}

func TestWhatIsBroken(t *testing.T) {
	tests := map[string]string{
		"":   "no aliases in it",
		"[]": "no aliases in it",
		`[{"namespace":"N","resourceTypes":[{"resourceType":"t"}]}]`: "no aliases in it",
		`[{"namespace":"N"`: "read the aliases",
		`[{"namespace":"N","resourceTypes":[{"aliases":[{"name":`: "read the aliases",
		`[{"namespace" "N"}]`: "read the aliases",
		`[{"x":"` + strings.Repeat("x", largestPart+1<<20) + `"}]`:                         "more than 16 MB",
		"N/t/a," + strings.Repeat("x", longestLine):                                        "too long",
		`[` + strings.Repeat(`[`, 20_000):                                                  "read the aliases",
		`[{"resourceTypes":[{"aliases":[` + strings.Repeat(`{"name":"a"},`, mostWaiting+1): "more than 262144 aliases",
	}
	for text, want := range tests {
		if _, _, err := all(t, text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.60s gives %v, want %s", text, err, want)
		}
	}
}

// TestEachFails: what the caller says ends the reading.
func TestEachFails(t *testing.T) {
	stop := errors.New("stop")
	for _, text := range []string{"N/t/a,p\nN/t/b,p", `[{"namespace":"N","resourceTypes":[{"resourceType":"t","aliases":[` + one + `,` + one + `]}]}]`} {
		n := 0
		if _, err := Read(strings.NewReader(text), func(Alias) error { n++; return stop }); !errors.Is(err, stop) || n != 1 {
			t.Errorf("%.20s gives %v after %d", text, err, n)
		}
	}
}

// FuzzRead looks at anything: it must not panic, and whatever is given has a
// name; what is not understood is noted or an error.
func FuzzRead(f *testing.F) {
	f.Add([]byte(`{"value":[{"namespace":"N","resourceTypes":[{"resourceType":"t","aliases":[` + one + `]}]}]}`))
	f.Add([]byte("N/t/a,properties.a\n"))
	f.Add([]byte("\x1f\x8b\x08\x00"))
	f.Fuzz(func(t *testing.T, text []byte) {
		given := 0
		_, err := Read(bytes.NewReader(text), func(a Alias) error {
			given++
			if a.Name == "" {
				t.Errorf("%q gives an alias without a name", text)
			}
			return nil
		})
		if err == nil && given == 0 {
			t.Errorf("%q was read and nothing came of it", text)
		}
	})
}
