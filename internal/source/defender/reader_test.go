package defender

import (
	"testing"

	"github.com/demarc-dev/demarc/internal/source/sourcetest"
)

func TestCases(t *testing.T) { sourcetest.Cases(t, New()) }

func FuzzRead(f *testing.F) { sourcetest.Fuzz(f, New()) }
