package estate

import (
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/source"
)

// MaxSize is how long a document may be: it is written by hand.
const MaxSize = 16 << 20

// Parse reads a document. The error names file and line of every mistake.
func Parse(file *demarc.File, r io.Reader) (*Document, error) {
	text, err := io.ReadAll(io.LimitReader(r, MaxSize+1))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", file.Path, err)
	}
	if len(text) > MaxSize {
		return nil, fmt.Errorf("%s: a document of more than 16 MB", file.Path)
	}
	d := &Document{File: file}
	p := &parser{file: file}
	decoder := yaml.NewDecoder(strings.NewReader(string(text)))
	var root yaml.Node
	if err := decoder.Decode(&root); err != nil {
		if errors.Is(err, io.EOF) {
			return d, nil
		}
		return nil, syntaxError(file, err)
	}
	if len(root.Content) == 1 {
		p.document(root.Content[0], d)
	}
	var second yaml.Node
	if err := decoder.Decode(&second); err == nil {
		p.fail(&second, "a second document in one file")
	} else if !errors.Is(err, io.EOF) {
		return nil, syntaxError(file, err)
	}
	if err := p.err(); err != nil {
		return nil, err
	}
	return d, nil
}

var yamlLine = regexp.MustCompile(`^yaml: (?:line (\d+): )?`)

// syntaxError puts the line that the YAML library names behind the file.
func syntaxError(file *demarc.File, err error) error {
	message := err.Error()
	m := yamlLine.FindStringSubmatch(message)
	if m == nil {
		return fmt.Errorf("%s: %w", file.Path, err)
	}
	line, _ := strconv.Atoi(m[1])
	return fmt.Errorf("%s: not YAML: %s", demarc.Place{File: file, Line: line}, strings.TrimPrefix(message, m[0]))
}

func (p *parser) document(n *yaml.Node, d *Document) {
	p.mapping(n, "the document", fields{
		"name":         p.text(&d.Name),
		"asOf":         p.day(&d.AsOf),
		"parties":      p.list("parties", func(n *yaml.Node) { d.Parties = append(d.Parties, p.party(n)) }),
		"resources":    p.list("resources", func(n *yaml.Node) { p.resource(n, d) }),
		"overrides":    p.list("overrides", func(n *yaml.Node) { d.Overrides = append(d.Overrides, p.override(n)) }),
		"workloads":    p.list("workloads", func(n *yaml.Node) { d.Workloads = append(d.Workloads, p.workload(n)) }),
		"requirements": p.list("requirements", func(n *yaml.Node) { d.Requirements = append(d.Requirements, p.requirement(n)) }),
		"delegations":  p.list("delegations", func(n *yaml.Node) { d.Delegations = append(d.Delegations, p.delegation(n)) }),
		"owners":       p.list("owners", func(n *yaml.Node) { d.Owners = append(d.Owners, p.ownerRule(n)) }),
		"ownerTags":    p.ownerTags(d),
		"evidence":     p.list("evidence", func(n *yaml.Node) { d.Evidence = append(d.Evidence, p.evidenceDate(n)) }),
	})
	p.together(d)
}

// together checks what entries say of each other.
func (p *parser) together(d *Document) {
	for i, party := range d.Parties {
		if slices.ContainsFunc(d.Parties[:i], func(o Party) bool { return o.ID == party.ID }) {
			p.errs = append(p.errs, fmt.Errorf("%s: party %q is there twice", party.Place, party.ID))
		}
	}
	p.delegated(d)
	for i, e := range d.Evidence {
		if e.Path != "" && slices.ContainsFunc(d.Evidence[:i], func(o EvidenceDate) bool { return o.Path == e.Path }) {
			p.errs = append(p.errs, fmt.Errorf("%s: the day of %q is there twice", e.Place, e.Path))
		}
	}
}

func (p *parser) party(n *yaml.Node) Party {
	party := Party{Place: p.place(n)}
	p.mapping(n, "a party", fields{
		"id": p.text(&party.ID), "name": p.text(&party.Name), "short": p.text(&party.Short), "kind": p.text(&party.Kind),
		"contract": p.text(&party.Contract), "from": p.day(&party.From), "to": p.day(&party.To),
	})
	p.period(n, "a party", party.From, party.To)
	if party.ID == "" {
		p.fail(n, "a party without an id")
	}
	if party.Name == "" {
		party.Name = party.ID
	}
	return party
}

