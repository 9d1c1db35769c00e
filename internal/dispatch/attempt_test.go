package dispatch

import (
	"errors"
	"strings"
	"testing"
)

// TestFailureCanBeKept: jsonb refuses zero bytes, and a failure that is not kept
// would not be counted.
func TestFailureCanBeKept(t *testing.T) {
	text := (&failure{errors.New("the file a\x00b is broken")}).Error()
	if strings.Contains(text, "\x00") || !strings.HasPrefix(text, failureMark+"the file a") {
		t.Errorf("it says %q", text)
	}
}
