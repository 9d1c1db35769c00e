package assess

import (
	"time"

	"github.com/demarc-dev/demarc"
)

// requirements finds what the organisation demands: of a workload, else of its
// class of data, else of the class that a resource's tag names. Above all
// workloads the strictest of each counts.
type requirements struct {
	byID      map[string]*demarc.Requirement // folded workload or data class
	classes   map[string]string              // folded workload -> data class
	strictest *demarc.Requirement
}

func newRequirements(o *Options) requirements {
	r := requirements{byID: map[string]*demarc.Requirement{}, classes: map[string]string{}}
	for i := range o.Requirements {
		r.byID[demarc.Fold(o.Requirements[i].ID)] = &o.Requirements[i]
	}
	for _, w := range o.Workloads {
		r.classes[demarc.Fold(w.Name)] = w.DataClass
	}
	if len(o.Requirements) > 0 {
		r.strictest = strictest(o.Requirements)
	}
	return r
}

// named is the requirement of a workload or a class of data.
func (r *requirements) named(workload, class string) *demarc.Requirement {
	if len(r.byID) == 0 {
		return nil
	}
	for _, id := range [...]string{workload, r.classes[demarc.Fold(workload)], class} {
		if found := r.byID[demarc.Fold(id)]; found != nil && id != "" {
			return found
		}
	}
	return nil
}

// of is the requirement that holds for a resource, nil for none.
func (r *requirements) of(d *docket, o *observed) *demarc.Requirement {
	if len(r.byID) == 0 {
		return nil
	}
	return r.named(d.above(o, func(b *belonging) string { return b.workload }), d.above(o, func(b *belonging) string { return b.dataClass }))
}

// ofInstance is the requirement that holds for what exists above resources.
func (r *requirements) ofInstance(i *instance) *demarc.Requirement {
	if i.level == demarc.WorkloadLevel {
		return r.named(i.workload, "")
	}
	return r.strictest
}

// strictest puts the strictest demands of all requirements together.
func strictest(all []demarc.Requirement) *demarc.Requirement {
	s := demarc.Requirement{ID: "the strictest of all", PatchWindow: map[demarc.Severity]time.Duration{}}
	for i := range all {
		r := &all[i]
		for severity, window := range r.PatchWindow {
			s.PatchWindow[severity] = shorter(s.PatchWindow[severity], window)
		}
		s.RecoveryPoint = shorter(s.RecoveryPoint, r.RecoveryPoint)
		s.RecoveryTime = shorter(s.RecoveryTime, r.RecoveryTime)
		s.RetentionMin = max(s.RetentionMin, r.RetentionMin)
		s.RetentionMax = shorter(s.RetentionMax, r.RetentionMax)
	}
	if s.RetentionMax != 0 && s.RetentionMin > s.RetentionMax {
		s.RetentionMin, s.RetentionMax = 0, 0 // nothing keeps both, so neither is demanded of what all share
	}
	return &s
}

// shorter is the shorter of two times, of which zero means none.
func shorter(a, b time.Duration) time.Duration {
	if a == 0 || b != 0 && b < a {
		return b
	}
	return a
}
