package bench

import (
	_ "embed" // for rows.json
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/demarc-dev/demarc/internal/json"
)

//go:embed rows.json
var rowsFile []byte

// source is a row as rows.json writes it: only what differs between types. In
// its texts, $name stands for a value of the set or of the row.
type source struct {
	ID         string     `json:"id"`         // behind ".../providers/"
	Group      string     `json:"group"`      // where it lies, "$rg" when empty
	Kind       string     `json:"kind"`       //
	ManagedBy  string     `json:"managedBy"`  //
	SKU        json.Value `json:"sku"`        //
	Plan       json.Value `json:"plan"`       //
	Identity   json.Value `json:"identity"`   //
	Zones      json.Value `json:"zones"`      //
	Tags       json.Value `json:"tags"`       // those of the set when absent
	Properties json.Value `json:"properties"` //
}

// template is a row cut at its variables: texts and variables take turns,
// beginning with a text.
type template []string

func readTemplates() ([]template, error) {
	var sources []source
	if err := json.Unmarshal(rowsFile, &sources); err != nil {
		return nil, fmt.Errorf("read rows.json: %w", err)
	}
	templates := make([]template, len(sources))
	for i, s := range sources {
		text, err := s.row()
		if err != nil {
			return nil, fmt.Errorf("read rows.json: row %d: %w", i+1, err)
		}
		templates[i] = cut(text)
	}
	return templates, nil
}

// row is the text of a row with all the columns that Resource Graph gives, in
// its order and with its spelling: types in lower case, what a resource does
// not have as "" or null.
func (s source) row() (string, error) {
	names := strings.Split(s.ID, "/")
	if len(names) < 3 || len(names)%2 == 0 {
		return "", fmt.Errorf("%q is not a provider, then types and names by turns", s.ID)
	}
	typ := names[0]
	for i := 1; i < len(names); i += 2 {
		typ += "/" + names[i]
	}
	group := s.Group
	if group == "" {
		group = "$rg"
	}
	var b strings.Builder
	fmt.Fprintf(&b, `{"id":"/subscriptions/$sub/resourceGroups/%s/providers/%s","name":"%s","type":"%s","tenantId":"$tenant"`,
		group, s.ID, names[len(names)-1], strings.ToLower(typ))
	fmt.Fprintf(&b, `,"kind":"%s","location":"$loc","resourceGroup":"%s","subscriptionId":"$sub","managedBy":"%s"`,
		s.Kind, strings.ToLower(group), s.ManagedBy)
	tags := s.Tags
	if tags == nil {
		tags = json.Value(`{"env":"$env","owner":"$owner"}`)
	}
	fmt.Fprintf(&b, `,"sku":%s,"plan":%s,"properties":%s,"tags":%s,"identity":%s,"zones":%s,"extendedLocation":null}`,
		orNull(s.SKU), orNull(s.Plan), orNull(s.Properties), orNull(tags), orNull(s.Identity), orNull(s.Zones))
	return compact(b.String())
}

func orNull(v json.Value) string {
	if v == nil {
		return "null"
	}
	return string(v)
}

func compact(text string) (string, error) {
	v := json.Value(text)
	if err := v.Compact(); err != nil {
		return "", err
	}
	return string(v), nil
}

// cut finds the variables of a text: "$" and the letters behind it.
func cut(text string) template {
	var t template
	for {
		before, rest, found := strings.Cut(text, "$")
		t = append(t, before)
		if !found {
			return t
		}
		end := strings.IndexFunc(rest, func(r rune) bool { return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') })
		if end < 0 {
			end = len(rest)
		}
		t = append(t, rest[:end])
		text = rest[end:]
	}
}

// append appends the row of a set; number makes what is random in it.
func (t template) append(dst []byte, s set, number uint64) []byte {
	return s.fill(dst, t, rand.New(rand.NewPCG(s.seed, ^number)))
}

// fill appends a template with its variables filled in.
func (s set) fill(dst []byte, t template, r *rand.Rand) []byte {
	for i, part := range t {
		if i%2 == 0 {
			dst = append(dst, part...)
		} else {
			dst = s.appendVariable(dst, part, r)
		}
	}
	return dst
}

// set is one application's resources, which share what a variable stands for.
type set struct {
	seed, number uint64
}

// How many sets share a subscription. It gives a million rows some hundred
// subscriptions.
const setsPerSubscription = 40

var (
	locations = []string{"westeurope", "northeurope", "eastus", "eastus2", "westus2", "uksouth", "germanywestcentral", "swedencentral", "southeastasia", "australiaeast"}
	apps      = []string{"billing", "orders", "portal", "claims", "payroll", "search", "archive", "shipping", "ledger", "booking", "catalog", "mail"}
	envs      = []string{"prod", "prod", "test", "dev"}
	owners    = []string{"platform", "finance", "sales", "logistics", "people", "data"}
)

// appendVariable appends what a variable stands for. A name that is not known
// is kept as it stands, with its sign, and the test of the templates finds it.
func (s set) appendVariable(dst []byte, name string, r *rand.Rand) []byte {
	app, env := apps[s.number%uint64(len(apps))], envs[s.number/7%uint64(len(envs))]
	switch name {
	case "app":
		return append(dst, app...)
	case "env":
		return append(dst, env...)
	case "n":
		return fmt.Appendf(dst, "%05d", s.number)
	case "rg":
		return fmt.Appendf(dst, "rg-%s-%05d", app, s.number)
	case "RG": // as disks and machines spell it
		return fmt.Appendf(dst, "RG-%s-%05d", strings.ToUpper(app), s.number)
	case "loc":
		return append(dst, locations[s.number/3%uint64(len(locations))]...)
	case "owner":
		return append(dst, owners[s.number/5%uint64(len(owners))]...)
	case "sub":
		return s.guid(dst, s.number/setsPerSubscription)
	case "tenant":
		return s.guid(dst, 1<<40)
	case "guid":
		return appendGUID(dst, r)
	case "num":
		return fmt.Appendf(dst, "%d", 1+r.IntN(200))
	case "time":
		return fmt.Appendf(dst, "20%02d-%02d-%02dT%02d:%02d:%02d.%07dZ", 21+r.IntN(5), 1+r.IntN(12), 1+r.IntN(28), r.IntN(24), r.IntN(60), r.IntN(60), r.IntN(1e7))
	}
	return append(append(dst, '$'), name...)
}

// guid appends the identifier that the seed gives to a number.
func (s set) guid(dst []byte, number uint64) []byte {
	return appendGUID(dst, rand.New(rand.NewPCG(s.seed, number)))
}

func appendGUID(dst []byte, r *rand.Rand) []byte {
	a, b := r.Uint64(), r.Uint64()
	return fmt.Appendf(dst, "%08x-%04x-4%03x-8%03x-%012x", uint32(a>>32), uint16(a>>16), a&0xfff, b>>52, b&(1<<48-1))
}
