package bicep

import (
	"context"
	"testing"

	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/sourcetest"
)

// predicted reads what either program predicts, so that their cases stand in
// one folder.
var predicted = source.Format{
	Detect: func(h source.Head) bool { return Snapshot.Detect(h) != WhatIf.Detect(h) },
	Read: func(ctx context.Context, in *source.Input, sink source.Sink) error {
		if Snapshot.Detect(in.Head) {
			return Snapshot.Read(ctx, in, sink)
		}
		return WhatIf.Read(ctx, in, sink)
	},
}

func TestCases(t *testing.T) { sourcetest.Cases(t, predicted) }

func FuzzRead(f *testing.F) { sourcetest.Fuzz(f, predicted) }
