// Package azresourcelist reads what `az resource list` and the other list
// commands of the Azure CLI print: resources with some columns and without
// properties.
package azresourcelist

import (
	"context"

	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/armrow"
	"github.com/demarc-dev/demarc/internal/source/jsonrows"
	"github.com/demarc-dev/demarc/internal/source/paging"
)

// Format is the format of `az resource list`.
var Format = source.Format{
	Name:   "az-resource-list",
	Title:  "az resource list (JSON)",
	Detect: detect,
	Read:   read,
}

// detect wants what the Azure CLI adds to a resource, its group, without what
// Resource Graph adds, its subscription.
func detect(h source.Head) bool {
	j := h.JSON()
	return j.Kind != 0 && !j.Envelope() && j.IsAzure() && j.Has("id", "name", "resourcegroup") &&
		!j.HasAny("subscriptionid", "tenantid", "resourceid")
}

func read(ctx context.Context, in *source.Input, sink source.Sink) error {
	pages, err := jsonrows.Read(ctx, in, sink, func(s source.Sink) jsonrows.Decoder {
		return armrow.NewDecoder(s, in.File, armrow.List)
	})
	paging.Report(sink, in.File, pages, paging.ResourceGraph)
	return err
}
