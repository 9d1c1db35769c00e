// Package azpowershell reads what Az PowerShell writes: Get-AzResource and
// Search-AzGraph through ConvertTo-Json (a list, one object, or the
// {"value": [...], "Count": n} of Windows PowerShell) or through Export-Csv.
package azpowershell

import (
	"context"

	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/armrow"
)

// New makes the format of Az PowerShell. Rows of the other tables of Resource
// Graph are left to them.
func New(others ...armrow.Table) source.Format {
	return source.Format{
		Name:   "az-powershell",
		Title:  "Az PowerShell: Get-AzResource, Search-AzGraph (JSON, CSV)",
		Detect: detect,
		Read: func(ctx context.Context, in *source.Input, sink source.Sink) error {
			return armrow.Read(ctx, in, sink, armrow.PowerShell, others...)
		},
	}
}

// detect wants the names of columns that only PowerShell writes.
func detect(h source.Head) bool {
	if j := h.JSON(); j.Kind != 0 {
		_, count := j.Members["count"]
		empty := count && j.Members["value"].Kind == '[' && len(j.Row) == 0
		return empty || j.Has("resourceid") && j.IsAzure() || j.Has("resourcetype", "name")
	}
	c := h.CSV()
	return c.Has("resourceid") || c.Has("resourcetype", "name")
}
