//go:build conformance

package conformance

import (
	"archive/tar"
	"compress/gzip"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/assess"
	"github.com/demarc-dev/demarc/internal/catalog"
)

// What the published list of types holds, the least of it that was reviewed,
// and the most that may stay without an answer.
const (
	publishedTypes   = 3405
	leastReviewed    = 600
	mostUnclassified = 200
)

// TestEveryTypeHasAnAnswer: each published type is reviewed, judged by a
// default and marked likely, or unclassified with a reason.
func TestEveryTypeHasAnAnswer(t *testing.T) {
	types := readTypes(t)
	if len(types) != publishedTypes {
		t.Fatalf("%d types in the list, want %d", len(types), publishedTypes)
	}
	counts := map[string]int{}
	unclassified := map[string][]string{}
	for typ, r := range judged(t, types) {
		a := r.Answer
		switch {
		case a.Rule == nil && a.Why == "":
			t.Errorf("%s: unclassified without a reason", typ)
		case a.Rule == nil:
			counts["unclassified"]++
			unclassified[a.Why] = append(unclassified[a.Why], typ)
		case a.Rule.Reviewed:
			counts["reviewed"]++
			if strings.Count(typ, "/") == 1 {
				counts["reviewed and no child"]++
			}
		default:
			counts["default"]++
			if !a.Likely {
				t.Errorf("%s: answered by %s, which nobody reviewed, without being marked likely", typ, a.Rule.ID)
			}
		}
		if a.Rule != nil && (a.Model == demarc.UnknownModel || a.Why == "" || a.Rule.Source == "") {
			t.Errorf("%s: %v, why %q, source %q", typ, a.Model, a.Why, a.Rule.Source)
		}
	}
	t.Logf("of %d types: %d reviewed (%d of them no child of another), %d by default, %d unclassified",
		len(types), counts["reviewed"], counts["reviewed and no child"], counts["default"], counts["unclassified"])
	for _, reason := range slices.Sorted(maps.Keys(unclassified)) {
		t.Logf("unclassified, %d types: %s\n\t%s", len(unclassified[reason]), reason, strings.Join(slices.Sorted(slices.Values(unclassified[reason])), "\n\t"))
		if strings.HasPrefix(reason, "no rule for this type") {
			t.Errorf("%d types have a reason that names no cause: %s", len(unclassified[reason]), reason)
		}
	}
	if counts["reviewed"] < leastReviewed {
		t.Errorf("%d types are reviewed, want at least %d", counts["reviewed"], leastReviewed)
	}
	if counts["unclassified"] > mostUnclassified {
		t.Errorf("%d types are unclassified, want at most %d", counts["unclassified"], mostUnclassified)
	}
	if sum := counts["reviewed"] + counts["default"] + counts["unclassified"]; sum != publishedTypes {
		t.Errorf("%d types have an answer, want %d", sum, publishedTypes)
	}
}

// leastChecked is the number of types that the built-in policies ask for, at
// least: fewer means that the definitions were not understood.
const leastChecked = 300

// TestEveryCheckedTypeIsReviewed: a type for which a built-in policy can be
// decided from an inventory is one that somebody reviewed.
func TestEveryCheckedTypeIsReviewed(t *testing.T) {
	checked := checkedTypes(t)
	if len(checked) < leastChecked {
		t.Fatalf("policies ask for %d types, want at least %d", len(checked), leastChecked)
	}
	t.Logf("policies ask for %d types", len(checked))
	for typ, r := range judged(t, slices.Sorted(maps.Keys(checked))) {
		if r.Answer.Rule == nil || !r.Answer.Rule.Reviewed {
			t.Errorf("%s is not reviewed; asked for by %s", typ, checked[typ])
		}
	}
}

// judged runs one resource of each type through the line.
func judged(t *testing.T, types []string) map[string]*demarc.Assessed {
	t.Helper()
	c, err := catalog.Load(os.DirFS(filepath.Join("..", "data")))
	if err != nil {
		t.Fatal(err)
	}
	line, err := assess.New(c, assess.Options{AsOf: time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)})
	if err != nil {
		t.Fatal(err)
	}
	byID := map[string]string{}
	shard := line.NewShard()
	for _, typ := range types {
		id := idOf(typ)
		byID[demarc.Fold(id)] = typ
		shard.Observe(&demarc.Resource{ID: id, Name: "x", Type: typ}, "", nil)
	}
	answers := map[string]*demarc.Assessed{}
	for _, r := range line.Settle([]*assess.Shard{shard}, nil).Resources {
		answers[byID[demarc.Fold(r.ID)]] = r
	}
	if len(answers) != len(types) {
		t.Fatalf("%d resources, want one of each of %d types", len(answers), len(types))
	}
	return answers
}

// idOf makes an id of a resource of a type: each level is named x.
func idOf(typ string) string {
	levels := strings.Split(typ, "/")
	return "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg/providers/" + levels[0] + "/" + strings.Join(levels[1:], "/x/") + "/x"
}

