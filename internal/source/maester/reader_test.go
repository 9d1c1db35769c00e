package maester

import (
	"testing"

	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/sourcetest"
)

func TestCases(t *testing.T) { sourcetest.Cases(t, Format) }

func FuzzRead(f *testing.F) { sourcetest.Fuzz(f, Format) }

func TestTypesAreDescribed(t *testing.T) {
	types := []string{DirectoryType}
	for _, s := range services {
		types = append(types, s.typ)
	}
	sourcetest.Described(t, types...)
}

func TestDetect(t *testing.T) {
	tests := []struct {
		name, text string
		want       bool
	}{
		{"a report", `{"TotalCount":1,"PassedCount":1,"FailedCount":0,"Tests":[]}`, true},
		{"merged reports", `{"Tenants":[{"TotalCount":1,"PassedCount":1,"FailedCount":0}]}`, true},
		{"tenants of something else", `{"Tenants":[{"id":"x"}]}`, false},
		{"a Zero Trust Assessment", `{"TenantId":"x","ExecutedAt":"y","Tests":[{"TestId":"1","TestStatus":"Passed"}]}`, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Format.Detect(source.NewHead([]byte(tt.text), true)); got != tt.want {
				t.Errorf("recognised: %v, want %v", got, tt.want)
			}
		})
	}
}
