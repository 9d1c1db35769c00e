// Package devices reads the computers and phones that a Microsoft tenant
// knows: the managed devices of Intune and the devices of the Entra directory,
// as Microsoft Graph, its PowerShell modules and the admin centers export
// them. A device that both know is one resource, because both give it the
// directory's id.
//
// What Intune says of a device besides, whether it is encrypted and complies
// with its policies, is evidence as of the day on which the device last
// reported.
//
// Names of people, addresses and phone numbers are never read.
package devices

import (
	"context"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/scope"
	"github.com/demarc-dev/demarc/internal/slots"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/graphrow"
	"github.com/demarc-dev/demarc/internal/source/paging"
)

// Format is the format of device lists.
var Format = source.Format{
	Name:   "m365-devices",
	Title:  "Intune managed devices and Entra devices: Graph, Get-MgDevice (JSON), admin centers (CSV)",
	Detect: detect,
	Read:   read,
}

// detect wants what Intune or the directory knows of a device.
func detect(h source.Head) bool {
	if j := h.JSON(); j.Kind != 0 {
		return !j.IsAzure() && isDevice(func(names ...string) bool { return j.Has(names...) })
	}
	c := h.CSV()
	return !c.IsAzure() && isDevice(func(names ...string) bool { return c.Has(names...) })
}

// isDevice tells the rows of devices from all others. Names are folded as
// headers are.
func isDevice(has func(names ...string) bool) bool {
	hasAny := func(names ...string) bool {
		for _, name := range names {
			if has(name) {
				return true
			}
		}
		return false
	}
	managed := has("devicename") && hasAny("manageddeviceownertype", "compliancestate", "compliance", "azureaddeviceid", "enrolleddatetime", "enrollmentdate")
	registered := has("deviceid", "displayname") && hasAny("trusttype", "jointype", "profiletype", "approximatelastsignindatetime", "registrationtime", "ismanaged")
	return managed || registered
}

func read(ctx context.Context, in *source.Input, sink source.Sink) error {
	visitor := func(r *graphrow.Reader) func() { return (&decoder{Reader: r, values: slots.NewValues()}).device }
	if in.Head.JSON().Kind != 0 {
		return graphrow.JSON(ctx, in, sink, visitor)
	}
	rows, err := graphrow.Table(ctx, in, sink, visitor)
	paging.Rows(sink, in.File, rows, paging.REST)
	return err
}

type decoder struct {
	*graphrow.Reader
	values *slots.Values
}

// device reads the row at hand.
func (d *decoder) device() {
	id, madeUp := idOf(d.Row)
	if id == "" {
		d.Note(demarc.NoteSkipped, "a device without an id and without a name")
		return
	}
	name := d.Row.Text("devicename", "displayname", "manageddevicename")
	if name == "" {
		name = id
	}
	typ := typeOf(d.Row)
	d.values.Reset(d.Sink.Plans().For(typ))
	if os := osOf(d.Row); os != "" {
		d.values.Set("properties.os", demarc.Text(os))
	}
	d.Sink.Resource(source.Resource{
		Resource: demarc.Resource{
			ID: id, MadeUp: madeUp, Name: name, Type: typ, Place: d.Place(), Seen: demarc.SeenPartial,
		},
		Values: d.values,
	})
	d.evidence(demarc.Subject{ID: id, Name: name})
}

// noDevice is the directory's id of a device that it does not know.
const noDevice = "00000000-0000-0000-0000-000000000000"

// idOf is the id of a device: that of the directory, by which Intune knows it
// too, else Intune's own, else one made up from the name.
func idOf(r *graphrow.Row) (id string, madeUp bool) {
	intune := r.Shows("devicename")
	directory := r.Text("azureaddeviceid", "microsoftentradeviceid", "entradeviceid")
	if !intune {
		directory = r.Text("deviceid")
	}
	if scope.IsGUID(directory) && directory != noDevice {
		return "devices/" + demarc.Fold(directory), false
	}
	own := r.Text("id", "objectid")
	if intune {
		own = r.Text("id", "deviceid", "intunedeviceid")
	}
	switch {
	case own != "" && intune:
		return "deviceManagement/managedDevices/" + own, false
	case own != "":
		return "devices/" + own, false
	}
	if name := r.Text("devicename", "displayname"); name != "" {
		return "devices/" + name, true
	}
	return "", false
}

// osOf is the operating system with its version.
func osOf(r *graphrow.Row) string {
	os, version := r.Text("operatingsystem", "os"), r.Text("operatingsystemversion", "osversion")
	if os == "" || version == "" {
		return os
	}
	return os + " " + version
}
