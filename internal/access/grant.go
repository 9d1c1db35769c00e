package access

import (
	"slices"

	"github.com/demarc-dev/demarc"
)

// grant is what a policy asks before it lets somebody in.
type grant struct {
	all      bool // all controls, not one of them
	vague    bool // how the controls combine was not seen
	controls []string
	strength strength
	others   int // terms of use and controls of third parties
}

// strength is an authentication strength.
type strength struct {
	set           bool
	mfa, phishing demarc.Truth
}

func (g *gather) grant(into *grant) {
	const of = "grantControls."
	into.controls = g.list(of + "builtInControls")
	into.others = len(g.list(of+"termsOfUse")) + len(g.list(of+"customAuthenticationFactors"))
	into.strength = g.strength(of + "authenticationStrength.")
	switch g.word(of + "operator") {
	case "and":
		into.all = true
	case "or":
	default:
		into.vague = true
	}
}

// strength reads an authentication strength: one of Microsoft's by its id, one
// of the tenant's own by what Graph shows of it.
func (g *gather) strength(of string) strength {
	id, satisfies, methods := g.word(of+"id"), g.word(of+"requirementsSatisfied"), g.list(of+"allowedCombinations")
	s := strength{set: id != "" || satisfies != "" || len(methods) > 0}
	switch id {
	case strengthPhishing:
		s.mfa, s.phishing = demarc.True, demarc.True
		return s
	case strengthMFA, strengthPasswordless:
		s.mfa, s.phishing = demarc.True, demarc.False
		return s
	}
	switch satisfies {
	case "mfa":
		s.mfa = demarc.True
	case "none":
		s.mfa = demarc.False
	}
	if len(methods) > 0 {
		weak := slices.ContainsFunc(methods, func(m string) bool { return !phishingResistant[m] })
		s.phishing = demarc.TruthOf(!weak)
		if !weak {
			s.mfa = demarc.True
		}
	}
	return s
}

// demand says whether a control is a kind of what is demanded.
type demand struct {
	control  func(name string) demarc.Truth
	strength func(strength) demarc.Truth
}

// meets says whether a grant asks for what is demanded, whichever of its
// controls somebody chooses. Blocking lets nobody in, and so meets everything.
func (g *grant) meets(d demand) demarc.Truth {
	if slices.Contains(g.controls, "block") {
		return demarc.True
	}
	each := make([]demarc.Truth, 0, len(g.controls)+2)
	for _, name := range g.controls {
		each = append(each, d.control(name))
	}
	if g.strength.set {
		each = append(each, d.strength(g.strength))
	}
	if g.others > 0 {
		each = append(each, demarc.False)
	}
	if len(each) == 0 {
		return demarc.False
	}
	one, all := each[0], each[0]
	for _, t := range each[1:] {
		one, all = one.Or(t), all.And(t)
	}
	switch {
	case g.all:
		return one // all are asked for: one of them is enough
	case g.vague && one != all:
		return demarc.MaybeTrue
	}
	return all // somebody chooses: each must do
}

// among says whether a control is one of some. The word that Graph writes for
// controls that came later says nothing.
func among(names ...string) func(string) demarc.Truth {
	return func(name string) demarc.Truth {
		if name == "unknownfuturevalue" {
			return demarc.MaybeTrue
		}
		return demarc.TruthOf(slices.Contains(names, name))
	}
}

func never(strength) demarc.Truth { return demarc.False }

// The demands.
var (
	multifactor = demand{among("mfa"), func(s strength) demarc.Truth { return s.mfa }}
	phishing    = demand{among(), func(s strength) demarc.Truth { return s.phishing }}
	managed     = demand{among("compliantdevice", "domainjoineddevice"), never}
	blocked     = demand{among(), never}
	remedied    = demand{among("passwordchange", "riskremediation"), never}
	guarded     = demand{among("mfa", "compliantdevice", "domainjoineddevice"), func(s strength) demarc.Truth { return s.mfa }}
)
