// Package demarc holds the words of Demarc: what an estate is made of and
// what is said about it. Every other package speaks in these words.
//
// An estate is read as [Resource] values that hang in a tree of [Scope]
// values. Each resource is classified (an [Answer]: service model, role,
// facets) and divided (a [Division]: for every [Area] the [Party] values that
// are responsible, each with its half). The whole is an [Assessment].
//
// The package has the words and their small methods only. It reads nothing,
// decides nothing and imports nothing but the standard library.
package demarc
