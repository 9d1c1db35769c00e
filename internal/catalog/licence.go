package catalog

import (
	"strings"

	"github.com/demarc-dev/demarc"
)

// Licences is one file of what licences are made of.
type Licences struct {
	File       string        `json:"file,omitzero" yaml:"-"`
	Plans      []ServicePlan `json:"plans,omitzero" yaml:"plans"`
	Products   []Product     `json:"products,omitzero" yaml:"products"`
	Provenance `yaml:",inline"`
}

// ServicePlan is a piece of a licence, by the name under which tenants list
// it. A trailing * stands for any rest.
type ServicePlan struct {
	Plan     string   `json:"plan" yaml:"plan"`
	Name     string   `json:"name" yaml:"name"`
	Services []string `json:"services,omitzero" yaml:"services"` // types that a tenant has with it, none when it only adds to others
}

// Product is a licence as it is sold, by the name under which tenants list
// it. A trailing * stands for any rest.
type Product struct {
	Product string   `json:"product" yaml:"product"`
	Name    string   `json:"name" yaml:"name"`
	Plans   []string `json:"plans,omitzero" yaml:"plans"` // service plans of it that bring a service
}

// licenceIndex finds plans and products by folded name.
type licenceIndex struct {
	plans        map[string]*ServicePlan
	products     map[string]*Product
	productNames map[string]*Product
}

func newLicenceIndex(c *Catalog) licenceIndex {
	x := licenceIndex{plans: map[string]*ServicePlan{}, products: map[string]*Product{}, productNames: map[string]*Product{}}
	for i := range c.Licences {
		l := &c.Licences[i]
		for j := range l.Plans {
			x.plans[demarc.Fold(l.Plans[j].Plan)] = &l.Plans[j]
		}
		for j := range l.Products {
			p := &l.Products[j]
			x.products[demarc.Fold(p.Product)] = p
			if name := demarc.Fold(p.Name); x.productNames[name] == nil {
				x.productNames[name] = p
			}
		}
	}
	return x
}

// ServicePlan finds a service plan by the name under which tenants list it, in
// any case.
func (c *Catalog) ServicePlan(name string) (*ServicePlan, bool) {
	return withRest(c.index.licences.plans, demarc.Fold(strings.TrimSpace(name)))
}

// Product finds a licence by the name under which tenants list it or by the
// one under which it is sold, in any case.
func (c *Catalog) Product(name string) (*Product, bool) {
	folded := demarc.Fold(strings.TrimSpace(name))
	if p, ok := withRest(c.index.licences.products, folded); ok {
		return p, true
	}
	p, ok := c.index.licences.productNames[folded]
	return p, ok
}

// Services are the types that a tenant has with a product, each once, in the
// order of its plans.
func (c *Catalog) Services(p *Product) []string {
	var services []string
	had := map[string]bool{}
	for _, name := range p.Plans {
		plan, ok := c.ServicePlan(name)
		if !ok {
			continue
		}
		for _, s := range plan.Services {
			if !had[s] {
				had[s] = true
				services = append(services, s)
			}
		}
	}
	return services
}

// withRest finds a name, or the longest beginning of it that a * follows.
func withRest[T any](by map[string]*T, name string) (*T, bool) {
	if found, ok := by[name]; ok {
		return found, true
	}
	for end := len(name); end > 0; end-- {
		if found, ok := by[name[:end]+"*"]; ok {
			return found, true
		}
	}
	return nil, false
}

// licences reads a file of what licences are made of.
func (l *loader) licences(file string) {
	one := Licences{}
	if l.decode(file, &one) {
		one.File = file
		l.catalog.Licences = append(l.catalog.Licences, one)
	}
}

// licences checks that plans and products are named once and name what is
// there.
func (c *checker) licences() {
	known := newLicenceIndex(c.catalog)
	for i := range c.catalog.Licences {
		l := &c.catalog.Licences[i]
		c.provenance(l.Provenance, l.File, nil)
		for j, p := range l.Plans {
			at := []any{"plans", j}
			c.named("service plan", p.Plan, p.Name, l.File, at)
			for _, typ := range p.Services {
				if !c.defined[demarc.Fold(typ)] {
					c.problem(l.File, at, "type %q is not known", typ)
				}
			}
		}
		for j, p := range l.Products {
			at := []any{"products", j}
			c.named("product", p.Product, p.Name, l.File, at)
			for _, plan := range p.Plans {
				if _, ok := withRest(known.plans, demarc.Fold(plan)); !ok {
					c.problem(l.File, at, "service plan %q is not known", plan)
				}
			}
		}
	}
}

func (c *checker) named(what, id, name, file string, at []any) {
	if strings.TrimSuffix(id, "*") == "" || name == "" {
		c.problem(file, at, "a %s needs an id and a name", what)
	}
	c.unique(what+" "+demarc.Fold(id), file, at)
}
