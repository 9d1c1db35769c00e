package sarif

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/source/finding"
)

// place is what a result is about and where in the sources it was found.
type place struct {
	subject demarc.Subject
	where   string
}

// placeOf finds what a result is about: the resource that its properties or a
// logical location name, else the file.
func (t *run) placeOf(result finding.Object) place {
	var p place
	var file, name string
	for _, raw := range result.List("locations") {
		location, _ := finding.Parse(raw)
		physical := location.In("physicallocation")
		artifact := t.artifact(physical.In("artifactlocation"))
		if p.where == "" {
			file = artifact
			p.where = finding.Lines(artifact, physical.Text("region", "startline"), physical.Text("region", "endline"))
		}
		for _, logical := range t.logical(location) {
			if about, ok := named(logical); ok && p.subject == (demarc.Subject{}) {
				p.subject = about
			}
			name = finding.First(name, logical.Text("fullyqualifiedname"), logical.Text("name"))
		}
	}
	if about, ok := ofProperties(result.In("properties")); ok {
		p.subject = about
	}
	switch {
	case p.subject != (demarc.Subject{}):
	case finding.IsID(file):
		p.subject = demarc.Subject{ID: file}
	default: // a function or a key is no resource
		p.subject = finding.File(finding.First(file, name))
	}
	return p
}

// logical are the logical locations of a location; those that are kept in one
// list of the run are looked up.
func (t *run) logical(location finding.Object) []finding.Object {
	list := location.List("logicallocations")
	if one := location["logicallocation"]; len(one) > 0 && one[0] == '{' {
		list = append(list, one)
	}
	var all []finding.Object
	for _, raw := range list {
		o, _ := finding.Parse(raw)
		shared := t.locations
		if i, err := strconv.Atoi(o.Text("index")); err == nil && i >= 0 && i < len(shared) {
			o, _ = finding.Parse(shared[i])
		}
		all = append(all, o)
	}
	return all
}

// named finds the resource that a logical location names. PSRule writes the
// type and the name of an object, whatever they are.
func named(logical finding.Object) (demarc.Subject, bool) {
	whole, name := logical.Text("fullyqualifiedname"), logical.Text("name")
	if finding.IsID(name) {
		return demarc.Subject{ID: name}, true
	}
	if typ, ok := strings.CutSuffix(whole, "/"+name); ok && name != "" && logical.Text("kind") == "object" {
		return demarc.Subject{Type: typ, Name: name}, true
	}
	if about, ok := finding.Named(whole); ok {
		return about, true
	}
	return finding.Named(name)
}

// ofProperties finds the resource that a tool names in its own properties.
func ofProperties(properties finding.Object) (demarc.Subject, bool) {
	for _, member := range [...]string{"resourceid", "azureresourceid", "resource_id", "resourceuid", "resource", "resourcename", "resource_name"} {
		if about, ok := finding.Named(properties.Text(member)); ok {
			return about, true
		}
	}
	return demarc.Subject{}, false
}

// artifact is the path or address of a file, as far as it is told.
func (t *run) artifact(location finding.Object) string {
	uri := location.Text("uri")
	shared := t.artifacts
	if i, err := strconv.Atoi(location.Text("index")); uri == "" && err == nil && i >= 0 && i < len(shared) {
		o, _ := finding.Parse(shared[i])
		uri = o.Text("location", "uri")
	}
	if u, err := url.Parse(uri); err == nil && u.User != nil {
		u.User = nil // may hold a password
		uri = u.String()
	}
	if plain, err := url.PathUnescape(uri); err == nil {
		uri = plain
	}
	return strings.TrimPrefix(uri, "file://")
}
