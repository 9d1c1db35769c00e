package demarc

import (
	"strings"
	"testing"
)

// Every kind of roll-up has a word of its own, which is read back in any case.
func TestRollUpKinds(t *testing.T) {
	seen := map[string]bool{}
	for k := RollUpEstate; k <= RollUpResponsibility; k++ {
		word := k.String()
		if got, err := ParseRollUpKind(strings.ToUpper(word)); err != nil || got != k || seen[word] {
			t.Errorf("%q is read as %v: %v", word, got, err)
		}
		seen[word] = true
	}
	if _, err := ParseRollUpKind("location"); err == nil {
		t.Error("a word that is no kind was read")
	}
	if got := (RollUpResponsibility + 1).String(); got != "invalid(6)" {
		t.Errorf("what is no kind is called %q", got)
	}
}
