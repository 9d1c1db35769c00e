package finding

import (
	"regexp"
	"strings"

	"github.com/demarc-dev/demarc"
)

// CodeFile is the type of a subject of which nothing is known but the file of
// source code that it was found in.
const CodeFile = "code/file"

// unnamed is the name of what a scanner does not name: a subject without any
// would be a whole tenant or estate.
const unnamed = "(not named)"

// File is the subject of what was found in a file of source code; the name may
// be "".
func File(name string) demarc.Subject {
	return demarc.Subject{Type: CodeFile, Name: First(name, unnamed)}
}

var (
	providerType = regexp.MustCompile(`^[a-z][a-z0-9]*_[a-z0-9_]+$`)
	identifier   = regexp.MustCompile(`^[\pL_][\pL\pN_-]*(\[.*\])?$`)
	armType      = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9]*(\.[A-Za-z][A-Za-z0-9]*)+$`)
)

// Named finds the resource that a scanner names: by an id, by its address in
// Terraform, or by its type and name in Azure. It reports false when the name
// tells none.
func Named(name string) (demarc.Subject, bool) {
	switch {
	case IsID(name):
		return demarc.Subject{ID: name}, true
	case strings.HasPrefix(name, "Microsoft.") || strings.Contains(name, "/"):
		return typed(name)
	}
	return addressed(name)
}

// IsID reports whether a text has the form of an id in a cloud.
func IsID(s string) bool {
	folded := demarc.Fold(s)
	for _, prefix := range [...]string{"/subscriptions/", "/providers/", "/tenants/", "arn:"} {
		if strings.HasPrefix(folded, prefix) && len(folded) > len(prefix) {
			return true
		}
	}
	return false
}

// typed reads "Microsoft.Storage/storageAccounts.name", as Checkov writes it,
// and "Microsoft.Storage/storageAccounts/name", as PSRule does.
func typed(name string) (demarc.Subject, bool) {
	namespace, rest, ok := strings.Cut(name, "/")
	if !ok || !armType.MatchString(namespace) {
		return demarc.Subject{}, false
	}
	if typ, own, ok := strings.Cut(rest, "."); ok && typ != "" && own != "" && !strings.ContainsAny(typ, " [") {
		return demarc.Subject{Type: namespace + "/" + typ, Name: own}, true
	}
	i := strings.LastIndexByte(rest, '/')
	if i <= 0 || i == len(rest)-1 {
		return demarc.Subject{}, false
	}
	return demarc.Subject{Type: namespace + "/" + rest[:i], Name: rest[i+1:]}, true
}

// addressed reads an address of Terraform: of a resource, whose attributes
// behind it are left out, or of a module. It tells the type in Terraform's
// words, which are not those of the estate, and so is a name and no type.
func addressed(address string) (demarc.Subject, bool) {
	steps := split(address)
	i := 0
	for i+1 < len(steps) && steps[i] == "module" {
		if i += 2; !identifier.MatchString(steps[i-1]) {
			return demarc.Subject{}, false
		}
	}
	if i > 0 && i == len(steps) {
		return demarc.Subject{Name: address}, true
	}
	if i < len(steps) && steps[i] == "data" {
		i++
	}
	if i+1 >= len(steps) || !providerType.MatchString(steps[i]) || !identifier.MatchString(steps[i+1]) {
		return demarc.Subject{}, false
	}
	return demarc.Subject{Name: strings.Join(steps[:i+2], ".")}, true
}

// split takes an address apart at the dots that lie outside of brackets.
func split(address string) []string {
	var steps []string
	depth, from, quoted := 0, 0, false
	for i := range len(address) {
		switch c := address[i]; {
		case c == '"' && depth > 0:
			quoted = !quoted
		case quoted:
		case c == '[':
			depth++
		case c == ']':
			depth--
		case c == '.' && depth == 0:
			steps = append(steps, address[from:i])
			from = i + 1
		}
	}
	return append(steps, address[from:])
}
