package sample

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/demarc-dev/demarc"
)

// published is a responsibility model as rows of text: c customer, p provider.
type published struct {
	id, title, source string
	columns           []demarc.ServiceModel
	rows              []row
}

type row struct {
	id, label string
	parties   string // a word per column
	customer  string // the customer's half
	provider  string // the provider's half
}

var cloud = published{
	id: "microsoft-cloud", title: "Shared responsibility in the cloud", source: learn + "security/fundamentals/shared-responsibility",
	columns: []demarc.ServiceModel{demarc.OnPremises, demarc.IaaS, demarc.PaaS, demarc.SaaS},
	rows: []row{
		{"customer-data", "Customer data", "c c c c", "Classify the data, encrypt it, back it up and test restores.", ""},
		{"configurations", "Configurations and settings", "c c c c", "Set the security options and correct what drifts.", ""},
		{"identities", "Identities and users", "c c c c", "Grant least privilege, require strong sign-in and remove leavers.", ""},
		{"client-devices", "Client devices", "c c c cp", "Patch, encrypt and monitor the devices people use.", "Offer device management features and keep them working."},
		{"applications", "Applications", "c c cp cp", "Secure your own code, its libraries and settings.", "Maintain and patch the platform beneath the code."},
		{"network-controls", "Network controls", "c c cp p", "Restrict firewalls, public access and endpoints.", "Protect and isolate the platform's own network."},
		{"operating-system", "Operating system", "c c p p", "Harden and patch the guest operating system and restart it.", "Choose, harden and patch the operating systems beneath."},
		{"physical-hosts", "Physical hosts", "c p p p", "Patch and retire servers and hypervisors.", "Maintain and replace servers and the hypervisor."},
		{"physical-network", "Physical network", "c p p p", "Patch and monitor cables, switches and routers.", "Run and protect wires and network devices."},
		{"physical-datacenter", "Physical datacenter", "c p p p", "Lock rooms, record visitors, protect power and cooling.", "Guard buildings and keep power and cooling working."},
	},
}

var intelligence = published{
	id: "microsoft-ai", title: "Artificial intelligence shared responsibility model", source: learn + "security/fundamentals/shared-responsibility-ai",
	columns: []demarc.ServiceModel{demarc.IaaS, demarc.PaaS, demarc.SaaS},
	rows: []row{
		{"ai-user-training", "User training and accountability", "c c c", "Train users to check answers.", ""},
		{"ai-usage-policy", "Usage policy, admin controls", "c c c", "Write an acceptable use policy and enforce it.", ""},
		{"ai-identity-access", "Identity, device, and access management", "c c cp", "Assign roles and require strong sign-in.", "Enforce permissions in each answer."},
		{"ai-data-governance", "Data governance", "c c cp", "Decide which data AI may see.", "Honour labels and retention."},
		{"ai-plugins", "AI plugins and data connections", "c c cp", "Vet tools and data sources.", "Secure the built-in plugins."},
		{"ai-application-design", "Application design and implementation", "c c p", "Design and test against misuse.", "Design and test the assistant."},
		{"ai-application-infrastructure", "Application infrastructure", "c c p", "Harden what the application runs on.", "Run what the assistant runs on."},
		{"ai-application-safety", "Application safety systems", "c cp p", "Switch on and tune content filters.", "Offer filters and keep them current."},
		{"ai-model-safety", "Model safety and security systems", "c cp p", "Keep the default safety filters on.", "Build filters into the endpoint."},
		{"ai-model-accountability", "Model accountability", "c ? p", "Answer for your own model.", "Answer for the model sold."},
		{"ai-model-tuning", "Model tuning", "c ? p", "Tune and test the tuned model.", "Tune and test each version."},
		{"ai-model-design", "Model design and implementation", "c p p", "Design and train the model.", "Select, design or license the model."},
		{"ai-training-data", "Model training data governance", "c p p", "Record origin and rights.", "Govern the data behind the model."},
		{"ai-compute", "AI compute infrastructure", "cp p p", "Patch guests and clusters.", "Run and isolate the machines."},
	},
}

