package armrow

import (
	"bytes"
	"context"
	"testing"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/slots"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/jsonrows"
)

// graphRow is a row of about 800 bytes, as Resource Graph writes them.
const graphRow = `{"id":"/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg-web-prod/providers/Microsoft.Compute/virtualMachines/vm-web-01",` +
	`"name":"vm-web-01","type":"microsoft.compute/virtualmachines","tenantId":"22222222-2222-2222-2222-222222222222","kind":"","location":"westeurope",` +
	`"resourceGroup":"rg-web-prod","subscriptionId":"11111111-1111-1111-1111-111111111111","managedBy":"","sku":null,"plan":null,` +
	`"properties":{"provisioningState":"Succeeded","hardwareProfile":{"vmSize":"Standard_D4s_v5"},"storageProfile":{"osDisk":{"osType":"Linux","diskSizeGB":64,` +
	`"managedDisk":{"storageAccountType":"Premium_LRS"}}},"osProfile":{"computerName":"vm-web-01","linuxConfiguration":{"patchSettings":{"patchMode":"ImageDefault"}}},"vmId":"33333333-3333-3333-3333-333333333333"},` +
	`"tags":{"env":"prod","owner":"team-web"},"identity":null,"zones":["1"],"extendedLocation":null}`

// discard is a sink that keeps nothing.
type discard struct{ plans *slots.Layout }

func (d discard) Resource(source.Resource)     {}
func (d discard) Scope(source.Scope)           {}
func (d discard) Reference(source.Reference)   {}
func (d discard) Statement(source.Statement)   {}
func (d discard) Evidence(*demarc.Evidence)    {}
func (d discard) Note(demarc.Note)             {}
func (d discard) Incomplete(demarc.Incomplete) {}
func (d discard) Fork() source.Sink            { return d }
func (d discard) Plans() *slots.Layout         { return d.plans }

func newDiscard(b testing.TB) discard {
	b.Helper()
	plans, err := slots.NewLayout([]slots.Wish{
		{Path: "location"}, {Path: "managedBy"}, {Path: "kind"}, {Path: "tags['env']"},
		{Type: "microsoft.compute/virtualmachines", Path: "properties.storageProfile.osDisk.osType"},
		{Type: "microsoft.compute/virtualmachines", Path: "properties.osProfile.linuxConfiguration.patchSettings.patchMode"},
		{Type: "microsoft.compute/virtualmachines", Path: "plan.publisher"},
	})
	if err != nil {
		b.Fatal(err)
	}
	return discard{plans}
}

func BenchmarkDecode(b *testing.B) {
	d := NewDecoder(newDiscard(b), &demarc.File{}, Graph)
	row := jsonrows.Row{Raw: []byte(graphRow), Line: 1}
	b.SetBytes(int64(len(graphRow)))
	b.ReportAllocs()
	for b.Loop() {
		d.Decode(row)
	}
}

// BenchmarkRead reads 80 MB through splitter and decoders, on all cores.
func BenchmarkRead(b *testing.B) {
	text := append(bytes.Repeat([]byte(graphRow+",\n"), 80_000_000/len(graphRow)), "{}]"...)
	text = append([]byte("["), text...)
	sink := newDiscard(b)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		in, err := source.NewInput(&demarc.File{}, bytes.NewReader(text))
		if err != nil {
			b.Fatal(err)
		}
		if _, err := jsonrows.Read(context.Background(), in, sink, func(s source.Sink) jsonrows.Decoder { return NewDecoder(s, in.File, Graph) }); err != nil {
			b.Fatal(err)
		}
	}
}

// TestDecodeAllocates holds the decoder to one allocation a row, its id.
func TestDecodeAllocates(t *testing.T) {
	d := NewDecoder(newDiscard(t), &demarc.File{}, Graph)
	row := jsonrows.Row{Raw: []byte(graphRow), Line: 1}
	d.Decode(row)
	if n := testing.AllocsPerRun(100, func() { d.Decode(row) }); n > 1 {
		t.Errorf("a row allocates %v times", n)
	}
}