// resource reads a resource by hand. A model or a provider stated with it is
// an override of that one resource.
func (p *parser) resource(n *yaml.Node, d *Document) {
	r := Resource{Resource: demarc.Resource{Place: p.place(n), Seen: demarc.SeenPartial}}
	own := demarc.Override{Place: r.Place, Reason: "stated with the resource"}
	var site, subscription string
	p.mapping(n, "a resource", fields{
		"id": p.text(&r.ID), "name": p.text(&r.Name), "type": p.text(&r.Type), "kind": p.text(&r.Kind),
		"model": p.model(&own), "provider": p.text(&own.Provider),
		"site": p.text(&site), "subscription": p.text(&subscription),
		"tags": p.object(&r.Tags), "properties": p.object(&r.Properties),
	})
	switch {
	case r.Name == "":
		p.fail(n, "a resource without a name")
	case (r.Type == "") == (r.Kind == ""):
		p.fail(n, "a resource needs either a type or a kind")
	}
	r.ScopeID = site
	if site == "" && subscription != "" {
		r.ScopeID = "/subscriptions/" + subscription
	}
	if r.ID == "" {
		r.ID, r.MadeUp = madeUp(&r, site), true
	}
	d.Resources = append(d.Resources, r)
	if own.Model != demarc.UnknownModel || own.Provider != "" {
		own.Match.ID = r.ID
		d.Overrides = append(d.Overrides, own)
	}
}

// madeUp makes an id of what a resource by hand says about itself.
func madeUp(r *Resource, site string) string {
	switch {
	case r.Kind != "":
		return source.OnPremisesID(site, r.Kind, r.Name)
	case r.ScopeID != "":
		return r.ScopeID + "/" + r.Type + "/" + r.Name
	}
	return r.Type + "/" + r.Name
}

func (p *parser) model(o *demarc.Override) func(*yaml.Node) {
	return func(n *yaml.Node) {
		model, err := demarc.ParseServiceModel(n.Value)
		if err != nil || model == demarc.UnknownModel {
			p.fail(n, "%q is not a service model: write on-premises, iaas, paas or saas", n.Value)
			return
		}
		o.Model = model
	}
}

func (p *parser) role(o *demarc.Override) func(*yaml.Node) {
	return func(n *yaml.Node) {
		role, err := demarc.ParseRole(n.Value)
		if err != nil {
			p.fail(n, "%q is not a role: write workload, part, configuration, control-plane, provider-managed or third-party", n.Value)
			return
		}
		o.Role, o.HasRole = role, true
	}
}

func (p *parser) override(n *yaml.Node) demarc.Override {
	o := demarc.Override{Place: p.place(n)}
	p.mapping(n, "an override", fields{
		"match": p.match(&o.Match), "model": p.model(&o), "role": p.role(&o), "provider": p.text(&o.Provider),
		"cells":  p.list("cells", func(n *yaml.Node) { o.Cells = append(o.Cells, p.cell(n)) }),
		"reason": p.text(&o.Reason),
	})
	switch {
	case o.Match == demarc.Match{}:
		p.fail(n, "an override without a match")
	case strings.TrimSpace(o.Reason) == "":
		p.fail(n, "an override without a reason")
	case o.Model == demarc.UnknownModel && !o.HasRole && o.Provider == "" && len(o.Cells) == 0:
		p.fail(n, "an override that changes nothing: it needs a model, a role, a provider or cells")
	}
	return o
}

func (p *parser) match(to *demarc.Match) func(*yaml.Node) {
	return func(n *yaml.Node) {
		p.mapping(n, "a match", fields{"id": p.text(&to.ID), "tag": p.text(&to.Tag), "scope": p.text(&to.Scope), "type": p.text(&to.Type)})
		set := 0
		for _, s := range [...]string{to.ID, to.Tag, to.Scope, to.Type} {
			if s != "" {
				set++
			}
		}
		if set != 1 {
			p.fail(n, "a match needs exactly one of id, tag, scope and type")
		}
		if to.Tag != "" && !strings.Contains(to.Tag, "=") {
			p.fail(n, "tag %q is not of the form name=value", to.Tag)
		}
	}
}

func (p *parser) cell(n *yaml.Node) demarc.OverrideCell {
	var c demarc.OverrideCell
	p.mapping(n, "a cell", fields{
		"area": p.text(&c.Area), "facet": p.text(&c.Facet), "parties": p.texts(&c.Parties), "halves": p.textMap(&c.Halves),
	})
	switch {
	case c.Area == "":
		p.fail(n, "a cell without an area")
	case len(c.Parties) == 0:
		p.fail(n, "a cell without parties")
	case len(c.Parties) > 1:
		p.halves(n, c)
	}
	for party := range c.Halves {
		if !slices.Contains(c.Parties, party) {
			p.fail(n, "a half of %q, who is not among the parties of the cell", party)
		}
	}
	return c
}

// halves wants one half of every party of a shared cell.
func (p *parser) halves(n *yaml.Node, c demarc.OverrideCell) {
	for _, party := range c.Parties {
		if c.Halves[party] == "" {
			p.fail(n, "a shared cell that does not say what %q does", party)
		}
	}
}

func (p *parser) workload(n *yaml.Node) Workload {
	w := Workload{Place: p.place(n)}
	p.mapping(n, "a workload", fields{
		"name": p.text(&w.Name), "match": p.match(&w.Match), "dataClass": p.text(&w.DataClass), "owner": p.text(&w.Owner),
	})
	if w.Name == "" || w.Match == (demarc.Match{}) {
		p.fail(n, "a workload needs a name and a match")
	}
	return w
}
