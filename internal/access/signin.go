package access

import (
	"slices"

	"github.com/demarc-dev/demarc"
)

// signIn is one kind of sign-in. An empty text stands for any that no policy
// tells apart.
type signIn struct {
	app        string
	client     string
	platform   string
	places     []string // named locations that it comes from
	crowded    bool     // policies name too many locations to tell them apart
	unsure     bool     // nobody knows whether there are such sign-ins
	signInRisk string
	userRisk   string
}

// candidate is a policy that may cover the sign-ins at hand.
type candidate struct {
	rule  *Rule
	truth demarc.Truth // true or open
}

// dimension is a property of sign-ins that policies tell apart.
type dimension struct {
	// kinds are the sign-ins that differ from each other for the candidates,
	// each made from the one at hand.
	kinds func(e *evaluation, all []candidate, s signIn) []signIn
	// covers says whether a policy counts for a sign-in, as far as the
	// dimension goes.
	covers func(e *evaluation, r *Rule, s *signIn) demarc.Truth
	// free reports whether a policy does not look at the dimension.
	free func(e *evaluation, r *Rule) bool
}

// dimensions are all of them, in the order in which sign-ins are split.
var dimensions = [...]dimension{
	{clientKinds, coversClient, func(_ *evaluation, r *Rule) bool { return len(r.clients) == 0 || slices.Contains(r.clients, "all") }},
	{platformKinds, coversPlatform, func(_ *evaluation, r *Rule) bool { return r.platforms.empty() }},
	{appKinds, coversApp, func(e *evaluation, r *Rule) bool {
		if e.want.action != "" {
			return slices.Contains(r.actions, e.want.action)
		}
		return slices.Contains(r.apps.include, "all") && len(r.apps.exclude) == 0 && r.filter == ""
	}},
	{placeKinds, coversPlace, func(_ *evaluation, r *Rule) bool { return r.locations.empty() }},
	{signInRiskKinds, coversSignInRisk, func(_ *evaluation, r *Rule) bool { return len(r.signInRisk) == 0 }},
	{userRiskKinds, coversUserRisk, func(_ *evaluation, r *Rule) bool { return len(r.userRisk) == 0 }},
}

// The words of clients and platforms, folded.
var (
	clientTypes = []string{"browser", "mobileappsanddesktopclients", "exchangeactivesync", "other"}
	legacy      = []string{"exchangeactivesync", "other"}
	// What a platform is called that no policy can name is anybody's to choose:
	// it is what the client says about itself.
	platformTypes = []string{"android", "ios", "windows", "macos", "linux", "other"}
	riskLevels    = []string{"none", "low", "medium", "high"}
)

// each makes a sign-in of each of some words.
func each(s signIn, words []string, set func(*signIn, string)) []signIn {
	all := make([]signIn, 0, len(words))
	for _, word := range words {
		next := s
		set(&next, word)
		all = append(all, next)
	}
	return all
}

// tell reports whether a candidate looks at a dimension.
func tell(all []candidate, looks func(*Rule) bool) bool {
	return slices.ContainsFunc(all, func(c candidate) bool { return looks(c.rule) })
}

func clientKinds(e *evaluation, all []candidate, s signIn) []signIn {
	if !tell(all, func(r *Rule) bool { return len(r.clients) > 0 && !slices.Contains(r.clients, "all") }) {
		return []signIn{s}
	}
	words := clientTypes
	if e.want.clients != nil {
		words = e.want.clients
	}
	return each(s, words, func(s *signIn, word string) { s.client = word })
}

func coversClient(_ *evaluation, r *Rule, s *signIn) demarc.Truth {
	switch {
	case len(r.clients) == 0, slices.Contains(r.clients, "all"), slices.Contains(r.clients, s.client):
		return demarc.True
	case s.client == "exchangeactivesync" && slices.Contains(r.clients, "eassupported"), slices.Contains(r.clients, "unknownfuturevalue"):
		return demarc.MaybeTrue
	}
	return demarc.False
}

func platformKinds(_ *evaluation, all []candidate, s signIn) []signIn {
	if !tell(all, func(r *Rule) bool { return !r.platforms.empty() }) {
		return []signIn{s}
	}
	return each(s, platformTypes, func(s *signIn, word string) { s.platform = word })
}

func coversPlatform(_ *evaluation, r *Rule, s *signIn) demarc.Truth {
	if r.platforms.empty() {
		return demarc.True
	}
	included := slices.Contains(r.platforms.include, "all") || slices.Contains(r.platforms.include, s.platform)
	return demarc.TruthOf(included && !slices.Contains(r.platforms.exclude, s.platform))
}

// groupsOfApps are words that stand for many applications.
var groupsOfApps = []string{"office365", "microsoftadminportals"}

func appKinds(e *evaluation, all []candidate, s signIn) []signIn {
	if e.want.app != "" || e.want.action != "" {
		s.app = e.want.app
		return []signIn{s}
	}
	words := []string{""}
	for _, c := range all {
		words = append(words, c.rule.apps.exclude...)
	}
	slices.Sort(words)
	return each(s, slices.Compact(words), func(s *signIn, word string) { s.app = word })
}

func coversApp(e *evaluation, r *Rule, s *signIn) demarc.Truth {
	if e.want.action != "" {
		return demarc.TruthOf(slices.Contains(r.actions, e.want.action))
	}
	included, excluded := amongApps(r.apps.include, s.app), amongApps(r.apps.exclude, s.app)
	if slices.Contains(r.apps.include, "all") {
		included = demarc.True
	}
	switch r.filter {
	case "include":
		included = included.Or(demarc.MaybeTrue)
	case "exclude":
		excluded = excluded.Or(demarc.MaybeTrue)
	}
	return included.And(excluded.Not())
}

// amongApps says whether an application is among some. Which applications a word
// for many stands for is not told.
func amongApps(apps []string, app string) demarc.Truth {
	switch {
	case app == "":
		return demarc.False
	case slices.Contains(apps, app):
		return demarc.True
	case slices.Contains(groupsOfApps, app):
		return demarc.False
	case slices.ContainsFunc(apps, func(a string) bool { return slices.Contains(groupsOfApps, a) }):
		return demarc.MaybeTrue
	}
	return demarc.False
}

func signInRiskKinds(e *evaluation, all []candidate, s signIn) []signIn {
	set := func(s *signIn, word string) { s.signInRisk = word }
	if e.want.signInRisk != nil {
		return each(s, e.want.signInRisk, set)
	}
	if !tell(all, func(r *Rule) bool { return len(r.signInRisk) > 0 }) {
		return []signIn{s}
	}
	return each(s, riskLevels, set)
}

func coversSignInRisk(_ *evaluation, r *Rule, s *signIn) demarc.Truth {
	return demarc.TruthOf(len(r.signInRisk) == 0 || slices.Contains(r.signInRisk, s.signInRisk))
}

func userRiskKinds(e *evaluation, all []candidate, s signIn) []signIn {
	set := func(s *signIn, word string) { s.userRisk = word }
	if e.want.userRisk != nil {
		return each(s, e.want.userRisk, set)
	}
	if !tell(all, func(r *Rule) bool { return len(r.userRisk) > 0 }) {
		return []signIn{s}
	}
	return each(s, riskLevels, set)
}

func coversUserRisk(_ *evaluation, r *Rule, s *signIn) demarc.Truth {
	return demarc.TruthOf(len(r.userRisk) == 0 || slices.Contains(r.userRisk, s.userRisk))
}
