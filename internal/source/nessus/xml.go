package nessus

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/moment"
)

func isXML(h source.Head) bool { return h.Mentions("<nessusclientdata_v2") }

// item is what is read of a ReportItem.
type item struct {
	Plugin     string   `xml:"pluginID,attr"`
	Name       string   `xml:"pluginName,attr"`
	Family     string   `xml:"pluginFamily,attr"`
	Severity   string   `xml:"severity,attr"`
	CVE        []string `xml:"cve"`
	Weakness   string   `xml:"vuln_publication_date"`
	Published  string   `xml:"patch_publication_date"`
	Output     string   `xml:"plugin_output"`
	Compliance string   `xml:"compliance"`
}

// properties are the tags of a machine.
type properties struct {
	Tags []struct {
		Name  string `xml:"name,attr"`
		Value string `xml:",chardata"`
	} `xml:"tag"`
}

// document walks a .nessus file.
type document struct {
	*scan
	in   *xml.Decoder
	host *host // the one at hand, nil between machines
	read int   // machines that were read to their end
}

func readXML(ctx context.Context, in *source.Input, sink source.Sink) error {
	d := &document{scan: newScan(sink, in.File), in: xml.NewDecoder(in)}
	d.in.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil } // it is UTF-8 by now
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		token, err := d.in.Token()
		if err == nil {
			err = d.token(token)
		}
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return d.broken(err)
		}
	}
}

func (d *document) token(token xml.Token) error {
	switch t := token.(type) {
	case xml.StartElement:
		return d.start(t)
	case xml.EndElement:
		if t.Name.Local == "ReportHost" && d.host != nil {
			d.endHost()
		}
	}
	return nil
}

func (d *document) start(e xml.StartElement) error {
	switch {
	case e.Name.Local == "Policy": // may hold credentials
		return d.in.Skip()
	case e.Name.Local == "ReportHost":
		d.host = &host{name: attribute(e, "name"), line: d.line(), cut: true}
		d.hosts = append(d.hosts, d.host)
	case e.Name.Local == "HostProperties" && d.host != nil:
		var p properties
		if err := d.in.DecodeElement(&p, &e); err != nil {
			return err
		}
		d.properties(&p)
	case e.Name.Local == "ReportItem" && d.host != nil:
		line := d.line()
		var i item
		if err := d.in.DecodeElement(&i, &e); err != nil {
			return err
		}
		d.take(d.host, i.record(line))
	}
	return nil
}

func (d *document) line() int {
	line, _ := d.in.InputPos()
	return line
}

func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// properties takes what is known of a machine: its names, the best first, its
// system, and when its scan ended.
func (d *document) properties(p *properties) {
	tags := map[string]string{}
	for _, t := range p.Tags {
		tags[t.Name] = strings.TrimSpace(t.Value)
	}
	h := d.host
	h.system, _, _ = strings.Cut(tags["operating-system"], "\n")
	for _, name := range [...]string{"host-fqdn", "hostname", "netbios-name"} {
		if tags[name] != "" {
			h.name = machine(tags[name])
			break
		}
	}
	switch tags["Credentialed_Scan"] {
	case "true":
		h.credentials = yes
	case "false":
		h.credentials = no
	}
	if seconds, err := strconv.ParseInt(tags["HOST_END_TIMESTAMP"], 10, 64); err == nil && seconds > 0 {
		h.observed = time.Unix(seconds, 0).UTC()
	} else if ended, ok := moment.Parse(tags["HOST_END"]); ok {
		h.observed = ended
	}
	h.cut = h.observed.IsZero()
}

// machine is the name of a machine without the Windows domain in front.
func machine(name string) string {
	if i := strings.LastIndexByte(name, '\\'); i >= 0 {
		return name[i+1:]
	}
	return strings.TrimSuffix(name, ".")
}

func (i *item) record(line int) *record {
	r := &record{
		finding: finding{plugin: i.Plugin, name: i.Name, cve: strings.Join(i.CVE, " "), line: line},
		family:  i.Family, risk: i.Severity, output: i.Output, compliance: i.Compliance == "true",
	}
	r.published, _ = moment.Parse(i.Published)
	r.weakness, _ = moment.Parse(i.Weakness)
	return r
}

func (d *document) endHost() {
	if d.host.name == "" {
		d.note(demarc.NoteSkipped, d.host.line, max(1, len(d.host.findings)+d.host.informative), "a machine without a name")
		d.hosts = nil
	}
	d.host = nil
	d.read++
	d.give()
}

// broken gives what was read before the file broke off. The machine at hand
// shows what fails, and cannot show that nothing else does.
func (d *document) broken(err error) error {
	if d.host != nil && d.host.name != "" {
		d.host.cut = true
		d.endHost()
	}
	if d.read == 0 {
		return fmt.Errorf("%s: not a scan: %w", demarc.Place{File: d.file, Line: d.line()}, err)
	}
	d.sink.Incomplete(demarc.Incomplete{
		Place: demarc.Place{File: d.file, Line: d.line()}, Read: d.read, Message: fmt.Sprintf("the file breaks off near machine %d", d.read),
	})
	return nil
}
