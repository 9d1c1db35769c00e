package assess

// Named are the names that only documents and statements of the organisation
// give, in no order: parties, workloads, owners, contracts, who
// holds access, who approves and who attests.
func (s *Settled) Named() []string {
	o := &s.line.options
	list := []string{o.Name}
	for _, p := range o.Parties {
		list = append(list, p.ID, p.Name)
	}
	for _, w := range o.Workloads {
		list = append(list, w.Name)
	}
	for _, r := range o.OwnerRules {
		list = append(list, r.Owner)
	}
	for _, d := range o.Delegations {
		list = append(list, d.Party, d.Contract)
	}
	if d, ok := s.Verdicts.(*docket); ok {
		list = append(list, d.named()...)
	}
	return list
}

func (d *docket) named() []string {
	var list []string
	for _, a := range d.accesses {
		list = append(list, a.Name, a.Tenant)
	}
	for i := range d.exceptions {
		list = append(list, d.exceptions[i].Approver, d.exceptions[i].Owner)
	}
	for i := range d.assurances {
		list = append(list, d.assurances[i].ID, d.assurances[i].Document)
	}
	for _, r := range d.roles {
		list = append(list, r.Name)
	}
	return list
}
