// Package armexpr is the expression language of Azure Resource Manager
// templates and policies, evaluated without Azure. An expression is parsed
// once and evaluated against a [Host] that knows parameters, variables and
// what surrounds the deployment.
//
// It is three-valued: what cannot be known offline is an unknown [Value] with
// its reason, and an unknown text keeps the shape of what is known of it
// ("st{uniqueString(...)}"), so that a name with one unknown piece still tells
// the rest. Depth, steps and sizes are bounded by a [Budget]; an expression
// that asks for more fails with a reason and never takes the memory.
//
// The language is described at
// https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions
package armexpr
