package backupitems

import (
	"testing"

	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/sourcetest"
)

func TestCases(t *testing.T) { sourcetest.Cases(t, New()) }

func FuzzRead(f *testing.F) { sourcetest.Fuzz(f, New()) }

func TestDetect(t *testing.T) {
	tests := []struct {
		name, text string
		want       bool
	}{
		{"an item", `[{"id":"/x","type":"Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/protectedItems"}]`, true},
		{"a vault with its security", `[{"id":"/x","type":"microsoft.recoveryservices/vaults","properties":{"securitySettings":{}}}]`, true},
		{"a vault", `[{"id":"/x","type":"microsoft.recoveryservices/vaults","properties":{}}]`, false},
		{"a machine", `[{"id":"/x","type":"microsoft.compute/virtualmachines"}]`, false},
		{"the portal's list", "Backup instance,Latest restore point\na,b\n", true},
		{"an inventory of one's own rooms", "name,kind,site,last backup\na,b,c,d\n", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := detect(source.NewHead([]byte(tt.text), true)); got != tt.want {
				t.Errorf("recognised: %v", got)
			}
		})
	}
}

// TestWordsAreFolded: a word with a capital or a space in it would never be
// found.
func TestWordsAreFolded(t *testing.T) {
	for _, known := range []map[string]meaning{states, results} {
		for word := range known {
			if source.FoldHeader(word) != word {
				t.Errorf("%q can not be found", word)
			}
		}
	}
}
