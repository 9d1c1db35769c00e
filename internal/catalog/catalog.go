// Package catalog holds the knowledge of data/ as tables: published models,
// services and their types, facets, parties and facts. It reads and checks the
// files, and answers look-ups; it decides nothing. The stations compile their
// own tables from it.
package catalog

// Catalog is all the knowledge, read-only after it was loaded.
type Catalog struct {
	Parties   []Party    `json:"parties,omitzero"`
	Providers []Provider `json:"providers,omitzero"`
	Shapes    []Shape    `json:"shapes,omitzero"`
	Facets    []Facet    `json:"facets,omitzero"`
	Tags      []Tags     `json:"tags,omitzero"`
	Models    []Model    `json:"models,omitzero"`
	Families  []Family   `json:"families,omitzero"`
	Licences  []Licences `json:"licences,omitzero"`
	Facts     []Fact     `json:"facts,omitzero"`
	// Responsibilities are the tasks that cells put on parties.
	Responsibilities []Responsibilities `json:"responsibilities,omitzero"`
	Tools            []Tool             `json:"tools,omitzero"`
	Frameworks       []Framework        `json:"frameworks,omitzero"`
	OwnerRoles       []OwnerRole        `json:"ownerRoles,omitzero"`
	Themes           []Theme            `json:"themes,omitzero"`
	Intelligence     []Intelligence     `json:"intelligence,omitzero"`
	// TerraformFiles say what the resources of Terraform providers stand for.
	TerraformFiles []Terraform `json:"terraform,omitzero"`
	// Policies are our own definitions in the language of Azure Policy.
	Policies      []PolicyFile  `json:"policies,omitzero"`
	PolicyAliases PolicyAliases `json:"policyAliases,omitzero"`
	PolicyJoins   PolicyJoins   `json:"policyJoins,omitzero"`
	// Moves say which jobs types do, and so what may move where.
	Moves []Moves `json:"moves,omitzero"`

	index index
}

// Provenance says where a fact is published and when somebody compared it.
type Provenance struct {
	Source  string `json:"source,omitzero" yaml:"source"`   // a public URL
	Checked string `json:"checked,omitzero" yaml:"checked"` // YYYY-MM-DD
}

// Party is somebody who can be responsible.
type Party struct {
	ID    string `json:"id" yaml:"id"`
	Name  string `json:"name" yaml:"name"`
	Short string `json:"short,omitzero" yaml:"short"` // for the terminal, at most eight letters
}

// Provider is a cloud and the party that runs it.
type Provider struct {
	ID         string   `json:"id" yaml:"id"`
	Folder     string   `json:"folder,omitzero" yaml:"folder"`       // of data/services whose types it runs
	Party      string   `json:"party" yaml:"party"`                  // who is responsible for the provider's half
	Locations  []string `json:"locations,omitzero" yaml:"locations"` // Azure locations of a cloud run apart; a trailing * matches any rest
	Provenance `yaml:",inline"`
}

// Shape is a named list of the areas that a kind of resource does not have.
type Shape struct {
	ID    string   `json:"id" yaml:"id"`
	Lacks []string `json:"lacks,omitzero" yaml:"lacks"`
}

// Tags are the names of tags that mean one thing.
type Tags struct {
	ID         string   `json:"id" yaml:"id"`
	Names      []string `json:"names" yaml:"names"`
	Provenance `yaml:",inline"`
}

// Facet is a template for a part of a resource that has its own division.
type Facet struct {
	ID         string   `json:"id" yaml:"id"`
	Name       string   `json:"name" yaml:"name"`
	Model      string   `json:"model" yaml:"model"`
	Shape      string   `json:"shape,omitzero" yaml:"shape"`
	Lacks      []string `json:"lacks,omitzero" yaml:"lacks"`
	Why        string   `json:"why" yaml:"why"`
	Cells      []Cell   `json:"cells,omitzero" yaml:"cells"`
	Provenance `yaml:",inline"`
}

