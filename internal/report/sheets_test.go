package report

import (
	"strings"
	"testing"

	"github.com/demarc-dev/demarc"
)

// matrixOf is a picture with one area in two columns.
func matrixOf(model string, cells ...demarc.MatrixCell) demarc.Matrix {
	area := demarc.Area{ID: "a", Label: "Area"}
	models := []demarc.ServiceModel{demarc.IaaS, demarc.PaaS}
	for i := range cells {
		cells[i].Area, cells[i].Model = area, models[i]
	}
	return demarc.Matrix{Model: model, Areas: []demarc.Area{area}, Models: models, Cells: cells}
}

func lines(s Sheet) string {
	text := strings.Join(s.Header, " | ")
	for _, row := range s.Rows {
		text += "\n" + strings.Join(row, " | ")
	}
	return text
}

func TestGroupSheet(t *testing.T) {
	a := &demarc.Assessment{GroupedBy: demarc.ByOwner, Groups: []demarc.Group{
		{Name: "red\x1b[31m", Workloads: 3, Matrices: []demarc.Matrix{matrixOf("microsoft-cloud",
			demarc.MatrixCell{Workloads: 1, Parties: map[string]int{"customer": 1}},
			demarc.MatrixCell{Workloads: 2, Parties: map[string]int{"customer+microsoft": 1, "microsoft": 1}})}},
		{Name: "", Workloads: 1, Matrices: []demarc.Matrix{matrixOf("microsoft-cloud",
			demarc.MatrixCell{Workloads: 1, NotApplicable: 1, Parties: map[string]int{}}, demarc.MatrixCell{Parties: map[string]int{}})}},
	}}
	got := sheets(a, newParties(a))
	if len(got) != 1 {
		t.Fatalf("%d sheets, want 1", len(got))
	}
	want := "owner | workloads | IaaS | PaaS | yours | provider | shared\n" +
		Visible("red\x1b[31m") + " | 3 | 1 | 2 | 1 | 1 | 1\n" +
		"(no owner) | 1 | 1 | - | - | - | -"
	if text := lines(got[0]); text != want {
		t.Errorf("got\n%s\nwant\n%s", text, want)
	}
}

func TestGroupSheetSaysWhatDidNotFit(t *testing.T) {
	a := &demarc.Assessment{GroupedBy: demarc.ByLocation, Groups: make([]demarc.Group, maxGroups+5)}
	if s := sheets(a, newParties(a))[0]; len(s.Rows) != maxGroups || s.Rest != 5 {
		t.Errorf("%d rows and %d more", len(s.Rows), s.Rest)
	}
}

func TestSystemSheets(t *testing.T) {
	system := func(name string, parties map[string]int) demarc.Group {
		return demarc.Group{Name: name, Workloads: 1, Matrices: []demarc.Matrix{matrixOf("microsoft-ai",
			demarc.MatrixCell{Parties: map[string]int{}}, demarc.MatrixCell{Workloads: 1, Parties: parties})}}
	}
	a := &demarc.Assessment{GroupedBy: demarc.ByAISystem, Groups: []demarc.Group{
		system("one", map[string]int{"customer": 1}), system("two", map[string]int{"unknown": 1}),
		system("three", map[string]int{}), system("four", map[string]int{"microsoft": 1}),
	}}
	got := sheets(a, newParties(a))
	if len(got) != 2 {
		t.Fatalf("%d sheets, want 2 of at most %d systems", len(got), perSheet)
	}
	if text, want := lines(got[0]), "area | one | two | three\nArea | YOU | ? | n/a"; text != want {
		t.Errorf("got\n%s\nwant\n%s", text, want)
	}
	if sheets(&demarc.Assessment{}, newParties(a)) != nil {
		t.Error("sheets although nobody asked for groups")
	}
}
