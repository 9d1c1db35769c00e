package azurechecklist

import (
	"strings"
	"testing"

	"github.com/demarc-dev/demarc/internal/source/sourcetest"
)

func TestCases(t *testing.T) { sourcetest.Cases(t, Format) }

func FuzzRead(f *testing.F) { sourcetest.Fuzz(f, Format) }

func TestTimeOfTheRun(t *testing.T) {
	tests := []struct{ stamp, want, note string }{
		{"Fri Mar 18 09:14:09 CET 2022", "observed=2022-03-18T08:14:09Z", ""},
		{"Fri Mar 18 09:14:09 UTC 2022", "observed=2022-03-18T09:14:09Z", ""},
		{"Fri Mar 18 00:14:09 CEST 2022", "observed=2022-03-17T22:14:09Z", ""},
		{"Fri Mar 18 09:14:09 IST 2022", "observed=2022-03-18T09:14:09Z", "has several meanings"},
		{"2022-03-18T09:14:09Z", "observed=2022-03-18T09:14:09Z", ""},
		{"Fr 18. Mär 09:14:09 CET 2022", "", "not readable"},
		{"", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.stamp, func(t *testing.T) {
			got := sourcetest.Read(t, Format, []byte(`{"metadata":{"timestamp":"`+tt.stamp+`"},"checks":[{"guid":"578a219a-46be-4b54-9350-24922634292b","compliant":"true","id":"/subscriptions/x"}]}`))
			if !strings.Contains(got, tt.want) || tt.want == "" && strings.Contains(got, "observed=") {
				t.Errorf("got %s", got)
			}
			if strings.Contains(got, "note ") != (tt.note != "") || !strings.Contains(got, tt.note) {
				t.Errorf("notes of %s", got)
			}
		})
	}
}
