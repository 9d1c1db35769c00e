package graphrow

import (
	"slices"
	"testing"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/slots"
	"github.com/demarc-dev/demarc/internal/source/jsonrows"
)

func TestRow(t *testing.T) {
	r := New()
	err := r.JSON(jsonrows.Row{Line: 7, Raw: []byte(`{"DisplayName":"A \"b\" \u00e9 ","count":12,"on":true,"none":null,"tags":["x",null,"y"],"one":"z","sub":{"a":1},
		// a comment
		"again":null,"AGAIN":"second",}`)})
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct{ name, got, want string }{
		{"escapes and white space", r.Text("displayname"), `A "b" é`},
		{"a number", r.Text("count"), "12"},
		{"a truth", r.Text("on"), "true"},
		{"null", r.Text("none"), ""},
		{"an object", r.Text("sub"), ""},
		{"the first that holds something", r.Text("none", "sub", "one"), "z"},
		{"a name twice", r.Text("again"), "second"},
		{"absent", r.Text("never"), ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.got != tt.want {
				t.Errorf("got %q, want %q", tt.got, tt.want)
			}
		})
	}
	if !r.Shows("never", "none") || r.Shows("never") {
		t.Error("Shows does not tell null from absent")
	}
	if got := r.Texts("tags"); !slices.Equal(got, []string{"x", "y"}) {
		t.Errorf("texts of a list: %q", got)
	}
	if got := r.Texts("one"); !slices.Equal(got, []string{"z"}) {
		t.Errorf("one text as a list: %q", got)
	}
	n := 0
	r.Elements("tags", func([]byte) { n++ })
	r.Elements("one", func([]byte) { n++ })
	if n != 3 || r.Line != 7 {
		t.Errorf("%d elements, line %d", n, r.Line)
	}
}

func TestRowOfATable(t *testing.T) {
	r := New()
	if err := r.JSON(jsonrows.Row{Raw: []byte(`["Slack", 3]`), Columns: []string{"Display Name", "count"}}); err != nil {
		t.Fatal(err)
	}
	if r.Text("displayname") != "Slack" || r.Text("count") != "3" {
		t.Error("the columns of a table are not found")
	}
	r.Fields([]string{"Display_Name", "OS-Version", "more"}, []string{` "x" `, "1"}, 4)
	if r.Text("displayname") != `"x"` || r.Text("osversion") != "1" || r.Text("count") != "" || r.Shows("more") || r.Line != 4 {
		t.Error("the fields of a line are not found, or the row before is still there")
	}
}

func TestBrokenRow(t *testing.T) {
	r := New()
	if r.Object([]byte(`{"a":1 "b":2}`), 1) == nil || r.Object([]byte(`[1]`), 1) == nil {
		t.Error("a broken object is no error")
	}
	if err := r.Object([]byte("{\"a\":\"\xff\"}"), 1); err != nil || r.Valid() {
		t.Errorf("bytes that are not UTF-8: %v, valid %v", err, r.Valid())
	}
}

func TestProperties(t *testing.T) {
	layout, err := slots.NewLayout([]slots.Wish{{Path: "properties.state"}, {Path: "properties.absent"}, {Path: "properties.conditions.users.includeUsers[*]"}})
	if err != nil {
		t.Fatal(err)
	}
	values, r := slots.NewValues(), New()
	_ = r.Object([]byte(`{"State":"enabled",/* all */"conditions":{"users":{"includeUsers":["All"]}},}`), 1)
	plan := layout.Every()
	r.Properties(values, plan)
	values.CloseAll()
	if got := values.At(plan.Slot("properties.absent")); got.Kind() != demarc.KindMissing {
		t.Errorf("what a row with a comment lacks is %v", got)
	}
	if got := values.At(plan.Slot("properties.state")); got.Text() != "enabled" {
		t.Errorf("state = %v", got)
	}
	if got := values.At(plan.Slot("properties.conditions.users.includeUsers[*]")); got.String() != demarc.List([]demarc.Value{demarc.Text("All")}).String() {
		t.Errorf("users = %v", got)
	}
}
