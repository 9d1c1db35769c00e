package attestationcsv

import (
	"testing"

	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/sourcetest"
)

func TestCases(t *testing.T) { sourcetest.Cases(t, Format) }

func FuzzRead(f *testing.F) { sourcetest.Fuzz(f, Format) }

func TestDetect(t *testing.T) {
	tests := []struct {
		name, header string
		want         bool
	}{
		{"as documented", "responsibility,scope,outcome,by,observed,expires,statement", true},
		{"a list of tasks", "task,name,date", false},
		{"nobody looked", "responsibility,scope,observed", false},
		{"no day", "responsibility,by,scope", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := detect(source.NewHead([]byte(tt.header+"\n"), true)); got != tt.want {
				t.Errorf("recognised: %v", got)
			}
		})
	}
}
