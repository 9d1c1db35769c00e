package tenantreport

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/graphrow"
	"github.com/demarc-dev/demarc/internal/source/sourcetest"
)

const guid = "A1B2C3D4-e5f6-7890-abcd-ef1234567890"

func TestSubject(t *testing.T) {
	known := NewTenant(guid, "Contoso")
	const scope = "/tenants/a1b2c3d4-e5f6-7890-abcd-ef1234567890"
	tests := []struct {
		name      string
		got, want demarc.Subject
	}{
		{"a tenant", known.Subject(""), demarc.Subject{Scope: scope}},
		{"a service", known.Subject("m365/teams"), demarc.Subject{ID: "tenants/a1b2c3d4-e5f6-7890-abcd-ef1234567890/m365/teams", Type: "m365/teams", Scope: scope}},
		{"a person", known.Person("o", "n"), demarc.Subject{Identity: "o", Name: "n", Scope: scope}},
		{"a tenant that is not told", NewTenant("TenantId (not connected to Graph)", "x").Subject(""), demarc.Subject{Type: "entra/tenant"}},
		{"a service of a tenant that is not told", Tenant{}.Subject("m365/teams"), demarc.Subject{ID: "m365/teams", Type: "m365/teams"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.got != tt.want {
				t.Errorf("got %+v, want %+v", tt.got, tt.want)
			}
		})
	}
}

// reading reads a text with a visitor and gives what the sink was told.
func reading(t *testing.T, text string, visit func(*Reader)) *sourcetest.Sink {
	t.Helper()
	in, err := source.NewInput(&demarc.File{Path: "in"}, strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	sink := sourcetest.NewSink(t)
	err = Read(context.Background(), in, sink, "tool", func(r *Reader) func() { return func() { visit(r) } })
	if err != nil {
		t.Fatal(err)
	}
	return sink
}

func TestLines(t *testing.T) {
	const text = "\n{\"a\": [\n{\"x\":1},\n\n{\"x\":2,\"in\":[{\"y\":1},\n{\"y\":2}]}, 7],\n\"b\": {\n\"z\":1},\n\"one\": {\"x\":3}, \"none\":null, \"word\":\"w\"}\n[{\"x\":4},\n{\"x\":5}]"
	var got []string
	sink := reading(t, text, func(r *Reader) {
		at := func(name string, row *graphrow.Row) {
			got = append(got, fmt.Sprint(name, row.Text(name), " ", row.Line))
		}
		at("x", r.Row)
		r.Each(r.Row.Raw("a"), "an a", func(row *graphrow.Row) {
			at("x", row)
			r.Each(row.Raw("in"), "an in", func(inner *graphrow.Row) { at("y", inner) })
		})
		if b := r.Object(r.Row.Raw("b")); b != nil {
			at("z", b)
		}
		for _, name := range []string{"one", "none", "word"} {
			r.Each(r.Row.Raw(name), "an element", func(row *graphrow.Row) { at("x", row) })
		}
		if r.Object(r.Row.Raw("a")) != nil || r.Object(r.Row.Raw("none")) != nil {
			t.Error("a list and null are objects")
		}
	})
	want := []string{"x 2", "x1 3", "x2 5", "y1 5", "y2 6", "z1 7", "x3 9", "x4 10", "x5 11"}
	if !slices.Equal(got, want) {
		t.Errorf("rows %q, want %q", got, want)
	}
	var notes []string
	for _, n := range sink.Notes {
		notes = append(notes, fmt.Sprint(n.Place.Line, " ", n.Message))
	}
	if want := []string{"6 an a that is no object", "2 a list is broken or none, and each of it should be an element"}; !slices.Equal(notes, want) {
		t.Errorf("notes %q, want %q", notes, want)
	}
}

func TestReadBroken(t *testing.T) {
	sink := reading(t, `[{"a":1},{"b" 2}`, func(*Reader) {})
	if len(sink.Notes) != 1 || len(sink.Missing) != 1 {
		t.Errorf("notes %v, missing %v", sink.Notes, sink.Missing)
	}
}

func TestMoment(t *testing.T) {
	tests := []struct{ name, text, want, note string }{
		{"an instant", `{"at":"2026-10-31T12:35:08.99+02:00"}`, "2026-10-31T10:35:08.99Z", ""},
		{"an object of PowerShell", `{"at":{"value":"\/Date(1793448000000)\/"}}`, "2026-10-31T12:00:00Z", ""},
		{"absent", `{}`, "0001-01-01T00:00:00Z", ""},
		{"no day", `{"at":"soon"}`, "0001-01-01T00:00:00Z", `"soon" is no day that has one meaning; what rests on it is undated`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := ""
			sink := reading(t, tt.text, func(r *Reader) { got = r.Moment(r.Row, "at").Format("2006-01-02T15:04:05.999Z07:00") })
			note := ""
			for _, n := range sink.Notes {
				note += n.Message
			}
			if got != tt.want || note != tt.note {
				t.Errorf("got %s and %q, want %s and %q", got, note, tt.want, tt.note)
			}
		})
	}
}

