package app

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/catalog"
	"github.com/demarc-dev/demarc/internal/divide"
)

// checkOverrides refuses overrides of areas and facets that nothing has: they
// would change no answer, and nobody would notice.
func checkOverrides(c *catalog.Catalog, own []demarc.Override) error {
	areas, facets := areasOf(c), facetsOf(c)
	var errs []error
	for _, o := range own {
		for _, cell := range o.Cells {
			if !slices.Contains(areas, cell.Area) {
				errs = append(errs, fmt.Errorf("%s: no area %q; areas: %s", o.Place, cell.Area, strings.Join(areas, ", ")))
			}
			if cell.Facet != "" && !slices.Contains(facets, cell.Facet) {
				errs = append(errs, fmt.Errorf("%s: no facet %q; facets: %s", o.Place, cell.Facet, strings.Join(facets, ", ")))
			}
		}
	}
	return errors.Join(errs...)
}

// areasOf are the ids of the areas that divisions have, in their order.
func areasOf(c *catalog.Catalog) []string {
	var ids []string
	for _, model := range []string{divide.CloudModel, divide.AIModel} {
		for _, a := range c.Model(model).Areas {
			ids = append(ids, a.ID)
		}
	}
	return ids
}

// facetsOf are the names of all facets, in order.
func facetsOf(c *catalog.Catalog) []string {
	var ids []string
	for i := range c.Families {
		for j := range c.Families[i].Types {
			t := &c.Families[i].Types[j]
			ids = append(ids, t.MainFacet())
			for _, use := range t.Facets {
				ids = append(ids, use.ID)
			}
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}
