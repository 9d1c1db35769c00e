// Package ansiblefacts reads what Ansible's setup module finds out about
// hosts: the files of `ansible all -m setup --tree DIR`, one host a file, and
// those of the jsonfile fact cache. Who made the hardware, and whether it is
// virtual, tells a server from a virtual machine and from the machine of a
// cloud provider.
package ansiblefacts

import (
	"context"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/json"
	"github.com/demarc-dev/demarc/internal/slots"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/jsonrows"
	"github.com/demarc-dev/demarc/internal/source/jsonspan"
	"github.com/demarc-dev/demarc/internal/source/paging"
)

// Format is the format of Ansible facts.
var Format = source.Format{
	Name:   "ansible-facts",
	Title:  "Ansible facts: ansible all -m setup --tree DIR (JSON)",
	Detect: detect,
	Read:   read,
}

// detect wants the member that holds the facts, some facts without it, or
// what is written of a host that could not be reached.
func detect(h source.Head) bool {
	j := h.JSON()
	if j.Kind != '{' || j.Envelope() {
		return false
	}
	const enough = 3
	facts := 0
	for name := range j.Members {
		if strings.HasPrefix(name, "ansible_") {
			facts++
		}
	}
	return j.Members["ansible_facts"].Kind == '{' || facts >= enough || j.Has("changed", "msg", "unreachable")
}

func read(ctx context.Context, in *source.Input, sink source.Sink) error {
	pages, err := jsonrows.Read(ctx, in, sink, func(s source.Sink) jsonrows.Decoder {
		return &decoder{sink: s, file: in.File, values: slots.NewValues()}
	})
	paging.Broken(sink, in.File, pages)
	return err
}

type decoder struct {
	sink   source.Sink
	file   *demarc.File
	values *slots.Values
}

// facts are the facts that are read, without their prefix.
type facts map[string]string

// wanted are all facts that leave the file: environment variables, keys and
// whatever else was gathered stay there.
var wanted = map[string]bool{
	"hostname": true, "fqdn": true, "nodename": true, "distribution": true, "distribution_version": true, "system": true, "kernel": true,
	"os_product_type": true, "virtualization_role": true, "virtualization_type": true, "system_vendor": true, "product_name": true,
	"product_version": true, "bios_vendor": true, "chassis_asset_tag": true, "form_factor": true, "domain": true,
	"net_hostname": true, "net_system": true, "net_version": true,
}

// gather takes the wanted facts out of an object.
func (f facts) gather(object []byte) error {
	return jsonspan.Members(object, func(quoted, value []byte) {
		name := strings.TrimPrefix(string(json.AppendUnquote(nil, quoted)), "ansible_")
		if wanted[name] && value[0] == '"' {
			f[name] = strings.TrimSpace(string(json.AppendUnquote(nil, value)))
		}
	})
}

// Decode reads one host.
func (d *decoder) Decode(r jsonrows.Row) {
	place := demarc.Place{File: d.file, Line: r.Line}
	found, unreachable := facts{}, false
	object := r.Raw
	err := jsonspan.Members(r.Raw, func(name, value []byte) {
		switch string(name) {
		case `"ansible_facts"`:
			object = value
		case `"unreachable"`, `"failed"`:
			unreachable = unreachable || string(value) == "true"
		}
	})
	if err == nil {
		err = found.gather(object)
	}
	name := first(found["hostname"], found["nodename"], found["fqdn"], found["net_hostname"])
	switch {
	case err != nil:
		d.note(demarc.NoteSkipped, place, err.Error())
	case name == "" && unreachable:
		d.note(demarc.NoteIncomplete, place, "a host that Ansible could not reach")
		d.sink.Incomplete(demarc.Incomplete{Place: place, Message: "a host that Ansible could not reach", Command: "ansible all -m setup --tree DIR"})
	case name == "":
		d.note(demarc.NoteSkipped, place, "no facts with the name of a host")
	default:
		d.host(found, name, place)
	}
}

func (d *decoder) note(kind demarc.NoteKind, place demarc.Place, message string) {
	d.sink.Note(demarc.Note{Kind: kind, Place: place, Message: message, Count: 1})
}

func (d *decoder) host(f facts, name string, place demarc.Place) {
	k := kindOf(f)
	if k.guess != "" {
		d.note(demarc.NoteRead, place, k.guess)
	}
	d.values.Reset(d.sink.Plans().For(k.typ))
	for path, text := range map[string]string{"properties.os": f.system(), "properties.provider": k.party} {
		if text != "" {
			d.values.Set(path, demarc.Text(text))
		}
	}
	d.sink.Resource(source.Resource{
		Resource: demarc.Resource{
			ID: source.OnPremisesID(f["domain"], "host", first(f["fqdn"], name)), MadeUp: true, Name: name, Type: k.typ, Place: place, Seen: demarc.SeenPartial,
		},
		Values: d.values,
	})
}

// system is the operating system in words.
func (f facts) system() string {
	if f["net_system"] != "" {
		return strings.TrimSpace(f["net_system"] + " " + f["net_version"])
	}
	name := first(f["distribution"], f["system"])
	if version := f["distribution_version"]; !strings.HasPrefix(name, "Microsoft") {
		name += " " + version
	}
	return strings.TrimSpace(name)
}

func first(texts ...string) string {
	for _, s := range texts {
		if s != "" {
			return s
		}
	}
	return ""
}
