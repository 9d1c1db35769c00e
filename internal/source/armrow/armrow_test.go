package armrow

import (
	"fmt"
	"strings"
	"testing"
	"unsafe"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/slots"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/jsonrows"
	"github.com/demarc-dev/demarc/internal/source/sourcetest"
)

const vm = "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/vm1"

// decode reads one row.
func decode(t *testing.T, export Export, row string) *sourcetest.Sink {
	t.Helper()
	sink := sourcetest.NewCaseSink(t)
	NewDecoder(sink, &demarc.File{}, export).Decode(jsonrows.Row{Raw: []byte(row), Line: 7})
	return sink
}

// TestNoPropertiesNothingMissing holds that an export without properties makes
// no property missing, whatever wrote it and whatever else it shows.
func TestNoPropertiesNothingMissing(t *testing.T) {
	rows := []string{
		`{"id":"%s"}`,
		`{"id":"%s","name":"vm1","type":"t/u","location":"westeurope","kind":null,"sku":null}`,
		`{"id":"%s","properties":null,"tags":null}`,
		`{"id":"%s","properties":"","sku":{"name":"x"}}`,
		`{"id":"%s","properties":"System.Object","tags":"System.Collections.Hashtable"}`,
		`{"id":"%s","name":"a","type":"b","tenantId":"c","kind":"","location":"","resourceGroup":"","subscriptionId":"","managedBy":"","sku":null,` +
			`"plan":null,"properties":null,"tags":null,"identity":null,"zones":null,"extendedLocation":null}`,
	}
	for _, export := range []Export{Graph, REST, List, PowerShell} {
		for _, row := range rows {
			sink := decode(t, export, fmt.Sprintf(row, vm))
			if len(sink.Resources) != 1 {
				t.Fatalf("%s: %d resources", row, len(sink.Resources))
			}
			r := sink.Resources[0]
			if r.Seen == demarc.SeenFull {
				t.Errorf("%d %s: seen in full", export, row)
			}
			for path, v := range r.Values {
				if v.Kind() == demarc.KindMissing {
					t.Errorf("%d %s: %s is missing", export, row, path)
				}
			}
		}
	}
}

func TestSeen(t *testing.T) {
	tests := []struct {
		name   string
		export Export
		row    string
		want   demarc.Seen
	}{
		{"Resource Graph with all columns", Graph, graphRow, demarc.SeenFull},
		{"Resource Graph without one column", Graph, strings.Replace(graphRow, `"zones":["1"],`, "", 1), demarc.SeenPartial},
		{"REST body", REST, `{"id":"` + vm + `","properties":{}}`, demarc.SeenFull},
		{"the same from a query", Graph, `{"id":"` + vm + `","properties":{}}`, demarc.SeenPartial},
		{"REST body with broken properties", REST, `{"id":"` + vm + `","properties":{"provisioningState":?}}`, demarc.SeenPartial},
		{"list", List, `{"id":"` + vm + `","location":"x"}`, demarc.SeenPartial},
		{"id, name and type", List, `{"id":"` + vm + `","name":"vm1","type":"Microsoft.Compute/virtualMachines"}`, demarc.SeenNone},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := decode(t, tt.export, tt.row).Resources[0].Seen; got != tt.want {
				t.Errorf("seen %v, want %v", got, tt.want)
			}
		})
	}
}

// TestCutValues holds that values which ConvertTo-Json cut off do not make
// what was below them missing.
func TestCutValues(t *testing.T) {
	row := `{"id":"` + vm + `","properties":{"provisioningState":"Succeeded","storageProfile":"@{osDisk=}"}}`
	r := decode(t, PowerShell, row).Resources[0]
	if v, ok := r.Values["properties.storageprofile.osdisk.ostype"]; ok {
		t.Errorf("the type of the disk is %v, want unknown", v)
	}
	if v := r.Values["properties.provisioningstate"]; v.Text() != "Succeeded" {
		t.Errorf("the state is %v", v)
	}
}

