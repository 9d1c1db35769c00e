package softwareupdates

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
		{"updates of machines", "Computer Name,KB Article,State", true},
		{"titles with a severity", "Device,Title,Status,Severity", true},
		{"tickets", "Device,Title,Status", false},
		{"devices of Intune", "Device name,Compliance,OS,Last check-in", false},
		{"no machine", "KB,Title,State,Severity", false},
		{"numbers", "Computer name,Updates needed", true},
		{"an inventory", "name,kind,site,os,last patch", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := detect(source.NewHead([]byte(tt.header+"\n"), true)); got != tt.want {
				t.Errorf("recognised: %v", got)
			}
		})
	}
}

// TestStatesAreFolded: a word with a capital or a space in it would never be
// found.
func TestStatesAreFolded(t *testing.T) {
	for word, meaning := range states {
		if source.FoldHeader(word) != word || meaning == strange {
			t.Errorf("%q can not be found", word)
		}
	}
}
