package pathrow

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/demarc-dev/demarc/internal/source/jsonrows"
)

const (
	idOf = iota
	codeOf
	listOf
	statusOf
)

var testPaths = New(
	[]string{"id", "resourceid"},
	[]string{"properties.status.code", "status.code", "statuscode", "state"},
	[]string{"properties.list"},
	[]string{"properties.status"},
)

func TestJSON(t *testing.T) {
	tests := []struct{ name, raw, id, code string }{
		{"deep", `{"id":"a","properties":{"x":{"code":"no"},"status":{"code":"c"}}}`, "a", "c"},
		{"flat", `{"ID":"a","Status":{"Code":"c"}}`, "a", "c"},
		{"a column of its own", `{"Resource Id":"a","status_code":"c"}`, "a", "c"},
		{"the first spelling counts, whatever comes first", `{"resourceid":"b","id":"a","state":"d","properties":{"status":{"code":"c"}}}`, "a", "c"},
		{"what holds nothing does not count", `{"resourceid":"b","id":"","state":"d","status":{"code":null}}`, "b", "d"},
		{"an object as text", `{"id":"a","properties":"{\"status\":{\"code\":\"c\"}}"}`, "a", "c"},
		{"a text that is no object", `{"id":"a","properties":"{broken"}`, "a", ""},
		{"white space and commas", "{ \"id\" : \" a \" ,\n \"state\" : \"c\" , }", "a", "c"},
		{"comments", `{/* x */"id":"a", // y
			"state":"c"}`, "a", "c"},
		{"escapes", `{"id":"\u0061\"","state":"gr\u00f6\u00dfe"}`, `a"`, "größe"},
		{"numbers and truths", `{"id":12,"state":true}`, "12", "true"},
		{"no texts", `{"id":{"a":1},"state":["c"]}`, "", ""},
		{"braces in texts", `{"x":"}{][","id":"a"}`, "a", ""},
		{"repeated", `{"id":"a","id":"b"}`, "a", ""},
		{"empty", `{}`, "", ""},
	}
	r := testPaths.NewRow()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if err := r.JSON(jsonrows.Row{Raw: []byte(tt.raw), Line: 7}); err != nil {
				t.Fatal(err)
			}
			if got := r.Text(idOf); got != tt.id {
				t.Errorf("id %q, want %q", got, tt.id)
			}
			if got := r.Text(codeOf); got != tt.code || r.Line != 7 || !r.Valid {
				t.Errorf("code %q, want %q", got, tt.code)
			}
		})
	}
}

func TestJSONThatIsBroken(t *testing.T) {
	r := testPaths.NewRow()
	for _, raw := range []string{``, `[]`, `"a"`, `{`, `{"id"`, `{"id":`, `{"id":"a`, `{"id" "a"}`, `{"id":}`, `{"properties":{"status":}}`, `{id:"a"}`, `{"id":"a"`} {
		if err := r.JSON(jsonrows.Row{Raw: []byte(raw)}); err == nil {
			t.Errorf("%s is taken", raw)
		}
	}
	if err := r.JSON(jsonrows.Row{Raw: []byte("{\"id\":\"K\xf6ln\"}")}); err != nil || r.Valid {
		t.Errorf("%v, valid %v", err, r.Valid)
	}
	deep := strings.Repeat(`{"x":`, 20_000) + "1" + strings.Repeat("}", 20_000)
	if err := r.JSON(jsonrows.Row{Raw: []byte(deep)}); err == nil {
		t.Error("a row beyond all depth is taken")
	}
}

func TestTables(t *testing.T) {
	r := testPaths.NewRow()
	if err := r.JSON(jsonrows.Row{Raw: []byte(`["a",{"status":{"code":"c"}},1]`), Columns: []string{"Id", "properties"}}); err != nil {
		t.Fatal(err)
	}
	if r.Text(idOf) != "a" || r.Text(codeOf) != "c" {
		t.Errorf("%q %q", r.Text(idOf), r.Text(codeOf))
	}
	r.Fields([]string{"ID", "properties", "more"}, []string{" b ", `{"status":{"code":"d"},"list":["x",1,{}]}`}, 3)
	if r.Text(idOf) != "b" || r.Text(codeOf) != "d" || fmt.Sprint(r.Texts(listOf)) != "[x 1]" || r.Line != 3 {
		t.Errorf("%q %q %v", r.Text(idOf), r.Text(codeOf), r.Texts(listOf))
	}
	if !r.Has(statusOf) || string(r.Raw(statusOf)) != `{"code":"d"}` || r.Text(statusOf) != "" {
		t.Errorf("an object is %s", r.Raw(statusOf))
	}
	if r.Fields([]string{"ID"}, []string{""}, 4); r.Has(idOf) || r.Has(codeOf) {
		t.Error("the row before shows through")
	}
}

