// Package armrest reads bodies of Azure Resource Manager's REST API: one
// resource, or a list of them in `value`.
package armrest

import (
	"context"

	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/armrow"
	"github.com/demarc-dev/demarc/internal/source/jsonrows"
	"github.com/demarc-dev/demarc/internal/source/paging"
)

// Format is the format of Azure Resource Manager's REST API.
var Format = source.Format{
	Name:   "arm-rest",
	Title:  "Azure Resource Manager: body of one resource or a list (JSON)",
	Detect: detect,
	Read:   read,
}

// detect wants a list in `value`, or single resources, with an Azure id and
// none of the columns that other tools add. A bare list of such rows may be
// what a query projected, and so says less.
func detect(h source.Head) bool {
	j := h.JSON()
	if j.Kind != '{' && !j.Pages || j.HasAny("resourcegroup", "resourceid", "resourcegroupname", "tenantid") {
		return false
	}
	if j.Envelope() {
		_, count := j.Members["count"]
		return j.Members["value"].Kind == '[' && (j.IsAzure() || len(j.Row) == 0 && !count)
	}
	return j.IsAzure() && j.HasAny("properties", "displayname")
}

func read(ctx context.Context, in *source.Input, sink source.Sink) error {
	pages, err := jsonrows.Read(ctx, in, sink, func(s source.Sink) jsonrows.Decoder {
		return armrow.NewDecoder(s, in.File, armrow.REST)
	})
	paging.Report(sink, in.File, pages, paging.REST)
	return err
}