// Cell is a deviation from the column of the service model: one area of one
// facet, with its parties and their halves in words. The party "provider" is
// whoever runs the cloud, "publisher" the third party that a property names.
type Cell struct {
	ID         string            `json:"id,omitzero" yaml:"id"`
	Type       string            `json:"type,omitzero" yaml:"type"` // in service models only
	When       *Condition        `json:"when,omitzero" yaml:"when"`
	Facet      string            `json:"facet,omitzero" yaml:"facet"`
	Area       string            `json:"area,omitzero" yaml:"area"`
	Parties    []string          `json:"parties" yaml:"parties"`
	Halves     map[string]string `json:"halves,omitzero" yaml:"halves"`
	Why        string            `json:"why,omitzero" yaml:"why"`
	Surprise   string            `json:"surprise,omitzero" yaml:"surprise"`
	Provenance `yaml:",inline"`
}

// Kinds of models.
const (
	KindMatrix     = "matrix"     // areas x columns
	KindStatements = "statements" // sentences
	KindService    = "service"    // rows about named services
)

// Model is a published responsibility model.
type Model struct {
	File       string      `json:"file,omitzero" yaml:"-"`
	ID         string      `json:"id" yaml:"id"`
	Title      string      `json:"title" yaml:"title"`
	Publisher  string      `json:"publisher" yaml:"publisher"`
	Provider   string      `json:"provider,omitzero" yaml:"provider"`
	Kind       string      `json:"kind" yaml:"kind"`
	Version    string      `json:"version" yaml:"version"`
	Date       string      `json:"date" yaml:"date"`
	Columns    []string    `json:"columns,omitzero" yaml:"columns"`
	Areas      []Area      `json:"areas,omitzero" yaml:"areas"`
	Cells      []Cell      `json:"cells,omitzero" yaml:"cells"`
	Statements []Statement `json:"statements,omitzero" yaml:"statements"`
	Provenance `yaml:",inline"`
}

// Area is a row of a published matrix; Cells are its columns.
type Area struct {
	ID            string          `json:"id" yaml:"id"`
	Label         string          `json:"label" yaml:"label"`
	Means         string          `json:"means,omitzero" yaml:"means"`
	Layer         string          `json:"layer,omitzero" yaml:"layer"`
	LabelVerified string          `json:"labelVerified,omitzero" yaml:"labelVerified"`
	Cells         map[string]Cell `json:"cells" yaml:"cells"`
}

// ModelDependent stands for the parties of a cell that only the publisher of
// the deployed AI model decides.
const ModelDependent = "model-dependent"

// Statement is one sentence of a document, in our words.
type Statement struct {
	ID     string   `json:"id" yaml:"id"`
	Party  string   `json:"party,omitzero" yaml:"party"`
	Text   string   `json:"text" yaml:"text"`
	Areas  []string `json:"areas,omitzero" yaml:"areas"`
	Models []string `json:"models,omitzero" yaml:"models"`
	Claims []Claim  `json:"claims,omitzero" yaml:"claims"`
	Topic  string   `json:"topic,omitzero" yaml:"topic"`
	Value  string   `json:"value,omitzero" yaml:"value"`
}

// Claim is a cell that a statement asserts.
type Claim struct {
	Area    string   `json:"area" yaml:"area"`
	Model   string   `json:"model" yaml:"model"`
	Facet   string   `json:"facet,omitzero" yaml:"facet"`
	Type    string   `json:"type,omitzero" yaml:"type"`
	Parties []string `json:"parties" yaml:"parties"`
}

// Family is one file of services: the types of one namespace or product family.
type Family struct {
	File     string       `json:"file,omitzero" yaml:"-"`
	Folder   string       `json:"folder,omitzero" yaml:"-"`
	Provider string       `json:"provider" yaml:"provider"` // ARM namespace or family
	Party    string       `json:"party,omitzero" yaml:"party"`
	Parties  []Party      `json:"parties,omitzero" yaml:"parties"`
	Default  *TypeDefault `json:"default,omitzero" yaml:"default"`
	// Unclassified says, in words, why types that nobody reviewed get no
	// answer; in place of a default.
	Unclassified string `json:"unclassified,omitzero" yaml:"unclassified"`
	Types        []Type `json:"types,omitzero" yaml:"types"`
}

// TypeDefault is the answer for types of a family that nobody reviewed.
type TypeDefault struct {
	Model      string   `json:"model" yaml:"model"`
	Role       string   `json:"role" yaml:"role"`
	Shape      string   `json:"shape,omitzero" yaml:"shape"`
	Lacks      []string `json:"lacks,omitzero" yaml:"lacks"`
	Why        string   `json:"why" yaml:"why"`
	Provenance `yaml:",inline"`
}

