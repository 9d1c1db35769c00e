package policy

import (
	"math/bits"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/armexpr"
)

// outcome is what is known of a condition: a truth in the low two bits, and of
// one that cannot be told all the reasons, a bit each.
type outcome uint16

const (
	maybe         = outcome(demarc.MaybeTrue)
	trueOutcome   = outcome(demarc.True)
	falseOutcome  = outcome(demarc.False)
	failedOutcome = outcome(1) << (truthBits + 1) // see reasons
	truthBits     = 2
	truthMask     = 1<<truthBits - 1
)

// reasons are those of unknown conditions, in the order in which they are told
// when there are several: what a person can mend first comes first.
var reasons = [...]demarc.Reason{
	demarc.ParameterNotSet,
	demarc.ExpressionFailed,
	demarc.AliasUnresolved,
	demarc.RequestTime,
	demarc.DataPlane,
	demarc.NotDeployedYet,
	demarc.PropertyNotSeen,
	demarc.NotCollected,
	demarc.NotPermitted,
	demarc.NoEvidence,
}

func outcomeOf(b bool) outcome {
	if b {
		return trueOutcome
	}
	return falseOutcome
}

// because is an outcome that cannot be told for one reason.
func because(r demarc.Reason) outcome {
	for i, one := range reasons {
		if one == r {
			return 1 << (truthBits + i)
		}
	}
	return failedOutcome
}

// unknownOf is the outcome of comparing what cannot be told.
func unknownOf(v armexpr.Value) outcome {
	if v.Failed() {
		if v.Reason() == string(demarc.ParameterNotSet) {
			return because(demarc.ParameterNotSet)
		}
		return failedOutcome
	}
	for i, one := range reasons {
		if string(one) == v.Reason() {
			return 1 << (truthBits + i)
		}
	}
	return because(demarc.NotDeployedYet)
}

func (o outcome) truth() demarc.Truth { return demarc.Truth(o & truthMask) }

// reason is the first of the reasons of an outcome that cannot be told.
func (o outcome) reason() demarc.Reason {
	if o.truth() != demarc.MaybeTrue {
		return demarc.NoReason
	}
	first := bits.TrailingZeros16(uint16(o >> truthBits))
	if first >= len(reasons) {
		return demarc.ExpressionFailed
	}
	return reasons[first]
}

func (o outcome) not() outcome {
	switch o {
	case trueOutcome:
		return falseOutcome
	case falseOutcome:
		return trueOutcome
	}
	return o
}

// and is false when one side is; of what cannot be told it keeps all reasons.
func (o outcome) and(p outcome) outcome {
	switch {
	case o == falseOutcome || p == falseOutcome:
		return falseOutcome
	case o == trueOutcome:
		return p
	case p == trueOutcome:
		return o
	}
	return o | p
}

func (o outcome) or(p outcome) outcome { return o.not().and(p.not()).not() }
