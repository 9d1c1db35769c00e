package jsontree

import (
	"testing"

	"github.com/demarc-dev/demarc/internal/json"
)

// TestAppendJSON: what is written is JSON, whatever was forgiven when it was
// read, and numbers keep their digits.
func TestAppendJSON(t *testing.T) {
	for text, want := range map[string]string{
		"// a comment\n{\"a\": [1, -2.50, 12345678901234567890, true, false, null,], }": `{"a":[1,-2.50,12345678901234567890,true,false,null]}`,
		"\"a\nb \\u00e9\\\"\"": `"a\nb é\""`,
		"[+1, .5, 0x10p0]":     `[1,0.5,16]`,
		`{"a":1,"a":2}`:        `{"a":1,"a":2}`,
	} {
		n, err := Parse(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if got := n.AppendJSON(nil); string(got) != want || !json.Value(got).IsValid(json.Lenient) {
			t.Errorf("%s: got %s, want %s", text, got, want)
		}
	}
}
