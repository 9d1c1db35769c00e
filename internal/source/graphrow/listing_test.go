package graphrow

import (
	"context"
	"strings"
	"testing"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/source/sourcetest"
)

func TestList(t *testing.T) {
	type answer struct{ list, response, whole bool }
	tests := []struct {
		name, text string
		want       answer
	}{
		{"a page of Graph", `{"@odata.context":"x","value":[{"displayName":"a"}]}`, answer{true, true, true}},
		{"a page without rows", `{"@odata.context":"x","value":[]}`, answer{true, true, true}},
		{"a page with a next one", `{"value":[{"displayName":"a"}],"@odata.nextLink":"https://x"}`, answer{true, true, false}},
		{"pages in a list", `[{"value":[{"displayName":"a"}],"@odata.nextLink":"https://x"},{"value":[{"displayName":"b"}]}]`, answer{true, true, true}},
		{"what Windows PowerShell writes", `{"value":[{"displayName":"a"}],"Count":1}`, answer{true, false, true}},
		{"a list", `[{"displayName":"a"}]`, answer{true, false, true}},
		{"a list with a row that is skipped", `[{"displayName":"a"},{"id":"1"}]`, answer{true, false, false}},
		{"a list that breaks off", `[{"displayName":"a"},`, answer{true, false, false}},
		{"a round number of rows", "[" + strings.Repeat("{\"displayName\":\"a\"},\n", 100) + "]", answer{true, false, false}},
		{"one object", `{"displayName":"a"}`, answer{false, false, true}},
		{"separated values", "displayName,id\na,1\n", answer{true, false, true}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			sink := sourcetest.NewSink(t)
			listing, isList, err := List(context.Background(), input(t, tt.text), sink, names)
			if err != nil {
				t.Fatal(err)
			}
			if got := (answer{isList, listing.Response, listing.Whole}); got != tt.want {
				t.Errorf("got %+v, want %+v", got, tt.want)
			}
		})
	}
}

// TestListOfManyRows holds that a row which is skipped by another goroutine is
// heard of as well.
func TestListOfManyRows(t *testing.T) {
	row := `{"displayName":"a","description":"` + strings.Repeat("x", 60) + `"},` + "\n"
	text := "[" + strings.Repeat(row, 10_000) + "{}," + strings.Repeat(row, 10_000) + "]"
	sink := sourcetest.NewSink(t)
	listing, _, err := List(context.Background(), input(t, text), sink, names)
	if err != nil || listing.Whole {
		t.Errorf("a list with a row that was skipped is whole: %+v, %v", listing, err)
	}
	if len(sink.Notes) != 1 || sink.Notes[0].Kind != demarc.NoteSkipped {
		t.Errorf("notes %+v", sink.Notes)
	}
}
