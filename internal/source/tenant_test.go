package source_test

import (
	"testing"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/scope"
	"github.com/demarc-dev/demarc/internal/source"
)

func TestServicesOfATenant(t *testing.T) {
	const tenant = "A1B2C3D4-e5f6-7890-abcd-ef1234567890"
	if got := source.ServiceID(tenant, "m365/teams"); got != "tenants/a1b2c3d4-e5f6-7890-abcd-ef1234567890/m365/teams" {
		t.Errorf("id of a service: %s", got)
	}
	if got := source.ServiceID("", "m365/teams"); got != "m365/teams" {
		t.Errorf("id of a service of nobody knows which tenant: %s", got)
	}
	kind, ok := scope.Parse(source.TenantID(tenant)).IsScope()
	if !ok || kind != demarc.TenantScope {
		t.Errorf("%s is not the id of a tenant", source.TenantID(tenant))
	}
	if source.TenantID("") != "" {
		t.Error("a tenant that is not known has an id")
	}
}
