package redact

import (
	"strings"

	"github.com/demarc-dev/demarc"
)

// behind are the words of ids behind which a name stands.
var behind = map[string]kind{
	"subscriptions": aSubscription, "resourcegroups": aGroup, "tenants": aTenant, "sites": aSite, "managementgroups": aManagementGroup,
}

// ID replaces the names in the id of a resource or scope.
func (r *Redactor) ID(id string) string { return r.id(id) }

// id replaces the names in an id and leaves its shape. An id that begins with
// a slash is one of Azure or of a scope; others are made of a type and names.
func (r *Redactor) id(id string) string {
	segments := strings.Split(id, "/")
	if strings.HasPrefix(id, "/") {
		r.segments(segments)
	} else {
		r.plain(segments)
	}
	return strings.Join(segments, "/")
}

// expected is what a segment of an id must be by those in front of it.
type expected uint8

const (
	aWord expected = iota
	aNameBehind
	aNamespace
	aType
	aChild // the name behind a type
)

// segments replaces the names between the words of an id of Azure: behind
// "providers" comes a namespace, then types and names by turns.
func (r *Redactor) segments(list []string) {
	next, k := aWord, aResource
	for i, s := range list {
		folded := demarc.Fold(s)
		switch {
		case s == "":
		case next == aNameBehind:
			list[i], next = r.name(k, s), aWord
		case next == aNamespace:
			next = aType
		case next == aChild:
			list[i], next = r.name(k, s), aType
		case folded == "providers":
			next = aNamespace
		case next == aType:
			next, k = aChild, aResource
			if behind[folded] == aManagementGroup {
				k = aManagementGroup
			}
		case isWord(folded):
			next, k = aNameBehind, behind[folded]
		default:
			list[i] = r.name(aResource, s)
		}
	}
}

func isWord(folded string) bool {
	_, ok := behind[folded]
	return ok
}

// plain replaces the names of an id that is made of words of its type and
// names, such as onprem/berlin/server/file-01, or that ends in its type, such
// as tenants/<guid>/m365/exchange-online.
func (r *Redactor) plain(list []string) {
	first := 0
	for first < len(list) && r.types[demarc.Fold(list[first])] {
		first++
	}
	if first+1 < len(list) && demarc.Fold(list[first]) == "tenants" {
		list[first+1] = r.name(aTenant, list[first+1])
		first += 2
	}
	end := len(list)
	for i := first; i < len(list)-1; i++ {
		if r.words[demarc.Fold(strings.Join(list[i:], "/"))] { // a type
			end = i
			break
		}
	}
	for i := first; i < end; i++ {
		if kind := i < end-1 && r.types[demarc.Fold(list[i])]; !kind {
			list[i] = r.name(aResource, list[i])
		}
	}
}

// resourceName replaces the name of a resource as its id has it: that of a
// child is made of several.
func (r *Redactor) resourceName(s string) string {
	if r.words[demarc.Fold(s)] {
		return s // the display name of a service that a tenant has once
	}
	pieces := strings.Split(s, "/")
	for i := range pieces {
		pieces[i] = r.name(aResource, pieces[i])
	}
	return strings.Join(pieces, "/")
}

var scopeKinds = [...]kind{
	demarc.OrganisationScope: anEstate, demarc.TenantScope: aTenant, demarc.ManagementGroupScope: aManagementGroup,
	demarc.SubscriptionScope: aSubscription, demarc.ResourceGroupScope: aGroup, demarc.SiteScope: aSite,
}

// path replaces folders and file in a path; how a file ends stays.
func (r *Redactor) path(p string) string {
	if p == "" || p == "-" {
		return p
	}
	segments := strings.FieldsFunc(p, func(c rune) bool { return c == '/' || c == '\\' })
	for i, s := range segments {
		switch {
		case s == "." || s == ".." || demarc.EqualFold(s, "demarc.yaml"):
		case i < len(segments)-1:
			segments[i] = r.name(aFolder, s)
		default:
			segments[i] = r.name(aFile, s) + ending(s)
		}
	}
	joined := strings.Join(segments, "/")
	if p[0] == '/' {
		joined = "/" + joined
	}
	return joined
}

// ending is the end of a file's name that says what it is, such as ".json".
func ending(name string) string {
	i := strings.LastIndexByte(name, '.')
	if i < 0 || len(name)-i > 6 {
		return ""
	}
	for _, c := range name[i+1:] {
		if c|0x20 < 'a' || c|0x20 > 'z' {
			return ""
		}
	}
	return strings.ToLower(name[i:])
}