func TestNamesShareMemoryOfTheID(t *testing.T) {
	r := decode(t, Graph, graphRow).Resources[0]
	id, name := unsafe.StringData(r.ID), unsafe.StringData(r.Name)
	if from := uintptr(unsafe.Pointer(name)) - uintptr(unsafe.Pointer(id)); from > uintptr(len(r.ID)) {
		t.Errorf("the name %q has memory of its own", r.Name)
	}
}

func TestNotUTF8(t *testing.T) {
	sink := decode(t, Graph, `{"id":"`+vm+"\xff"+`"}`)
	if len(sink.Notes) != 1 || sink.Notes[0].Kind != demarc.NoteMalformed || sink.Notes[0].Place.Line != 7 {
		t.Errorf("notes %+v, want one about the bytes", sink.Notes)
	}
	if want := vm + "\ufffd"; len(sink.Resources) != 1 || sink.Resources[0].ID != want {
		t.Errorf("resources %+v, want %q", sink.Resources, want)
	}
}

// FuzzDecode holds that every row gives exactly one of resource, scope and
// skipped note.
func FuzzDecode(f *testing.F) {
	f.Add(graphRow)
	f.Add(`{"ResourceId":"` + vm + `","Tags":"a=b;;=c","Sku":"x","Properties":"{\"a\":1}"}`)
	f.Add(`{"id":"/subscriptions/x"}`)
	f.Fuzz(func(t *testing.T, row string) {
		for _, export := range []Export{Graph, REST, PowerShell} {
			sink := sourcetest.NewCaseSink(t)
			NewDecoder(sink, &demarc.File{}, export).Decode(jsonrows.Row{Raw: []byte(row)})
			given := len(sink.Resources) + len(sink.Scopes)
			for _, n := range sink.Notes {
				if n.Kind == demarc.NoteSkipped {
					given++
				}
			}
			if given != 1 {
				t.Errorf("%q gives %d records: %+v", row, given, sink)
			}
		}
	})
}

func TestFieldsOfATable(t *testing.T) {
	sink := sourcetest.NewCaseSink(t)
	d := NewDecoder(sink, &demarc.File{}, PowerShell)
	d.DecodeFields([]string{"RESOURCE ID", "Type", "Sku_"}, []string{vm, "Virtual machine", "S1"}, 2)
	want := source.Resource{Resource: demarc.Resource{ID: vm, Name: "vm1", Type: "Microsoft.Compute/virtualMachines",
		Place: demarc.Place{File: sink.Resources[0].Place.File, Line: 2}, Seen: demarc.SeenPartial}}
	if got := sink.Resources[0]; got.Resource != want || got.Values["sku.name"].Text() != "S1" {
		t.Errorf("got %+v, want %+v with its size", got, want)
	}
}

// TestWholeValues: a row that shows the properties shows whole objects with
// all their members; one that was cut says so where it was.
func TestWholeValues(t *testing.T) {
	const head = `{"id":"/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/g/providers/a.b/c/n","name":"n","type":"a.b/c","sku":"S1","properties":`
	tests := []struct {
		name       string
		export     Export
		properties string
		want       string
		sku        string
	}{
		{"in full", REST, `{"a":{"b":[{"c":1}]}}`, "{a: {b: [{c: 1}]}}", "{name: S1}"},
		{"some columns", List, `{"a":{}}`, "{a: {}}", "{name: S1, ...}"},
		{"cut", PowerShell, `{"a":"@{b=System.Object[]}","d":["System.Object"],"e":1}`,
			"{a: unknown: the export cut it off, d: [unknown: the export cut it off], e: 1}", "{name: S1, ...}"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			sink := sourcetest.NewSink(t, slots.Wish{Path: "properties", Whole: true}, slots.Wish{Path: "sku", Whole: true})
			NewDecoder(sink, &demarc.File{}, tt.export).Decode(jsonrows.Row{Raw: []byte(head + tt.properties + "}"), Line: 1})
			values := sink.Resources[0].Values
			if got := values["properties"].String(); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
			if got := values["sku"].String(); got != tt.sku {
				t.Errorf("the sku is %s, want %s", got, tt.sku)
			}
		})
	}
}
