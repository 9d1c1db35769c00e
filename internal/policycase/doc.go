// Package policycase runs cases of the policy language: a rule with a resource
// and the effect it must have, a function with the value it must give. The
// cases may be Demarc's own, a team's or those of a public suite.
package policycase
