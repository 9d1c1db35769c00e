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
	all := []string{conditionalAccess, namedLocation, authentication, securityDefaults, authorization}
	sourcetest.Described(t, all...)
	for _, typ := range all {
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

// TestListing: a file says that it lists all policies only where it does.
func TestListing(t *testing.T) {
	const policy = `{"id":"1","displayName":"a","state":"enabled","conditions":{},"grantControls":{}}`
	whole := demarc.Listing{Type: conditionalAccess, Response: true, Whole: true}
	tests := []struct {
		name, text string
		want       *demarc.Listing
	}{
		{"the answer of Graph", `{"value":[` + policy + `]}`, &whole},
		{"an answer without a policy", `{"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#identity/conditionalAccess/policies","value":[]}`, &whole},
		{"a page of several", `{"value":[` + policy + `],"@odata.nextLink":"https://x"}`, &demarc.Listing{Type: conditionalAccess, Response: true}},
		{"a list", `[` + policy + `]`, &demarc.Listing{Type: conditionalAccess, Whole: true}},
		{"one policy", policy, nil},
		{"named locations", `{"value":[{"id":"3","displayName":"Offices","isTrusted":true,"ipRanges":[]}]}`, nil},
		{"security defaults", `{"id":"00000000-0000-0000-0000-000000000005","displayName":"Security Defaults","isEnabled":false}`, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			in, err := source.NewInput(&demarc.File{Path: "in"}, bytes.NewReader([]byte(tt.text)))
			if err != nil {
				t.Fatal(err)
			}
			sink := sourcetest.NewSink(t)
			if err := Format.Read(context.Background(), in, sink); err != nil || !Format.Detect(in.Head) {
				t.Fatalf("not read: %v", err)
			}
			var got *demarc.Listing
			for _, s := range sink.Statements {
				listing := s.Content.(demarc.Listing)
				listing.Place = demarc.Place{}
				got = &listing
			}
			if (got == nil) != (tt.want == nil) || got != nil && *got != *tt.want {
				t.Errorf("got %+v, want %+v", got, tt.want)
			}
		})
	}
}
