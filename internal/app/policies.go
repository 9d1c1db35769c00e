package app

import (
	"fmt"
	"sync"

	"github.com/demarc-dev/demarc/internal/catalog"
	"github.com/demarc-dev/demarc/internal/policy"
)

// ownAliases is the table of aliases that the program carries.
func ownAliases(c *catalog.Catalog) *policy.Aliases { return policy.NewAliases(aliasFacts(c)) }

// aliasFacts are the aliases that the program carries.
func aliasFacts(c *catalog.Catalog) policy.AliasFacts {
	a := &c.PolicyAliases
	facts := policy.AliasFacts{
		Aliases:        make([]policy.Alias, 0, len(a.ByType)+len(a.Conventional)+len(a.Paths)),
		Discriminators: make(map[string]string, len(a.Discriminators)),
		Doubtful:       a.Doubtful,
	}
	for _, one := range a.ByType {
		facts.Aliases = append(facts.Aliases, policy.Alias{Name: one.Alias, Type: one.Type, Path: one.Path})
	}
	for _, name := range a.Conventional {
		facts.Aliases = append(facts.Aliases, policy.Alias{Name: name, Path: policy.ConventionalPath(name)})
	}
	for name, path := range a.Paths {
		facts.Aliases = append(facts.Aliases, policy.Alias{Name: name, Path: path})
	}
	for _, one := range a.Discriminators {
		facts.Discriminators[one.Type] = one.Property
	}
	return facts
}

// own are the definitions that the program carries, parsed when they are first
// asked for.
var own = sync.OnceValues(func() ([]*policy.Definition, error) {
	c, err := knowledge()
	if err != nil {
		return nil, err
	}
	return ownDefinitions(c)
})

// ownDefinitions parses the definitions that the program carries, in the order
// of the catalogue. It is not done when the catalogue is read, so that who asks
// for no checks does not wait for it.
func ownDefinitions(c *catalog.Catalog) ([]*policy.Definition, error) {
	list := make([]*policy.Definition, len(c.Policies))
	faults := make([]error, len(c.Policies))
	const atOnce = 4
	var wait sync.WaitGroup
	for first := range atOnce {
		wait.Go(func() {
			for i := first; i < len(list); i += atOnce {
				list[i], faults[i] = policy.Parse(c.Policies[i].Text)
			}
		})
	}
	wait.Wait()
	for i, err := range faults {
		if err != nil {
			return nil, fmt.Errorf("%s: %w", c.Policies[i].File, err)
		}
	}
	return list, nil
}
