// Package data embeds the knowledge in its compact form. The YAML files beside
// it are the source; README.md says how they are written.
package data

import _ "embed"

//go:generate go run ../internal/catalog/compact .

// Compact is the catalogue as catalog.Parse reads it. A test proves that it
// equals the YAML files.
//
//go:embed compact.json
var Compact []byte
