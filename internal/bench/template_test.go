package bench_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/demarc-dev/demarc/internal/bench"
)

func nested(t *testing.T, n bench.Nested) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := bench.WriteNested(&b, n); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// deployed is a template as far as the tests look at it.
type deployed struct {
	Schema    string `json:"$schema"`
	Resources []struct {
		Type       string `json:"type"`
		Name       string `json:"name"`
		Properties struct {
			Template *deployed `json:"template"`
		} `json:"properties"`
	} `json:"resources"`
}

func TestWriteNested(t *testing.T) {
	tests := []struct{ levels, resources, least, most int }{
		{0, 1, 900, 1_200},
		{2, 3, 6_000, 9_000},
		{5, 690, 3_000_000, 3_200_000},
	}
	for _, tt := range tests {
		text := nested(t, bench.Nested{Levels: tt.levels, Resources: tt.resources})
		if len(text) < tt.least || len(text) > tt.most {
			t.Errorf("%d levels of %d: %d bytes, want %d to %d", tt.levels, tt.resources, len(text), tt.least, tt.most)
		}
		var at *deployed
		if err := json.Unmarshal(text, &at); err != nil {
			t.Fatal(err)
		}
		for level := 0; ; level++ {
			want := tt.resources
			if level < tt.levels {
				want++ // the deployment of the next
			}
			if len(at.Resources) != want || !strings.Contains(at.Schema, "deploymentTemplate.json") {
				t.Fatalf("level %d has %d resources under the schema %q, want %d", level, len(at.Resources), at.Schema, want)
			}
			next := at.Resources[len(at.Resources)-1].Properties.Template
			if (next != nil) != (level < tt.levels) {
				t.Fatalf("%d levels, want %d", level, tt.levels)
			}
			if next == nil {
				break
			}
			at = next
		}
	}
}

func TestState(t *testing.T) {
	for _, machines := range []int{0, 1, 300} {
		text, err := io.ReadAll(bench.NewState(machines))
		if err != nil {
			t.Fatal(err)
		}
		again, err := io.ReadAll(io.MultiReader(bench.NewState(machines)))
		if err != nil || !bytes.Equal(text, again) {
			t.Errorf("two states of %d machines differ, %v", machines, err)
		}
		var state struct {
			Version   int `json:"version"`
			Resources []struct {
				Type      string            `json:"type"`
				Instances []json.RawMessage `json:"instances"`
			} `json:"resources"`
		}
		if err := json.Unmarshal(text, &state); err != nil {
			t.Fatalf("%d machines: %v", machines, err)
		}
		found := 0
		for _, r := range state.Resources {
			if r.Type == "azurerm_linux_virtual_machine" && len(r.Instances) == 1 {
				found++
			}
		}
		if state.Version != 4 || found != machines || len(state.Resources) != bench.StateEntries*machines {
			t.Errorf("version %d with %d machines in %d entries, want %d machines", state.Version, found, len(state.Resources), machines)
		}
	}
}

func TestStateMachines(t *testing.T) {
	const size = 4 << 20
	n, err := io.Copy(io.Discard, bench.NewState(bench.StateMachines(size)))
	if err != nil || n < size*98/100 || n > size*102/100 {
		t.Errorf("%d bytes, want about %d; %v", n, size, err)
	}
}

func TestWriteNestedSaysWhatFailed(t *testing.T) {
	full := errors.New("disk full")
	err := bench.WriteNested(writer(func([]byte) (int, error) { return 0, full }), bench.Nested{Levels: 1, Resources: 1})
	if !errors.Is(err, full) {
		t.Errorf("got %v, want %v", err, full)
	}
}
