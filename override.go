package demarc

// Override is the organisation's own word about its resources: it comes before
// every rule and every published model.
type Override struct {
	Match    Match
	Model    ServiceModel // UnknownModel: not overridden
	Role     Role
	HasRole  bool
	Provider string // party id, "" if not overridden
	Cells    []OverrideCell
	Reason   string
	Place    Place
}

// Match says which resources an override is about: exactly one of its members
// is set. Ids, scopes and types compare without case.
type Match struct {
	ID    string // one resource
	Tag   string // "key=value"
	Scope string // everything below a scope
	Type  string
}

// OverrideCell gives the parties of one area; an empty Facet means every facet
// that has the area.
type OverrideCell struct {
	// Delegated says that the parties take the customer's place in the cell,
	// whoever else it has.
	Delegated bool
	Area      string
	Facet     string
	Parties   []string
	Halves    map[string]string
}
