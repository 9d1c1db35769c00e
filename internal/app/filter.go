package app

import "github.com/demarc-dev/demarc"

// Filter narrows a list of resources; empty members want everything.
type Filter struct {
	Role, Model, Type string
}

// Compile makes a test of the filter, nil when it wants everything. It fails
// on a role or service model that does not exist.
func (f Filter) Compile() (func(*demarc.Assessed) bool, error) {
	if f == (Filter{}) {
		return nil, nil
	}
	var role demarc.Role
	var model demarc.ServiceModel
	var err error
	if f.Role != "" {
		if role, err = demarc.ParseRole(f.Role); err != nil {
			return nil, err
		}
	}
	if f.Model != "" {
		if model, err = demarc.ParseServiceModel(f.Model); err != nil {
			return nil, err
		}
	}
	return func(r *demarc.Assessed) bool {
		return (f.Role == "" || r.Answer.Role == role) &&
			(f.Model == "" || r.Answer.Model == model) &&
			(f.Type == "" || isType(r.Type, f.Type))
	}, nil
}

// isType compares types; the vendor that the list of resources leaves out may
// be left out here, too.
func isType(typ, want string) bool {
	return demarc.EqualFold(typ, want) || demarc.EqualFold(typ, "Microsoft."+want)
}
