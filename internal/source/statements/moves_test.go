package statements_test

import (
	"strings"
	"testing"

	"github.com/demarc-dev/demarc/internal/source/statements"
)

func TestParseMoves(t *testing.T) {
	want := []statements.PlannedMove{{Select: "vm", To: "App Service", Into: "rg", Reason: "lease ends"}, {Select: "tag:a=b", To: "AKS"}}
	for name, text := range map[string]string{
		"a mapping":         "moves:\n  - {select: vm, to: App Service, into: rg, reason: lease ends}\n  - {select: 'tag:a=b', to: AKS}\n",
		"a list":            "- select: vm\n  to: App Service\n  into: rg\n  reason: lease ends\n- {select: 'tag:a=b', to: AKS}\n",
		"JSON":              `{"moves":[{"select":"vm","to":"App Service","into":"rg","reason":"lease ends"},{"select":"tag:a=b","to":"AKS"}]}`,
		"a list in JSON":    `[{"select":"vm","to":"App Service","into":"rg","reason":"lease ends"},{"select":"tag:a=b","to":"AKS"}]`,
		"one a line":        `{"select":"vm","to":"App Service","into":"rg","reason":"lease ends"}` + "\n\n" + `{"select":"tag:a=b","to":"AKS"}` + "\n",
		"JSON over lines":   "{\"moves\": [\n  {\"select\": \"vm\", \"to\": \"App Service\", \"into\": \"rg\", \"reason\": \"lease ends\"},\n  {\"select\": \"tag:a=b\", \"to\": \"AKS\"}\n]}\n",
		"lines that end so": "{\"select\":\"vm\",\"to\":\"App Service\",\"into\":\"rg\",\"reason\":\"lease ends\"}\r\n{\"select\":\"tag:a=b\",\"to\":\"AKS\"}\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			got, err := statements.ParseMoves("plan", strings.NewReader(text))
			if err != nil || len(got) != 2 || got[0] != want[0] || got[1] != want[1] {
				t.Errorf("%+v, %v", got, err)
			}
		})
	}
}

func TestParseMovesRefuses(t *testing.T) {
	for name, tt := range map[string]struct{ text, want string }{
		"nothing":                {"", "it holds no moves"},
		"a comment":              {"# later\n", "it holds no moves"},
		"an empty list":          {"moves: []\n", "it holds no moves"},
		"a word":                 {"later\n", "read plan"},
		"a word nobody knows":    {"moves:\n  - {select: vm, too: AKS}\n", "field too not found"},
		"in a line, too":         {`{"select":"vm","to":"AKS","when":"now"}` + "\n" + `{"select":"b","to":"AKS"}`, "read plan"},
		"no target":              {"- {select: vm}\n", "move 1 lacks select or to"},
		"no selector":            {"moves:\n  - {select: a, to: b}\n  - {to: b}\n", "move 2 lacks select or to"},
		"what is no YAML at all": {"moves: [\n", "read plan"},
	} {
		t.Run(name, func(t *testing.T) {
			if list, err := statements.ParseMoves("plan", strings.NewReader(tt.text)); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("%+v, error %v, want %q", list, err, tt.want)
			}
		})
	}
}