func TestSentences(t *testing.T) {
	r := testPaths.NewRow()
	long := strings.Repeat("ö", longestText)
	tests := []struct{ id, code, want string }{
		{"a", "b", "a: b"},
		{"a", "", "a"},
		{"", "b", "b"},
		{"a", "a", "a"},
		{"", "", ""},
		{`\u0061`, `\u0062`, "a: b"},
		{"x" + long, "b", "x" + strings.Repeat("ö", (longestText-1)/2)},
	}
	for _, tt := range tests {
		if err := r.JSON(jsonrows.Row{Raw: []byte(`{"id":"` + tt.id + `","state":"` + tt.code + `"}`)}); err != nil {
			t.Fatal(err)
		}
		got := r.Sentences(idOf, codeOf)
		if !strings.HasPrefix(got, tt.want) || len(got) > longestText+1 || len(tt.want) < 10 && got != tt.want {
			t.Errorf("%q and %q give %q, want %q", tt.id, tt.code, got, tt.want)
		}
	}
}

func TestTime(t *testing.T) {
	r := testPaths.NewRow()
	tests := []struct {
		text string
		want time.Time
		ok   bool
	}{
		{"2026-07-03T06:23:00.8994110Z", time.Date(2026, 7, 3, 6, 23, 0, 899411000, time.UTC), true},
		{"2026-07-03T06:23:00+02:00", time.Date(2026, 7, 3, 4, 23, 0, 0, time.UTC), true},
		{"2026-07-03", time.Date(2026, 7, 3, 0, 0, 0, 0, time.UTC), true},
		{"0001-01-01T00:00:00Z", time.Time{}, true},
		{"", time.Time{}, true},
		{"soon", time.Time{}, false},
		{"03/07/2026", time.Time{}, false},
	}
	for _, tt := range tests {
		if err := r.JSON(jsonrows.Row{Raw: []byte(`{"id":"` + tt.text + `"}`)}); err != nil {
			t.Fatal(err)
		}
		if got, ok := r.Time(idOf); !got.Equal(tt.want) || ok != tt.ok || got.Location() != time.UTC {
			t.Errorf("%q is %v, %v", tt.text, got, ok)
		}
	}
}

// TestTextsAreKept: what is given out stays as it is when the row's bytes are
// used again, and the bounds hold.
func TestTextsAreKept(t *testing.T) {
	r := testPaths.NewRow()
	buffer := []byte(`{"id":"first","state":"one"}`)
	if err := r.JSON(jsonrows.Row{Raw: buffer}); err != nil {
		t.Fatal(err)
	}
	id, code := r.Keep(r.Bytes(idOf)), r.Text(codeOf)
	copy(buffer, `{"id":"other","state":"two"}`)
	if id != "first" || code != "one" {
		t.Errorf("changed to %q, %q", id, code)
	}
	for i := range 3 * mostShort {
		r.Intern(fmt.Append(nil, i))
		r.Keep(fmt.Append(nil, i))
	}
	r.Intern([]byte(strings.Repeat("x", longestShort+1)))
	if len(r.short) != mostShort || len(r.recent) != mostRecent {
		t.Errorf("%d and %d texts are held", len(r.short), len(r.recent))
	}
	if r.Keep([]byte("first")) != "first" || r.Keep(nil) != "" || r.Intern(nil) != "" {
		t.Error("a text is not itself")
	}
}

// FuzzJSON looks at anything: it must not panic, and what is read of a row is
// the same when the row comes again.
func FuzzJSON(f *testing.F) {
	f.Add([]byte(`{"id":"a","properties":{"status":{"code":"c"},"list":[1]}}`))
	f.Add([]byte(`{"id":"\ud800","properties":"{\"status\":1}"}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		r := testPaths.NewRow()
		err := r.JSON(jsonrows.Row{Raw: raw})
		first := r.Text(idOf) + r.Sentences(codeOf, statusOf) + fmt.Sprint(r.Texts(listOf))
		again := r.JSON(jsonrows.Row{Raw: raw})
		if second := r.Text(idOf) + r.Sentences(codeOf, statusOf) + fmt.Sprint(r.Texts(listOf)); first != second || (err == nil) != (again == nil) {
			t.Errorf("%q gives %q and %q, %v and %v", raw, first, second, err, again)
		}
	})
}
