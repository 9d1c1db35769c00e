package terraform

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/slots"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/sourcetest"
)

// changed is a change of a storage account in a plan.
func changed(name, actions, before, after string) string {
	side := func(tls string) string {
		if tls == "" {
			return "null"
		}
		return fmt.Sprintf(`{"id":"/subscriptions/s/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/%s","name":%q,"min_tls_version":%q}`, name, name, tls)
	}
	return fmt.Sprintf(`{"address":"azurerm_storage_account.%s","mode":"managed","type":"azurerm_storage_account","name":%q,"change":{"actions":[%s],"before":%s,"after":%s}}`,
		name, name, actions, side(before), side(after))
}

func readPlan(t *testing.T, text string, before bool) []string {
	t.Helper()
	in, err := source.NewInput(&demarc.File{Path: "-"}, strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	in.Before = before
	sink := sourcetest.NewSink(t, slots.Wish{Type: "Microsoft.Storage/storageAccounts", Path: "properties.minimumTlsVersion"})
	if err := format(t).Read(t.Context(), in, sink); err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, r := range sink.Resources {
		list = append(list, fmt.Sprintf("%s %s %s %s", r.Name, r.Change, r.Standing, r.Resource.Seen))
	}
	slices.Sort(list)
	return list
}

// TestChanges: a plan tells what it does, and what it finds when that is asked
// for.
func TestChanges(t *testing.T) {
	plan := `{"format_version":"1.2","terraform_version":"1.9.5","planned_values":{"root_module":{"resources":[
{"address":"azurerm_storage_account.new","mode":"managed","type":"azurerm_storage_account","name":"new","values":{"name":"new"}}]}},"resource_changes":[` + strings.Join([]string{
		changed("new", `"create"`, "", "TLS1_2"), changed("edited", `"update"`, "TLS1_0", "TLS1_2"), changed("calm", `"no-op"`, "TLS1_2", "TLS1_2"),
		changed("gone", `"delete"`, "TLS1_0", ""), changed("again", `"delete","create"`, "TLS1_0", "TLS1_2"), changed("odd", `"dance"`, "TLS1_0", "TLS1_2"),
	}, ",") + `],"prior_state":{"values":{"root_module":{"resources":[
{"address":"azurerm_storage_account.still","mode":"managed","type":"azurerm_storage_account","name":"still","values":{"id":"/subscriptions/s/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/still","name":"still"}}]}}}}`
	after := []string{"again replaced there declared", "calm untouched there declared", "edited updated there declared", "gone deleted leaving declared",
		"new created there declared", "odd unstated there declared", "still untouched there partial"}
	if got := readPlan(t, plan, false); !slices.Equal(got, after) {
		t.Errorf("afterwards %q, want %q", got, after)
	}
	before := []string{"again unstated there declared", "calm unstated there declared", "edited unstated there declared", "gone unstated there declared",
		"odd unstated there declared", "still untouched there partial"}
	if got := readPlan(t, plan, true); !slices.Equal(got, before) {
		t.Errorf("before %q, want %q", got, before)
	}
}
