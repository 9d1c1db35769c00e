package csv

import (
	"slices"
	"strings"

	"github.com/demarc-dev/demarc"
)

// standing is how the customer's half stands in resources that stand alike,
// encoded once for each area.
type standing struct {
	own, above *demarc.VerdictSet
	areas      map[string][]byte
	all        []byte // of the resource's own, whatever the area
}

func newStanding(own, above *demarc.VerdictSet) *standing {
	return &standing{own: own, above: above, areas: map[string][]byte{}}
}

// unjudged are the columns where nothing was judged or nothing is asked.
var unjudged = []byte(",,,")

// of are the columns of a cell. Where nothing of the area is asked of the
// customer they are empty.
func (s *standing) of(c *cell) []byte {
	if s == nil || !c.ours {
		return unjudged
	}
	columns, ok := s.areas[c.area]
	if !ok {
		columns = encodeStanding(s.only(s.own, c.area), s.only(s.above, c.area), true)
		s.areas[c.area] = columns
	}
	return columns
}

// whole are the columns of a resource without a division.
func (s *standing) whole() []byte {
	if s == nil {
		return unjudged
	}
	if s.all == nil {
		s.all = encodeStanding(s.only(s.own, ""), nil, false)
	}
	return s.all
}

// only are the customer's responsibilities of an area, of all areas when it is
// empty.
func (s *standing) only(set *demarc.VerdictSet, area string) []demarc.SetVerdict {
	var list []demarc.SetVerdict
	for _, v := range set.Verdicts {
		if v.Responsibility.Party == demarc.Customer && (area == "" || v.Responsibility.Area == area) {
			list = append(list, v)
		}
	}
	return list
}

// encodeStanding encodes the worst status and the ids of what is unmet. Where
// something is asked and no responsibility is known, nobody can tell.
func encodeStanding(own, above []demarc.SetVerdict, asked bool) []byte {
	all := slices.Concat(own, above)
	word := ""
	if asked || len(all) > 0 {
		word = worst(all).String()
	}
	dst := appendNext(nil, word)
	dst = appendNext(dst, unmet(own))
	return appendNext(dst, unmet(above))
}

// worst is the status that asks for most, unknown when there is none.
func worst(list []demarc.SetVerdict) demarc.Status {
	found := demarc.UnknownStatus
	for i := range list {
		if s := list[i].Status; i == 0 || s.Worse(found) {
			found = s
		}
	}
	return found
}

// unmet lists the ids of what is unmet.
func unmet(list []demarc.SetVerdict) string {
	var ids []string
	for i := range list {
		if list[i].Status == demarc.Unmet {
			ids = append(ids, list[i].Responsibility.ID)
		}
	}
	return strings.Join(ids, " ")
}

// ours reports whether a cell leaves something to the customer, or to a third
// party that stands in for it.
func ours(c *demarc.Cell, provider string) bool {
	standIn := c.Basis >= demarc.ByDelegated && slices.ContainsFunc(c.Parties, func(p string) bool { return p != provider })
	return !c.NotApplicable && (standIn || slices.Contains(c.Parties, demarc.Customer))
}
