package m365sku

import (
	"strconv"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/source/graphrow"
)

// partNumber is the name of a licence. The older PowerShell module writes the
// name of the tenant in front of it.
func partNumber(r *graphrow.Row) string {
	if name := r.Text("skupartnumber"); name != "" {
		return name
	}
	if id := r.Text("accountskuid"); id != "" {
		return id[strings.IndexByte(id, ':')+1:]
	}
	return r.Text("producttitle")
}

// lapsed says why a licence brings no service any more, "" when it does. In
// the weeks of warning behind its last day it still does.
// See https://learn.microsoft.com/graph/api/resources/subscribedsku
func lapsed(r *graphrow.Row) string {
	switch status := demarc.Fold(r.Text("capabilitystatus")); status {
	case "suspended", "deleted":
		return status
	case "lockedout":
		return "locked out"
	case "enabled", "warning":
		return ""
	}
	return emptied(r)
}

// emptied tells by numbers, where there is no status, that nothing of a
// licence is left.
func emptied(r *graphrow.Row) string {
	total, ok := number(r, "total", "activeunits", "totallicenses", "totallicences")
	if !ok || total > 0 {
		return ""
	}
	if warning, _ := number(r, "warning", "warningunits"); warning > 0 {
		return ""
	}
	if suspended, _ := number(r, "suspended", "suspendedunits"); suspended > 0 {
		return "suspended"
	}
	if expired, _ := number(r, "expiredlicenses", "expiredlicences"); expired > 0 {
		return "expired"
	}
	return "empty"
}

// number is a number of licences, written with or without marks between the
// thousands.
func number(r *graphrow.Row, names ...string) (int, bool) {
	text := strings.NewReplacer(",", "", ".", "", " ", "", "\u00a0", "").Replace(r.Text(names...))
	n, err := strconv.Atoi(text)
	return n, err == nil
}