// deviation changes the cell of one facet and area: "-" makes it not
// applicable, anything else is a list of parties.
type deviation struct {
	area, parties, reason, surprise string
}

// cells gives the cells of one facet read from a column.
func (p published) cells(facet string, column demarc.ServiceModel, provider string, deviations ...deviation) []demarc.Cell {
	i := slices.Index(p.columns, column)
	var cells []demarc.Cell
	for _, r := range p.rows {
		c := demarc.Cell{Model: p.id, Facet: facet, FacetModel: column, AreaID: r.id, Area: r.label, Source: p.source}
		c.Parties = partiesOf(strings.Fields(r.parties)[i], provider)
		c.Reason = fmt.Sprintf("%s of %s in %q", strings.ToLower(r.label), column.Label(), p.title)
		for _, d := range deviations {
			if d.area == r.id {
				deviate(&c, d)
			}
		}
		r.halves(&c)
		cells = append(cells, c)
	}
	return cells
}

func partiesOf(word, provider string) []string {
	var ids []string
	for _, letter := range word {
		switch letter {
		case 'c':
			ids = append(ids, demarc.Customer)
		case 'p':
			ids = append(ids, provider)
		default:
			ids = append(ids, demarc.UnknownParty)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

func (r row) halves(c *demarc.Cell) {
	if c.NotApplicable {
		return
	}
	c.Halves, c.Accountable = map[string]string{}, map[string]string{}
	for _, id := range c.Parties {
		words := r.provider
		switch id {
		case demarc.Customer:
			words = r.customer
		case demarc.UnknownParty:
			continue
		}
		c.Halves[id], c.Accountable[id] = words, id
	}
}

func deviate(c *demarc.Cell, d deviation) {
	c.Reason, c.Surprise = d.reason, d.surprise
	if d.parties == "-" {
		c.Parties, c.NotApplicable = nil, true
		return
	}
	c.Parties = strings.Fields(d.parties)
}

// divide makes the division of the cells, the same one for the same content.
func (b *builder) divide(cells ...[]demarc.Cell) *demarc.Division {
	all := slices.Concat(cells...)
	h := sha256.New()
	for _, c := range all { // member by member, so that a new one changes no id
		fmt.Fprintln(h, c.Model, c.Facet, c.FacetModel, c.AreaID, c.Parties, c.Halves, c.NotApplicable, c.Reason)
	}
	id := hex.EncodeToString(h.Sum(nil)[:8])
	if b.division[id] == nil {
		b.division[id] = &demarc.Division{ID: id, Cells: all}
	}
	return b.division[id]
}

// fill counts the workloads of the resources in the published picture.
func (p published) fill(resources []*demarc.Assessed) demarc.Matrix {
	m := demarc.Matrix{Model: p.id, Title: p.title, Models: p.columns}
	alike := map[*demarc.Answer]int{}
	for _, r := range resources {
		alike[r.Answer]++
	}
	for _, r := range p.rows {
		area := demarc.Area{ID: r.id, Label: r.label}
		m.Areas = append(m.Areas, area)
		for _, column := range p.columns {
			m.Cells = append(m.Cells, p.tally(area, column, alike))
		}
	}
	return m
}

func (p published) tally(area demarc.Area, column demarc.ServiceModel, alike map[*demarc.Answer]int) demarc.MatrixCell {
	mc := demarc.MatrixCell{Area: area, Model: column, Parties: map[string]int{}}
	for answer, n := range alike {
		key, in := p.whose(answer, area.ID, column)
		if !in {
			continue
		}
		mc.Workloads += n
		if key == "" {
			mc.NotApplicable += n
		} else {
			mc.Parties[key] += n
		}
	}
	return mc
}

// whose joins the parties of the facets that meet in a column; a workload with
// facets in two columns is in both.
func (p published) whose(a *demarc.Answer, area string, column demarc.ServiceModel) (key string, in bool) {
	if a.Division == nil {
		return "", false
	}
	var ids []string
	for _, c := range a.Division.Cells {
		if c.AreaID == area && c.FacetModel == column {
			in = true
			ids = append(ids, c.Parties...)
		}
	}
	slices.Sort(ids)
	return strings.Join(slices.Compact(ids), "+"), in
}