func TestGive(t *testing.T) {
	sink := reading(t, `{"at":"2026-10-31"}`, func(r *Reader) {
		r.Observed = r.Moment(r.Row, "at")
		r.Give(demarc.Evidence{Check: "c", Outcome: demarc.Pass, Reason: demarc.NotAssessed}, 7)
		r.Give(demarc.Evidence{Tool: "other", Check: "d", Reason: demarc.Exempt}, 8)
		r.Compare("Total", "2", 2)
		r.Compare("Total", "", 5)
		r.Compare("Total", "3", 2)
	})
	e := sink.Evidences
	if len(e) != 2 || e[0].Tool != "tool" || e[0].Reason != "" || e[0].Place.Line != 7 || e[0].Observed.IsZero() || e[1].Tool != "other" || e[1].Reason != demarc.Exempt || e[1].Strength != demarc.Observed {
		t.Errorf("gives %+v", e)
	}
	if len(sink.Notes) != 1 || sink.Notes[0].Message != "the report says Total: 3, and its rows are 2; the rows are taken" {
		t.Errorf("notes %v", sink.Notes)
	}
}

func TestMean(t *testing.T) {
	words := map[string]Meaning{"passed": {Outcome: demarc.Pass}}
	sink := reading(t, `{}`, func(r *Reader) {
		if got := r.Mean(words, "PASSED", 1); got.Outcome != demarc.Pass {
			t.Errorf("a word in capitals means %v", got)
		}
		if got := r.Mean(words, "great", 1); got.Outcome != demarc.OutcomeUnknown || got.Reason != demarc.NotAssessed {
			t.Errorf("a word that nobody knows means %v", got)
		}
	})
	if len(sink.Notes) != 1 || sink.Notes[0].Kind != demarc.NoteMalformed {
		t.Errorf("notes %v", sink.Notes)
	}
}

func TestWhy(t *testing.T) {
	tests := []struct {
		text string
		want demarc.Reason
	}{
		{"Not connected to Exchange Online.", demarc.NotCollected},
		{"The user is not authorized to do it.", demarc.NotPermitted},
		{"API returned 403 Forbidden", demarc.NotPermitted},
		{"Requires a license; API returned 403", demarc.NotAssessed},
		{"", demarc.NoReason},
		{"verify by hand", demarc.NoReason},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			if got := Why(tt.text, demarc.NoReason); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestTexts(t *testing.T) {
	long := strings.Repeat("ä", MostText+5)
	tests := []struct{ name, got, want string }{
		{"markup", Plain("1 policy:<br/>A &amp; B <a href='#x'>View</a>. See [this](https://x) and **that** `now`"), "1 policy: A & B View . See this and that now"},
		{"a comparison is no tag", Plain("3 < 5"), "3 < 5"},
		{"cut", Plain(long), strings.Repeat("ä", MostText-1) + "…"},
		{"the first paragraph", Sentence("# Head\n\nFirst\nline.\n\nSecond"), "First line."},
		{"no table", Sentence("| a |\n| - |\n| somebody |"), ""},
		{"a sentence before a table", Sentence("Found 2.\n| a |\n| somebody |"), "Found 2."},
		{"joined once", Join("a", " ", "a", "b"), "a: b"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.got != tt.want {
				t.Errorf("got %q, want %q", tt.got, tt.want)
			}
		})
	}
}

func TestSeverity(t *testing.T) {
	if Severity("High") != demarc.High || Severity("Info") != demarc.UnknownSeverity || Severity("") != demarc.UnknownSeverity {
		t.Error("severities are not read")
	}
}
