package cmdbcsv

import (
	"fmt"
	"slices"
	"strings"

	"github.com/demarc-dev/demarc/internal/source"
)

// column is what a column of the export may stand for.
type column int

const (
	noColumn column = iota
	idColumn
	nameColumn
	classColumn
	osColumn
	versionColumn
	siteColumn
	ownerColumn
	statusColumn
	virtualColumn
	columns
)

// titles are how the note with the proposed map calls the columns.
var titles = [columns]string{
	idColumn: "id", nameColumn: "name", classColumn: "class", osColumn: "os", versionColumn: "os version", siteColumn: "site",
	ownerColumn: "owner", statusColumn: "status", virtualColumn: "virtual",
}

// synonyms are the headers, folded, by which each is known, the best first:
// field names and labels of ServiceNow, and what other tools call the same.
var synonyms = [columns][]string{
	idColumn:      {"sysid", "ciid", "ciidentifier", "assettag", "correlationid"},
	nameColumn:    {"name", "ciname", "hostname", "servername", "computername", "assetname", "devicename", "configurationitem", "displayname"},
	classColumn:   {"sysclassname", "class", "ciclass", "citype", "classname", "assetclass", "assettype", "configurationitemclass", "category"},
	osColumn:      {"os", "operatingsystem", "osname"},
	versionColumn: {"osversion", "operatingsystemversion"},
	siteColumn:    {"location", "site", "datacenter", "datacentre", "building"},
	ownerColumn:   {"ownedby", "owner", "managedby", "supportgroup", "assignedto", "technicalowner", "businessowner", "assignmentgroup"},
	statusColumn:  {"installstatus", "status", "lifecyclestage", "lifecyclestatus", "operationalstatus", "state"},
	virtualColumn: {"virtual", "isvirtual"},
}

// signs are headers that only a configuration database has. One of them is
// wanted before anything else is guessed about a table.
var signs = []string{
	"sysid", "sysclassname", "ciclass", "citype", "ciname", "ciid", "configurationitem", "installstatus", "operationalstatus", "ownedby", "managedby",
	"assettag", "supportgroup", "assignmentgroup", "discoverysource", "lifecyclestage", "lastdiscovered",
}

// proposal says which column of a table stands for what, by its place; -1
// where none does.
type proposal [columns]int

// propose finds the columns of a header. Of several that mean the same the
// best known is taken.
func propose(header []string) proposal {
	folded := make([]string, len(header))
	for i, name := range header {
		// "location.name" walks from a row to the name of its location.
		folded[i], _, _ = strings.Cut(source.FoldHeader(name), ".")
	}
	var p proposal
	for c := range p {
		p[c] = -1
		for _, synonym := range synonyms[c] {
			if p[c] = slices.Index(folded, synonym); p[c] >= 0 {
				break
			}
		}
	}
	return p
}

// clear reports whether the headers say well enough what the table is: a
// configuration database with a name, and either a class or the operating
// system that makes its rows computers.
func (p proposal) clear(header []string) bool {
	sign := slices.ContainsFunc(header, func(name string) bool {
		folded, _, _ := strings.Cut(source.FoldHeader(name), ".")
		return slices.Contains(signs, folded)
	})
	return sign && p[nameColumn] >= 0 && (p[classColumn] >= 0 || p[osColumn] >= 0)
}

// String writes the map for a person.
func (p proposal) words(header []string) string {
	var read []string
	taken := map[int]bool{}
	for c, at := range p {
		if at >= 0 {
			read = append(read, fmt.Sprintf("%s = %q", titles[c], header[at]))
			taken[at] = true
		}
	}
	text := "columns taken for: " + strings.Join(read, ", ")
	if rest := len(header) - len(taken); rest > 0 {
		text += fmt.Sprintf("; %d others not read", rest)
	}
	return text
}

// field is the text of a column, "" when there is none.
func (p proposal) field(c column, fields []string) string {
	if i := p[c]; i >= 0 && i < len(fields) {
		return strings.TrimSpace(fields[i])
	}
	return ""
}
