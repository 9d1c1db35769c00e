// Package app holds the use cases: what a person can ask of the program, one
// file each. It is the only place that knows the stations and the adapters
// together; it joins steps and decides nothing.
package app

import (
	"fmt"
	"io"
	"regexp"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/report"
	"github.com/demarc-dev/demarc/internal/report/csv"
	"github.com/demarc-dev/demarc/internal/report/html"
	"github.com/demarc-dev/demarc/internal/report/json"
	"github.com/demarc-dev/demarc/internal/report/jsonl"
	"github.com/demarc-dev/demarc/internal/report/markdown"
	"github.com/demarc-dev/demarc/internal/report/table"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/advisor"
	"github.com/demarc-dev/demarc/internal/source/ansiblefacts"
	"github.com/demarc-dev/demarc/internal/source/armrest"
	"github.com/demarc-dev/demarc/internal/source/armrow"
	"github.com/demarc-dev/demarc/internal/source/armtemplate"
	"github.com/demarc-dev/demarc/internal/source/attestationcsv"
	"github.com/demarc-dev/demarc/internal/source/azpowershell"
	"github.com/demarc-dev/demarc/internal/source/azresourcelist"
	"github.com/demarc-dev/demarc/internal/source/azurechecklist"
	"github.com/demarc-dev/demarc/internal/source/azurerbac"
	"github.com/demarc-dev/demarc/internal/source/backupitems"
	"github.com/demarc-dev/demarc/internal/source/bicep"
	"github.com/demarc-dev/demarc/internal/source/checkov"
	"github.com/demarc-dev/demarc/internal/source/cmdbcsv"
	"github.com/demarc-dev/demarc/internal/source/cyclonedx"
	"github.com/demarc-dev/demarc/internal/source/defender"
	"github.com/demarc-dev/demarc/internal/source/defenderendpoint"
	"github.com/demarc-dev/demarc/internal/source/delegatedaccess"
	"github.com/demarc-dev/demarc/internal/source/devices"
	"github.com/demarc-dev/demarc/internal/source/entraapps"
	"github.com/demarc-dev/demarc/internal/source/entrapolicies"
	"github.com/demarc-dev/demarc/internal/source/estate"
	"github.com/demarc-dev/demarc/internal/source/m365assess"
	"github.com/demarc-dev/demarc/internal/source/m365organization"
	"github.com/demarc-dev/demarc/internal/source/m365sku"
	"github.com/demarc-dev/demarc/internal/source/maester"
	"github.com/demarc-dev/demarc/internal/source/manifest"
	"github.com/demarc-dev/demarc/internal/source/nessus"
	"github.com/demarc-dev/demarc/internal/source/netbox"
	"github.com/demarc-dev/demarc/internal/source/ocsf"
	"github.com/demarc-dev/demarc/internal/source/onpremcsv"
	"github.com/demarc-dev/demarc/internal/source/policyassignments"
	"github.com/demarc-dev/demarc/internal/source/policymetadata"
	"github.com/demarc-dev/demarc/internal/source/policystates"
	"github.com/demarc-dev/demarc/internal/source/portalcsv"
	"github.com/demarc-dev/demarc/internal/source/prowlercsv"
	"github.com/demarc-dev/demarc/internal/source/resourcegraph"
	"github.com/demarc-dev/demarc/internal/source/rvtools"
	"github.com/demarc-dev/demarc/internal/source/sarif"
	"github.com/demarc-dev/demarc/internal/source/scubagear"
	"github.com/demarc-dev/demarc/internal/source/scubaresults"
	"github.com/demarc-dev/demarc/internal/source/securescore"
	"github.com/demarc-dev/demarc/internal/source/softwareupdates"
	"github.com/demarc-dev/demarc/internal/source/statements"
	"github.com/demarc-dev/demarc/internal/source/terraform"
	"github.com/demarc-dev/demarc/internal/source/trivy"
	"github.com/demarc-dev/demarc/internal/source/updatemanager"
	"github.com/demarc-dev/demarc/internal/source/zerotrust"
)