// readTypes reads the published list.
func readTypes(t *testing.T) []string {
	t.Helper()
	file, err := os.Open(shared("data", "arm_types.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil || len(rows) == 0 || rows[0][0] != "type" {
		t.Fatalf("list of types: %d rows, %v", len(rows), err)
	}
	var types []string
	for _, r := range rows[1:] {
		types = append(types, r[0])
	}
	return types
}

func shared(path ...string) string {
	folder := os.Getenv("DEMARC_SHARED")
	if folder == "" {
		folder = filepath.Join("..", "..", "shared")
	}
	return filepath.Join(append([]string{folder}, path...)...)
}

// definition is what this test reads of a policy.
type definition struct {
	Properties struct {
		DisplayName, PolicyType, Mode string
		Metadata                      struct{ Deprecated bool }
		Parameters                    map[string]struct{ DefaultValue any }
		PolicyRule                    struct {
			If   any
			Then struct {
				Effect  string
				Details any
			}
		}
	}
}

// effect is the effect of a policy, or of its parameter when nothing is set.
func (d *definition) effect() string {
	const parameter = "[parameters('"
	effect := d.Properties.PolicyRule.Then.Effect
	if name, ok := strings.CutPrefix(effect, parameter); ok {
		name, _, _ = strings.Cut(name, "'")
		effect = fmt.Sprint(d.Properties.Parameters[name].DefaultValue)
	}
	return strings.ToLower(effect)
}

// offline reports whether an inventory can decide a policy: it is in use, a
// rule rather than a statement, and about resources rather than their data.
func (d *definition) offline() bool {
	p := &d.Properties
	mode := strings.ToLower(p.Mode)
	return !p.Metadata.Deprecated && !strings.HasPrefix(p.DisplayName, "[Deprecated") && !strings.EqualFold(p.PolicyType, "Static") &&
		(mode == "" || mode == "all" || mode == "indexed") && d.effect() != "manual"
}

// types are those that the condition fixes and the one that must exist.
func (d *definition) types() []string {
	list := typesIn(d.Properties.PolicyRule.If)
	details, _ := d.Properties.PolicyRule.Then.Details.(map[string]any)
	if strings.HasSuffix(d.effect(), "ifnotexists") {
		list = append(list, texts(details["type"])...)
	}
	return list
}

// typesIn finds the types that a condition compares with; what stands under
// "not" is what the policy is not about.
func typesIn(condition any) []string {
	var list []string
	switch c := condition.(type) {
	case []any:
		for _, e := range c {
			list = append(list, typesIn(e)...)
		}
	case map[string]any:
		if field, _ := c["field"].(string); strings.EqualFold(field, "type") {
			for key, value := range c {
				if strings.EqualFold(key, "equals") || strings.EqualFold(key, "in") {
					list = append(list, texts(value)...)
				}
			}
		}
		for key, value := range c {
			if strings.EqualFold(key, "allOf") || strings.EqualFold(key, "anyOf") {
				list = append(list, typesIn(value)...)
			}
		}
	}
	return list
}

// texts lists the types of a text or a list; expressions are none.
func texts(value any) []string {
	switch v := value.(type) {
	case string:
		if strings.Contains(v, "/") && !strings.HasPrefix(v, "[") {
			return []string{v}
		}
	case []any:
		var list []string
		for _, e := range v {
			list = append(list, texts(e)...)
		}
		return list
	}
	return nil
}

// checkedTypes lists the types of all public policies that an inventory can
// decide, each with one policy that asks for it. Subscriptions and resource
// groups are scopes.
func checkedTypes(t *testing.T) map[string]string {
	t.Helper()
	checked, spelled := map[string]string{}, map[string]string{}
	for path, text := range definitions(t) {
		var d definition
		if err := json.Unmarshal(text, &d); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		if !d.offline() {
			continue
		}
		for _, typ := range d.types() {
			if strings.EqualFold(typ, "Microsoft.Resources/subscriptions") || strings.EqualFold(typ, "Microsoft.Resources/subscriptions/resourceGroups") {
				continue
			}
			folded := demarc.Fold(strings.TrimSuffix(typ, "/"))
			if spelled[folded] == "" {
				spelled[folded] = strings.TrimSuffix(typ, "/")
			}
			checked[spelled[folded]] = d.Properties.DisplayName
		}
	}
	return checked
}

// definitions reads the archive of the built-in policies of the public cloud.
func definitions(t *testing.T) map[string][]byte {
	t.Helper()
	file, err := os.Open(shared("data", "azure-policy-builtins.tar.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	unzipped, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	texts := map[string][]byte{}
	for archive := tar.NewReader(unzipped); ; {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return texts
		}
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(header.Name, "/policyDefinitions/") || strings.Contains(header.Name, "Azure Government") || filepath.Ext(header.Name) != ".json" {
			continue
		}
		text, err := io.ReadAll(archive)
		if err != nil {
			t.Fatal(err)
		}
		texts[header.Name] = text
	}
}
