package source

// Change is what an input says that it does to a resource.
type Change uint8

// The changes. The zero value is that the input does not tell: an export shows
// what is there, and a template deploys all of what it holds.
const (
	Unstated  Change = iota
	Untouched        // it is shown, and nothing is done to it
	Created
	Updated
	Replaced // deleted and made anew
	Deleted
)

var changeNames = [...]string{"unstated", "untouched", "created", "updated", "replaced", "deleted"}

// String is the word of outputs.
func (c Change) String() string {
	if int(c) < len(changeNames) {
		return changeNames[c]
	}
	return "unknown"
}