// InputFormats are all formats that can be read, in the order in which a file
// is tried: those that are recognised by what only they have come first.
func InputFormats() []source.Format {
	return []source.Format{
		estate.Format,
		statements.Format,
		attestationcsv.Format,
		manifest.Format,
		armtemplate.Format,
		armtemplate.Parameters,
		bicep.Snapshot,
		bicep.WhatIf,
		bicep.Source,
		terraform.New(func() (terraform.Knowledge, error) { return knowledge() }),
		sarif.Format,
		ocsf.Format,
		prowlercsv.Format,
		checkov.Format,
		trivy.Format,
		scubagear.New(knowledge),
		scubaresults.New(knowledge),
		scubaresults.Answers,
		maester.Format,
		zerotrust.Format,
		m365assess.Format,
		m365sku.New(knowledge),
		m365organization.Format,
		entraapps.Format,
		entrapolicies.Format,
		securescore.Format,
		azurerbac.Format,
		delegatedaccess.Format,
		nessus.Format,
		defenderendpoint.Format,
		softwareupdates.Format,
		devices.Format,
		azurechecklist.Format,
		defender.New(graphTables()...),
		advisor.New(graphTables()...),
		policyassignments.New(graphTables()...),
		policystates.New(graphTables()...),
		policymetadata.Format,
		updatemanager.New(graphTables()...),
		backupitems.New(graphTables()...),
		azpowershell.New(graphTables()...),
		azresourcelist.Format,
		armrest.Format,
		resourcegraph.New(graphTables()...),
		cyclonedx.Format,
		netbox.Format,
		ansiblefacts.Format,
		rvtools.Format,
		portalcsv.Format,
		onpremcsv.Format,
		cmdbcsv.Format,
	}
}

// graphTables are the tables of Resource Graph whose rows are no resources. A
// file may hold rows of several of them.
func graphTables() []armrow.Table {
	return []armrow.Table{defender.Table, advisor.Table, policystates.Table, policyassignments.Table, updatemanager.Table, backupitems.Table,
		azurerbac.Table}
}

// recognise finds the format of a file by its beginning. The error says what
// the file is instead, when that is known.
func recognise(h source.Head) (*source.Format, error) {
	if binary := h.Binary(); binary != "" {
		return nil, fmt.Errorf("%s, not an inventory", binary)
	}
	if h.Empty() {
		return nil, fmt.Errorf("an empty file")
	}
	if results := checkResults(h); results != "" {
		return nil, fmt.Errorf("check results, not an inventory: %s", results)
	}
	if inventory := h.JSON().Members["inventory"]; inventory.Kind == '{' && h.JSON().Has("err") {
		return nil, fmt.Errorf("totals only, not an inventory: the numbers of a migration plan (err, inventory), no machine by name")
	}
	for _, f := range InputFormats() {
		if f.Detect(h) {
			return &f, nil
		}
	}
	return nil, fmt.Errorf("not recognised: %s", looks(h))
}

// terraformBlock begins a block of a Terraform source.
var terraformBlock = regexp.MustCompile(`(?m)^(resource|data|module|provider|variable|output) +"[^"\n]+".*\{|^(terraform|locals) *\{`)

// looks says what an unknown file looks like.
func looks(h source.Head) string {
	switch j, c := h.JSON(), h.CSV(); {
	case j.Kind != 0:
		return "JSON, but no rows with the id of a resource"
	case terraformBlock.Match(h.Text()):
		return "Terraform sources: a plan tells what they make (terraform show -json), and then the lines in them"
	case len(c.Header) > 1:
		return "a table, but without the columns of an inventory"
	case len(h.YAML()) > 0:
		return "YAML, but not a demarc.yaml"
	}
	return "neither JSON nor a table nor a demarc.yaml"
}

// formatHint lists what can be read.
func formatHint() string {
	var titles []string
	for _, f := range InputFormats() {
		titles = append(titles, f.Title)
	}
	return "these can be read:\n" + strings.Join(titles, "\n")
}

// Reports are all formats of an assessment, the default first.
func Reports() []report.Format {
	return []report.Format{
		{Name: "table", Title: "the first screen", Write: table.Write},
		{Name: "json", Title: "the public contract, docs/schema/assessment.schema.json", Write: json.Write},
		{Name: "jsonl", Title: "one line a resource", Write: jsonl.Write},
		{Name: "csv", Title: "one row a resource and area", Write: csv.Write},
		{Name: "markdown", Title: "for a wiki or a pull request", Write: markdown.Write},
		{Name: "html", Title: "one self-contained page", Write: html.Write},
	}
}

// ReportNames are the names of [Reports].
func ReportNames() []string {
	var names []string
	for _, f := range Reports() {
		names = append(names, f.Name)
	}
	return names
}

// WriteReport writes an assessment in the format of a name.
func WriteReport(w io.Writer, name string, a *demarc.Assessment, o report.Options) error {
	for _, f := range Reports() {
		if f.Name == name {
			return f.Write(w, a, o)
		}
	}
	return report.UnknownFormatError{Format: name, Formats: ReportNames()}
}
