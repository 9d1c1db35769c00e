// Package resourcegraph reads what Azure Resource Graph answers: the portal's
// JSON and CSV downloads, `az graph query`, pages of the REST API, and its table form.
package resourcegraph

import (
	"context"

	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/armrow"
)

// New makes the format of Azure Resource Graph. Rows of the other tables are
// left to them.
func New(others ...armrow.Table) source.Format {
	return source.Format{
		Name:   "resource-graph",
		Title:  "Azure Resource Graph: portal download, az graph query, REST pages (JSON, CSV)",
		Detect: detect,
		Read: func(ctx context.Context, in *source.Input, sink source.Sink) error {
			return armrow.Read(ctx, in, sink, armrow.Graph, others...)
		},
	}
}

// detect wants the envelope of Resource Graph, or rows with an Azure id and no
// columns but those that any query may project.
func detect(h source.Head) bool {
	j := h.JSON()
	if j.Kind == 0 {
		return h.CSV().Has("id") && h.CSV().IsAzure()
	}
	if j.Envelope() && (j.Table || j.Members["data"].Kind != 0) {
		return j.Table || hasAny(j, "count", "totalrecords", "total_records", "skip_token", "$skiptoken", "facets", "resulttruncated") || j.IsAzure()
	}
	if j.Kind == '[' && len(j.Row) == 0 {
		return h.EmptyList()
	}
	return j.IsAzure() || j.Has("name", "type") && j.HasAny("subscriptionid", "resourcegroup")
}

func hasAny(j source.JSONHead, members ...string) bool {
	for _, name := range members {
		if _, ok := j.Members[name]; ok {
			return true
		}
	}
	return false
}
