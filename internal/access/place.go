package access

import (
	"slices"

	"github.com/demarc-dev/demarc"
)

// trustedPlaces stands for all named locations that are marked as trusted.
const trustedPlaces = "alltrusted"

// mostPlaces is how many named locations are told apart: a sign-in may come
// from any of them at once.
const mostPlaces = 5

// placeKinds are the sign-ins from each combination of the locations that
// policies name. Locations may overlap.
func placeKinds(e *evaluation, all []candidate, s signIn) []signIn {
	var refs []string
	for _, c := range all {
		refs = append(append(refs, c.rule.locations.include...), c.rule.locations.exclude...)
	}
	slices.Sort(refs)
	refs = slices.DeleteFunc(slices.Compact(refs), func(ref string) bool { return ref == "all" })
	if len(refs) > mostPlaces {
		s.crowded = true
		return []signIn{s}
	}
	var kinds []signIn
	for bits := range 1 << len(refs) {
		next := s
		next.places = nil
		for i, ref := range refs {
			if bits&(1<<i) != 0 {
				next.places = append(next.places, ref)
			}
		}
		if e.relevant(next.places, refs) {
			next.unsure = !e.certain(next.places, refs)
			kinds = append(kinds, next)
		}
	}
	return kinds
}

// relevant reports whether there can be sign-ins from these places, and no
// others that policies name, about which the demand is.
func (e *evaluation) relevant(places, refs []string) bool {
	trusted := slices.Contains(places, trustedPlaces)
	for _, p := range places {
		if e.trusted[p] == demarc.True {
			if e.want.outside || slices.Contains(refs, trustedPlaces) && !trusted {
				return false
			}
		}
	}
	return !trusted || !e.want.outside
}

// certain reports whether there surely are sign-ins from these places and from
// no others that policies name.
func (e *evaluation) certain(places, refs []string) bool {
	trusted := slices.Contains(places, trustedPlaces)
	switch {
	case len(places) == 0:
		return true
	case len(places) == 1 && trusted: // from a trusted place that no policy names
		for id, t := range e.trusted {
			if t == demarc.True && !slices.Contains(refs, id) {
				return true
			}
		}
		return false
	case len(places) == 1 && !slices.Contains(refs, trustedPlaces) && !e.want.outside:
		return true
	case len(places) == 1:
		return e.knows(places[0], demarc.False)
	case len(places) == 2 && trusted:
		named := places[0]
		if named == trustedPlaces {
			named = places[1]
		}
		return e.knows(named, demarc.True)
	}
	return false
}

// knows reports whether the files show that a location is trusted or not.
func (e *evaluation) knows(place string, trusted demarc.Truth) bool {
	t, ok := e.trusted[place]
	return ok && t == trusted
}

func coversPlace(_ *evaluation, r *Rule, s *signIn) demarc.Truth {
	switch {
	case r.locations.empty():
		return demarc.True
	case s.crowded:
		return demarc.MaybeTrue
	}
	among := func(refs []string) bool {
		return slices.ContainsFunc(refs, func(ref string) bool { return ref == "all" || slices.Contains(s.places, ref) })
	}
	return demarc.TruthOf(among(r.locations.include) && !among(r.locations.exclude))
}
