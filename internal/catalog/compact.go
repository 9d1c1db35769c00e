package catalog

import (
	"fmt"

	"github.com/demarc-dev/demarc/internal/json"
)

// Compact writes the catalogue in the form that the program embeds: one JSON
// document, the same bytes for the same knowledge.
func (c *Catalog) Compact() ([]byte, error) {
	text, err := json.Marshal(c, json.Deterministic())
	if err != nil {
		return nil, fmt.Errorf("write compact catalogue: %w", err)
	}
	return append(text, '\n'), nil
}

// Parse reads the compact form. The files were checked when it was written.
func Parse(compact []byte) (*Catalog, error) {
	c := &Catalog{}
	if err := json.Unmarshal(compact, c); err != nil {
		return nil, fmt.Errorf("read compact catalogue: %w", err)
	}
	c.index = newIndex(c)
	return c, nil
}
