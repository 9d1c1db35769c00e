// Package access is the station that says what Conditional Access, security
// defaults and role assignments enforce. No tool's verdict is needed for it:
// the rules themselves are the evidence. It stands between the inputs and the
// judge, decides nothing about responsibilities, and gives findings that name
// a check of the tools conditional-access and azure-rbac.
//
// # Conditional Access
//
// A policy counts when its state is "enabled". One in report-only mode enforces
// nothing, and neither does one that is off. It covers the sign-ins of the
// users, applications, client types, platforms, locations and risk levels that
// it includes, without those that it excludes; several policies cover what any
// of them covers. Blocking a sign-in covers it for every demand.
//
// A demand is met where all sign-ins that it is about are covered. Which groups
// people are in, and which people are named, is not in the files: an exclusion
// is a hole that may be empty or not, unless another policy covers what is left
// out. So it leaves the answer unknown (memberships not seen), whatever the
// group is called. A hole that is certain, such as an application that is left
// out, a platform that is not named or trusted locations, is a fail, but only
// where the list of policies is whole: a folder of single policies may lack the
// one that closes the hole. A list is whole when Graph answered it without a
// next page, or when it was seen together with the record of security defaults.
// Without any policy and without that record nothing is said at all.
//
// # Role assignments
//
// What is found is certain: four owners are too many, whatever else there is.
// What is not found counts only where a whole list shows what a subscription
// inherits, too. Who is in a group is not known, so a count with groups is a
// lower bound.
package access

import (
	"slices"
	"strings"

	"github.com/demarc-dev/demarc"
)

// The tools whose checks are decided here.
const (
	ConditionalAccess = "conditional-access"
	AzureRBAC         = "azure-rbac"
)

// Input is what was read of one tenant and its subscriptions, in any order.
type Input struct {
	Tenant      string // scope id of the tenant, "" when the files do not tell it
	Rules       []Rule // of the directory, see [Read]
	Listings    []demarc.Listing
	Assignments []demarc.RoleAssignment // in Azure, eligibilities included
	// Above tells whether a management group lies above a subscription, both as
	// scope ids. It may be nil.
	Above func(group, subscription string) demarc.Truth
}

// Finding is what was found out about one check of one scope.
type Finding struct {
	Tool, Check string
	Title       string
	Scope       string // id of the tenant or subscription, "" for the tenant that the files do not name
	Outcome     demarc.Outcome
	Reason      demarc.Reason // of an unknown outcome
	Detail      string        // in words: what decided, what is left out, what is not known
	Rules       []string      // ids of the policies that had a part in it, sorted
	Places      []demarc.Place
}

// Decide finds out what is enforced. The order of its input does not matter;
// findings come by scope and check.
func Decide(in Input) []Finding {
	found := append(directory(&in), subscriptions(&in)...)
	slices.SortStableFunc(found, func(a, b Finding) int {
		if c := demarc.CompareFold(a.Scope, b.Scope); c != 0 {
			return c
		}
		return strings.Compare(a.Tool+":"+a.Check, b.Tool+":"+b.Check)
	})
	return found
}

// most is how many things are named in a text; the rest is counted.
const most = 5

// several writes a list for a person, sorted, each once.
func several(things []string) string {
	things = slices.Clone(things)
	slices.Sort(things)
	things = slices.Compact(things)
	if n := len(things) - most; n > 0 {
		return strings.Join(things[:most], ", ") + " and " + number(n) + " more"
	}
	return strings.Join(things, ", ")
}
