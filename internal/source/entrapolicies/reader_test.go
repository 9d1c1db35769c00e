package entrapolicies

import (
	"bytes"
	"context"
	"testing"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/slots"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/sourcetest"
)

func TestCases(t *testing.T) { sourcetest.Cases(t, Format) }

func FuzzRead(f *testing.F) { sourcetest.Fuzz(f, Format) }

func TestTypesAreDescribed(t *testing.T) {
	sourcetest.Described(t, conditionalAccess, namedLocation, authentication)
	for _, typ := range []string{conditionalAccess, namedLocation, authentication} {
		if folders[typ] == "" {
			t.Errorf("no folder of %s", typ)
		}
	}
}

// TestState: what is wanted of a policy is found by the path that Graph gives
// it, and what a policy does not have is missing.
func TestState(t *testing.T) {
	text := `{"id":"1","displayName":"Block legacy","state":"enabledForReportingButNotEnforced","conditions":{"users":{"includeUsers":["All"]}},"grantControls":{}}`
	in, err := source.NewInput(&demarc.File{Path: "in"}, bytes.NewReader([]byte(text)))
	if err != nil {
		t.Fatal(err)
	}
	sink := sourcetest.NewSink(t, slots.Wish{Path: "properties.state"}, slots.Wish{Type: conditionalAccess, Path: "properties.conditions.users.excludeUsers"})
	if err := Format.Read(context.Background(), in, sink); err != nil {
		t.Fatal(err)
	}
	values := sink.Resources[0].Values
	if values["properties.state"].Text() != "enabledForReportingButNotEnforced" {
		t.Errorf("state = %v", values["properties.state"])
	}
	if kind := values["properties.conditions.users.excludeusers"].Kind(); kind != demarc.KindMissing {
		t.Errorf("users that are not there are %v", values["properties.conditions.users.excludeusers"])
	}
}
