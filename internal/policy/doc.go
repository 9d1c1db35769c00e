// Package policy is the station that evaluates Azure Policy without Azure. It
// reads definitions in Microsoft's own language, compiles them once for each
// resource type that occurs, and says of a resource whether it is compliant,
// non-compliant, not concerned, or unknown with a reason. It reads no files and
// knows no estate: resources come in as the values that were wished for.
//
// The language is described at
// https://learn.microsoft.com/azure/governance/policy/concepts/definition-structure-policy-rule
//
// # From text to verdict
//
// [Parse] checks a definition and keeps its condition as a tree. [Bind] gives it
// parameters. A [Rulebook] holds everything that is bound and makes a [Program]
// for a resource type when the first such resource comes by: type conditions
// and parameters are folded away, equal conditions become one node, and what
// remains of the fields becomes a list of wishes for the reader. Evaluating a
// resource is then a walk over nodes, each at most once.
//
// A condition is true, false, or cannot be told, with all the reasons why. That
// a property was not seen, that an alias is not known or that an expression
// failed makes a verdict unknown only where the rest of the condition does not
// decide it.
package policy
