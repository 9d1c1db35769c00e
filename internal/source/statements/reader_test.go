package statements

import (
	"strings"
	"testing"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/sourcetest"
)

func TestCases(t *testing.T) { sourcetest.Cases(t, Format) }

func FuzzRead(f *testing.F) { sourcetest.Fuzz(f, Format) }

func TestDetect(t *testing.T) {
	tests := []struct {
		name, text string
		want       bool
	}{
		{"attestations", "# ours\nattestations:\n  - x\n", true},
		{"exceptions and something unknown", "exceptions: []\nnotes: x\n", true},
		{"one list among much else", "name: x\nassurances: []\nversion: 1\nsteps: []\n", false},
		{"demarc.yaml", "name: x\nparties: []\n", false},
		{"a table", "attestations,exceptions\n1,2\n", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Format.Detect(source.NewHead([]byte(tt.text), true)); got != tt.want {
				t.Errorf("recognised: %v", got)
			}
		})
	}
}

func TestTooLarge(t *testing.T) {
	if _, err := parse(&demarc.File{Path: "x"}, []byte(strings.Repeat("#", MaxSize+1))); err == nil || !strings.Contains(err.Error(), "more than 16 MB") {
		t.Errorf("got %v", err)
	}
}
