//go:build conformance

package conformance

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/demarc-dev/demarc"

	"github.com/demarc-dev/demarc/internal/catalog"
	"github.com/demarc-dev/demarc/internal/policy"
	"github.com/demarc-dev/demarc/internal/policyfiles"
)

// setCount is how many initiatives the archive has, those of Azure Government
// among them.
const setCount = 257

// setArchive is the archive with its initiatives parsed.
type setArchive struct {
	sets        []*policy.Set
	definitions map[string]*policy.Definition // by folded name
}

func readSets(t *testing.T) *setArchive {
	t.Helper()
	a := &setArchive{definitions: map[string]*policy.Definition{}}
	_, err := policyfiles.Find(builtIns(), func(f policyfiles.File) error {
		switch {
		case f.Assignment:
		case f.Set:
			s, err := policy.ParseSet(f.Raw)
			if err != nil {
				t.Errorf("%s: %v", f.Path, err)
				return nil
			}
			a.sets = append(a.sets, s)
		default:
			d, err := policy.Parse(f.Raw)
			if err != nil {
				t.Errorf("%s: %v", f.Path, err)
				return nil
			}
			a.definitions[demarc.Fold(d.Name)] = d
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// TestSets: every initiative of the archive parses and binds, every group of a
// regulatory one is a control of a framework that is described, in its
// spelling, and the members that the archive lacks are counted.
func TestSets(t *testing.T) {
	a := readSets(t)
	if len(a.sets) != setCount {
		t.Errorf("%d initiatives, want %d", len(a.sets), setCount)
	}
	c, err := catalog.Load(os.DirFS(filepath.Join("..", "data")))
	if err != nil {
		t.Fatal(err)
	}
	controls, err := policy.NewControls(c.Frameworks)
	if err != nil {
		t.Fatal(err)
	}
	patterns := map[string]*regexp.Regexp{}
	for _, f := range c.Frameworks {
		patterns[f.ID+"/"+f.Version] = regexp.MustCompile("^(" + f.Pattern + ")$")
	}
	// The CSF has groups for whole categories, and the preview of the benchmark
	// still lists those of the version before it.
	otherwise := map[string]bool{"nist-csf/2.0": true, "mcsb/v2": true}
	groups, members, missing, undescribed := 0, 0, 0, 0
	for _, s := range a.sets {
		if _, err := s.Bind(nil); err != nil {
			t.Errorf("%s: %v", s.DisplayName, err)
		}
		for _, g := range s.Groups {
			groups++
			control, described := controls.Of(s, g)
			if control.Framework == "" || control.ID == "" {
				t.Errorf("%s: the group %s is no control", s.DisplayName, g.Name)
			}
			if f := patterns[control.Framework+"/"+control.Version]; described && !f.MatchString(control.ID) && !otherwise[control.Framework+"/"+control.Version] {
				t.Errorf("%s is not how %s/%s spells ids", control.ID, control.Framework, control.Version)
			}
			if !described {
				undescribed++
				if g.MetadataID != "" {
					t.Errorf("%s: nobody described the framework of %s", s.DisplayName, g.Name)
				}
			}
		}
		for i := range s.Members {
			members++
			if _, ok := a.definitions[demarc.Fold(s.Members[i].DefinitionName())]; !ok {
				missing++
			}
		}
	}
	t.Logf("%d groups, %d of no framework; %d members, %d not in the archive", groups, undescribed, members, missing)
	if groups == 0 || members == 0 || missing > 0 {
		t.Error("no groups, or members that the archive lacks")
	}
}
