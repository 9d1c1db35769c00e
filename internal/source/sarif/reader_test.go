package sarif

import (
	"strings"
	"testing"

	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/sourcetest"
)

func TestCases(t *testing.T) { sourcetest.Cases(t, Format) }

func FuzzRead(f *testing.F) { sourcetest.Fuzz(f, Format) }

// TestSecretsAreNotKept: what a tool quotes of a secret is not told, wherever
// the log says that the rule is about secrets.
func TestSecretsAreNotKept(t *testing.T) {
	const hidden = "fab-4711"
	result := func(rule, more string) string {
		return `{"ruleId":"` + rule + `","message":{"text":"found ` + hidden + `"},"locations":[{"physicalLocation":{"artifactLocation":{"uri":"https://u:` + hidden +
			`@example.org/a"},"region":{"startLine":1,"snippet":{"text":"` + hidden + `"}}}}]` + more + `}`
	}
	tests := []struct{ name, tool, rules, result string }{
		{"a rule with a tag", "Trivy", `{"id":"r","properties":{"tags":["secret"]}}`, result("r", "")},
		{"a rule by its title", "KICS", `{"id":"r","name":"Generic Password"}`, result("r", "")},
		{"a rule by its id", "Checkov", ``, result("CKV_SECRET_2", "")},
		{"a result with a tag", "Any", ``, result("r", `,"properties":{"tags":["Secrets"]}`)},
		{"a tool that looks for nothing else", "Gitleaks", ``, result("r", "")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := sourcetest.Read(t, Format, []byte(`{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"`+tt.tool+`","rules":[`+tt.rules+`]}},"results":[`+tt.result+`]}]}`))
			if strings.Contains(got, hidden) || !strings.Contains(got, "https://example.org/a:1") {
				t.Errorf("gives\n%s", got)
			}
		})
	}
}

func TestDetect(t *testing.T) {
	tests := []struct {
		name, text string
		want       bool
	}{
		{"a log", `{"version":"2.1.0","runs":[{"tool":{}}]}`, true},
		{"a log that is cut off", `{"runs":[{"tool":{"driver":`, true},
		{"the version first", `{"version":"2.1.0","runs":[{"tool":`, true},
		{"runs of something else", `{"runs":[{}]}`, false},
		{"runs that are a number", `{"version":"2.1.0","runs":3}`, false},
		{"a list", `[{"version":"2.1.0","runs":[]}]`, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Format.Detect(source.NewHead([]byte(tt.text), true)); got != tt.want {
				t.Errorf("recognised: %v", got)
			}
		})
	}
}
