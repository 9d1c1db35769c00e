package access

import (
	"slices"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/slots"
)

// gather reads the conditions of one policy. What cannot be read or is not
// evaluated leaves a mark.
type gather struct {
	values *slots.Values
	marks  []string // in words
	blind  bool     // something could not be read
}

// at is the value of a property.
func (g *gather) at(path string) demarc.Value {
	if g.values == nil {
		return demarc.Value{}
	}
	return g.values.At(g.values.Plan().Slot("properties." + path))
}

// mark keeps that something could not be read.
func (g *gather) mark(path string) {
	g.blind = true
	g.marks = append(g.marks, path[strings.LastIndexByte(path, '.')+1:])
}

// whole reports whether the objects around a property are objects or absent.
// PowerShell cuts them to texts when it converts too few levels.
func (g *gather) whole(path string) bool {
	for i := strings.LastIndexByte(path, '.'); i > 0; i = strings.LastIndexByte(path[:i], '.') {
		v := g.at(path[:i])
		switch v.Kind() {
		case demarc.KindObject, demarc.KindMissing, demarc.KindNull:
		case demarc.KindUnknown, demarc.KindBool, demarc.KindNumber, demarc.KindText, demarc.KindList:
			if v.Kind() != demarc.KindText || v.Text() != "" {
				return false
			}
		}
	}
	return true
}

// list are the texts of a property, folded. Where there is one text in place
// of a list, it is the list in one line.
func (g *gather) list(path string) []string {
	v := g.at(path)
	var all []string
	switch v.Kind() {
	case demarc.KindMissing, demarc.KindNull:
		if !g.whole(path) {
			g.mark(path)
		}
	case demarc.KindText:
		all = strings.FieldsFunc(demarc.Fold(v.Text()), func(r rune) bool { return r == ',' || r == ' ' || r == ';' })
		if slices.ContainsFunc(all, cutOff) {
			g.mark(path)
			return nil
		}
	case demarc.KindList:
		for _, e := range v.Elements() {
			if e.Kind() != demarc.KindText {
				g.mark(path)
				continue
			}
			all = append(all, demarc.Fold(e.Text()))
		}
	case demarc.KindUnknown, demarc.KindBool, demarc.KindNumber, demarc.KindObject:
		g.mark(path)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// cutOff reports whether a text is the name of what was cut off.
func cutOff(text string) bool {
	return strings.HasPrefix(text, "system.") || strings.HasPrefix(text, "microsoft.graph.") || strings.HasPrefix(text, "@{")
}

// word is the one word of a property, folded; "" when there is none.
func (g *gather) word(path string) string {
	v := g.at(path)
	switch v.Kind() {
	case demarc.KindText:
		return demarc.Fold(v.Text())
	case demarc.KindMissing, demarc.KindNull:
		if !g.whole(path) {
			g.mark(path)
		}
	case demarc.KindUnknown, demarc.KindBool, demarc.KindNumber, demarc.KindList, demarc.KindObject:
		g.mark(path)
	}
	return ""
}

// policy reads a Conditional Access policy.
func (g *gather) policy(r *Rule) {
	switch g.word("state") {
	case "enabled":
		r.on = demarc.True
	case "disabled", "enabledforreportingbutnotenforced":
		r.on = demarc.False
	}
	g.users(r)
	r.vague = g.blind
	g.applications(r)
	g.circumstances(r)
	g.grant(&r.grant)
	r.blind = g.blind
	if len(g.marks) > 0 {
		r.open = "not evaluated: " + several(g.marks)
	}
}

// applications reads what a policy is about.
func (g *gather) applications(r *Rule) {
	const of = "conditions.applications."
	r.apps = set{g.list(of + "includeApplications"), g.list(of + "excludeApplications")}
	r.actions = g.list(of + "includeUserActions")
	r.contexts = len(g.list(of+"includeAuthenticationContextClassReferences")) > 0
	if g.word(of+"applicationFilter.rule") != "" {
		r.filter = g.word(of + "applicationFilter.mode")
		if r.filter != "include" {
			r.filter = "exclude"
		}
	}
}

// circumstances reads under which conditions a policy counts.
func (g *gather) circumstances(r *Rule) {
	r.clients = g.list("conditions.clientAppTypes")
	r.platforms = set{g.list("conditions.platforms.includePlatforms"), g.list("conditions.platforms.excludePlatforms")}
	r.locations = set{g.list("conditions.locations.includeLocations"), g.list("conditions.locations.excludeLocations")}
	r.signInRisk = g.list("conditions.signInRiskLevels")
	r.userRisk = g.list("conditions.userRiskLevels")
	r.flows = g.list("conditions.authenticationFlows.transferMethods")
	r.insider = len(g.list("conditions.insiderRiskLevels")) > 0
	r.workloads = len(g.list("conditions.servicePrincipalRiskLevels"))+len(g.list("conditions.clientApplications.includeServicePrincipals")) > 0
	if g.word("conditions.devices.deviceFilter.rule") != "" {
		g.marks = append(g.marks, "a filter of devices")
	}
	if included := g.list("conditions.devices.includeDevices"); len(included) > 0 && !slices.Contains(included, "all") {
		g.marks = append(g.marks, "includeDevices")
	}
	if len(g.list("conditions.devices.excludeDevices")) > 0 {
		g.marks = append(g.marks, "excludeDevices")
	}
}
