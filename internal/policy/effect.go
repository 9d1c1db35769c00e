package policy

import "github.com/demarc-dev/demarc"

// Effect says what a rule does when its condition holds.
type Effect uint8

// The effects (https://learn.microsoft.com/azure/governance/policy/concepts/effect-basics).
const (
	UnknownEffect Effect = iota
	AddToNetworkGroup
	Append
	Audit
	AuditIfNotExists
	Deny
	DenyAction
	DeployIfNotExists
	Disabled
	ManualEffect
	Modify
	Mutate
	// DataPlaneEffect stands for the older effects of the data-plane modes.
	DataPlaneEffect
)

var effects = map[string]Effect{
	"addtonetworkgroup": AddToNetworkGroup, "append": Append, "audit": Audit, "auditifnotexists": AuditIfNotExists, "deny": Deny,
	"denyaction": DenyAction, "deployifnotexists": DeployIfNotExists, "disabled": Disabled, "manual": ManualEffect, "modify": Modify, "mutate": Mutate,
	"auditaction": DataPlaneEffect, "enforceopaconstraint": DataPlaneEffect, "enforceregopolicy": DataPlaneEffect, "enforcesetting": DataPlaneEffect,
}

// EffectOf reads the word of an effect, in any case.
func EffectOf(word string) Effect { return effects[demarc.Fold(word)] }

// seeks reports whether the effect looks for a related resource.
func (e Effect) seeks() bool { return e == AuditIfNotExists || e == DeployIfNotExists }
