package terraform

import (
	"slices"
	"strings"

	"github.com/demarc-dev/demarc/internal/catalog"
	"github.com/demarc-dev/demarc/internal/slots"
)

// Knowledge says what the resources of Terraform providers stand for.
type Knowledge interface {
	// Terraform finds a resource of a provider by its name.
	Terraform(resource string) (catalog.TerraformResource, bool)
	// TerraformPointed reports whether resources of a type, given folded, may
	// be pointed to by others.
	TerraformPointed(foldedType string) bool
}

// The types that are scopes and not resources.
const (
	groupType           = "Microsoft.Resources/subscriptions/resourceGroups"
	managementGroupType = "Microsoft.Management/managementGroups"
	subscriptionType    = "Microsoft.Subscription/aliases"
)

// common are attributes that resources of all providers may have.
var common = []string{"id", "name", "location", "zones", "identity[*].type", "resource_group_name", "managed_by", "subscription_id"}

// commonValues are properties that come from them.
var commonValues = []catalog.TerraformValue{
	{To: "location", From: "location"}, {To: "zones", From: "zones"}, {To: "identity.type", From: "identity[*].type"},
}

// kind is what is known of one resource of a provider, ready to use.
type kind struct {
	catalog.TerraformResource
	known      bool
	attrs      *slots.Plan // the attributes that are read
	plain      []string    // their paths without brackets, in the order of the slots
	lists      []grafted   // what comes from lists of blocks and is wanted whole
	bodyColumn string      // the attribute with the resource as its API shows it, folded
}

// kindOf finds what a resource of a provider stands for, once per name.
func (r *reader) kindOf(resource string) (*kind, error) {
	if k, ok := r.kinds[resource]; ok {
		return k, nil
	}
	k := &kind{}
	k.TerraformResource, k.known = r.knowledge.Terraform(resource)
	paths := slices.Concat(common, k.ID, k.Parent)
	if k.Body != "" {
		k.bodyColumn = strings.ToLower(k.Body)
		paths = append(paths, "type")
	}
	for _, name := range k.Names {
		if !strings.HasPrefix(name, "=") {
			paths = append(paths, name)
		}
	}
	for _, v := range k.Values {
		paths = append(paths, v.From, v.When)
	}
	for _, p := range k.Points {
		paths = append(paths, p.From, p.To)
	}
	var wishes []slots.Wish
	for _, path := range paths {
		if path != "" {
			wishes = append(wishes, slots.Wish{Path: path})
		}
	}
	k.lists = r.graftsOf(k)
	for _, g := range k.lists {
		wishes = append(wishes, g.wish)
	}
	layout, err := slots.NewLayout(wishes)
	if err != nil {
		return nil, err
	}
	k.attrs = layout.For("")
	for _, path := range k.attrs.Paths() {
		k.plain = append(k.plain, strings.ReplaceAll(path, "[*]", ""))
	}
	const most = 1 << 14 // names; a file may hold anything
	if len(r.kinds) < most {
		r.kinds[resource] = k
	}
	return k, nil
}

// ids are the attributes that may hold the id.
func (k *kind) ids() []string {
	if len(k.ID) == 0 {
		return []string{"id"}
	}
	return k.ID
}

// names are the attributes with the names in the id.
func (k *kind) names() []string {
	if len(k.Names) == 0 {
		return []string{"name"}
	}
	return k.Names
}
