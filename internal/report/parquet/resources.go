package parquet

import (
	"iter"

	"github.com/demarc-dev/demarc"
)

// resource is a row of the table of resources.
type resource struct {
	ID              string  `parquet:"id"`                            // its own id as it was spelled; see idMadeUp
	FoldedID        string  `parquet:"foldedId"`                      // the id as ids are compared, to join with what spells it in another way; rows are sorted by it
	Name            string  `parquet:"name"`                          // its name
	Type            string  `parquet:"type,dict"`                     // its type
	Scope           string  `parquet:"scope,optional,dict"`           // id of the innermost scope that it hangs in; null when the input does not say
	Tenant          string  `parquet:"tenant,optional,dict"`          // id of the tenant around it; null when nobody says
	ManagementGroup string  `parquet:"managementGroup,optional,dict"` // id of the nearest management group around it; null when nobody says
	Subscription    string  `parquet:"subscription,optional,dict"`    // id of the subscription around it; null where there is none
	ResourceGroup   string  `parquet:"resourceGroup,optional,dict"`   // id of the resource group around it; null where there is none
	Site            string  `parquet:"site,optional,dict"`            // id of the site around it; null where there is none
	Workload        string  `parquet:"workload,optional,dict"`        // the workload that it belongs to; null for none
	Owner           owner   `parquet:"owner"`                         // who answers for it as a whole; of a single responsibility see verdicts
	Provider        string  `parquet:"provider,optional,dict"`        // party that runs the cloud or the room it is in; null when not known
	ServiceModel    string  `parquet:"serviceModel,dict"`             // on-premises, iaas, paas, saas, or unknown: nobody knows what it is
	Role            string  `parquet:"role,dict"`                     // workload, part, configuration, control-plane, provider-managed or third-party
	PartOf          string  `parquet:"partOf,optional,dict"`          // id of the resource that it is a piece of; null for none
	Facets          []facet `parquet:"facets,list"`                   // its parts with an own division
	Seen            string  `parquet:"seen,dict"`                     // how much of it the input showed: none, in-evidence, partial, declared or full
	Rule            rule    `parquet:"rule"`                          // what decided what it is
	Likely          bool    `parquet:"likely"`                        // a property that was not seen could change what it is
	Division        string  `parquet:"division,optional,dict"`        // who does what about it: division of the table cells; null where the role has no rows
	IDMadeUp        bool    `parquet:"idMadeUp"`                      // the input has no id, and this one was made up
	Standing        string  `parquet:"standing,dict"`                 // there, conditional or leaving; only what is there is counted
}

// facet is a part of a resource.
type facet struct {
	ID           string `parquet:"id,dict"`           // its word
	ServiceModel string `parquet:"serviceModel,dict"` // its own service model
}

// rule is one piece of knowledge.
type rule struct {
	Name     string `parquet:"name,optional,dict"`    // file and id in it; null when no rule knows the type
	Source   string `parquet:"source,optional,dict"`  // public page that says so
	Checked  int32  `parquet:"checked,optional,date"` // day on which it was compared with its source
	Reviewed bool   `parquet:"reviewed"`              // for this very type; false for a default
}

// owner is who answers for something.
type owner struct {
	Name  string `parquet:"name,optional,dict"`  // person, team or role; null when nobody does
	Party string `parquet:"party,optional,dict"` // inside which party; null when nobody does
	Basis string `parquet:"basis,dict"`          // how that was found: rule, resource-tag, scope-tag, delegation, default-role (a role, not a name) or none
	From  string `parquet:"from,optional,dict"`  // the tag, the rule's place, the role's source
}

func ownerOf(o *demarc.Owner) owner {
	return owner{Name: text(o.Name), Party: text(o.Party), Basis: o.Basis.String(), From: text(o.From)}
}

// resources are the resources in order of their folded ids.
func resources(a *demarc.Assessment) iter.Seq[*resource] {
	return func(yield func(*resource) bool) {
		w := &resourceWriter{facets: map[*demarc.Answer][]facet{}}
		briefs(a, func(i int, b *demarc.Brief) bool {
			w.fill(a.Resources[i])
			w.row.Workload, w.row.Owner = text(b.Workload), ownerOf(&b.Owner)
			return yield(&w.row)
		})
	}
}

// briefs visits all resources, also of an assessment without verdicts.
func briefs(a *demarc.Assessment, visit func(int, *demarc.Brief) bool) {
	if a.Verdicts != nil {
		a.Verdicts.Briefs(0, len(a.Resources), visit)
		return
	}
	for i := range a.Resources {
		if !visit(i, &demarc.Brief{}) {
			return
		}
	}
}

// resourceWriter writes one row after the other.
type resourceWriter struct {
	row    resource
	at     surroundings
	facets map[*demarc.Answer][]facet
}

func (w *resourceWriter) fill(r *demarc.Assessed) {
	w.at.move(r.Scope)
	w.row = resource{
		ID: text(r.ID), FoldedID: text(demarc.Fold(r.ID)), Name: text(r.Name), Type: text(r.Type), PartOf: text(r.PartOf),
		Scope: w.at.id, Tenant: w.at.kinds[demarc.TenantScope], ManagementGroup: w.at.kinds[demarc.ManagementGroupScope],
		Subscription: w.at.kinds[demarc.SubscriptionScope], ResourceGroup: w.at.kinds[demarc.ResourceGroupScope], Site: w.at.kinds[demarc.SiteScope],
		Seen: r.Seen.String(), IDMadeUp: r.MadeUp, Standing: r.Standing.String(),
	}
	w.answer(r.Answer)
}

func (w *resourceWriter) answer(a *demarc.Answer) {
	w.row.Provider, w.row.ServiceModel, w.row.Role, w.row.Likely = text(a.Provider), a.Model.String(), a.Role.String(), a.Likely
	w.row.Facets = w.facetsOf(a)
	if a.Rule != nil {
		w.row.Rule = rule{Name: text(a.Rule.ID), Source: text(a.Rule.Source), Checked: parsedDay(a.Rule.Checked), Reviewed: a.Rule.Reviewed}
	}
	if a.Division != nil {
		w.row.Division = a.Division.ID
	}
}

func (w *resourceWriter) facetsOf(a *demarc.Answer) []facet {
	made, ok := w.facets[a]
	if !ok {
		for _, f := range a.Facets {
			made = append(made, facet{ID: text(f.ID), ServiceModel: f.Model.String()})
		}
		w.facets[a] = made
	}
	return made
}