// Type is one reviewed resource type.
type Type struct {
	Type       string     `json:"type" yaml:"type"`
	Name       string     `json:"name" yaml:"name"`
	Aliases    []string   `json:"aliases,omitzero" yaml:"aliases"`
	Party      string     `json:"party,omitzero" yaml:"party"`
	Model      string     `json:"model" yaml:"model"`
	Role       string     `json:"role" yaml:"role"`
	Shape      string     `json:"shape,omitzero" yaml:"shape"`
	Lacks      []string   `json:"lacks,omitzero" yaml:"lacks"`
	Why        string     `json:"why" yaml:"why"`
	Facet      string     `json:"facet,omitzero" yaml:"facet"` // name of the main facet, "service" if empty
	AI         string     `json:"ai,omitzero" yaml:"ai"`       // column of the AI matrix
	PartOf     *PartOf    `json:"partOf,omitzero" yaml:"partOf"`
	Manages    []Manages  `json:"manages,omitzero" yaml:"manages"`
	Governs    []string   `json:"governs,omitzero" yaml:"governs"`       // paths of the ids of what it is a setting of
	GovernedBy []string   `json:"governedBy,omitzero" yaml:"governedBy"` // paths of ids that settings of it name, too; its own id always is
	Facets     []FacetUse `json:"facets,omitzero" yaml:"facets"`
	Publisher  string     `json:"publisher,omitzero" yaml:"publisher"` // path of the property that names the publisher
	Rules      []TypeRule `json:"rules,omitzero" yaml:"rules"`
	Cells      []Cell     `json:"cells,omitzero" yaml:"cells"`
	Surprise   string     `json:"surprise,omitzero" yaml:"surprise"`
	Provenance `yaml:",inline"`
}

// MainFacet is the name of the facet that is the resource as a whole.
func (t *Type) MainFacet() string {
	if t.Facet == "" {
		return "service"
	}
	return t.Facet
}

// PartOf says when a resource is a piece of another.
type PartOf struct {
	Parent bool     `json:"parent,omitzero" yaml:"parent"` // always, of the resource its id is nested in
	Paths  []string `json:"paths,omitzero" yaml:"paths"`   // when one of these properties holds an id
}

// Manages says that a resource owns a whole resource group: what lies there
// is provider-managed and belongs to the facet.
type Manages struct {
	Path  string `json:"path" yaml:"path"`
	Facet string `json:"facet,omitzero" yaml:"facet"`
}

// FacetUse names a facet of a type, always or under a condition.
type FacetUse struct {
	ID   string     `json:"id" yaml:"id"`
	When *Condition `json:"when,omitzero" yaml:"when"`
}

// TypeRule changes the answer of a type under a condition.
type TypeRule struct {
	ID         string     `json:"id" yaml:"id"`
	When       *Condition `json:"when" yaml:"when"`
	Model      string     `json:"model,omitzero" yaml:"model"`
	Role       string     `json:"role,omitzero" yaml:"role"`
	Party      string     `json:"party,omitzero" yaml:"party"`
	Shape      string     `json:"shape,omitzero" yaml:"shape"`
	Lacks      []string   `json:"lacks,omitzero" yaml:"lacks"`
	AI         string     `json:"ai,omitzero" yaml:"ai"`
	Why        string     `json:"why,omitzero" yaml:"why"`
	Surprise   string     `json:"surprise,omitzero" yaml:"surprise"`
	Provenance `yaml:",inline"`
}

// Fact is a published number or date.
type Fact struct {
	File  string `json:"file,omitzero" yaml:"-"`
	ID    string `json:"id" yaml:"id"`
	Topic string `json:"topic,omitzero" yaml:"topic"`
	Text  string `json:"text" yaml:"text"`
	Value string `json:"value" yaml:"value"`
	// Default, Min and Max are durations such as 30d, where the number is a
	// setting; ConfigurableBy says whose.
	Default        string `json:"default,omitzero" yaml:"default"`
	Min            string `json:"min,omitzero" yaml:"min"`
	Max            string `json:"max,omitzero" yaml:"max"`
	ConfigurableBy string `json:"configurableBy,omitzero" yaml:"configurableBy"`
	Date           string `json:"date,omitzero" yaml:"date"`
	ReviewBy       string `json:"reviewBy,omitzero" yaml:"reviewBy"`
	Provenance     `yaml:",inline"`
}
