package app

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/demarc-dev/demarc"
)

const testTenant = "a1b2c3d4-e5f6-7890-abcd-ef1234567890"

// tenantFiles are what one tenant exports.
var tenantFiles = map[string]string{
	"t/organization.json": `{"value":[{"id":"` + testTenant + `","displayName":"Contoso","tenantType":"AAD","verifiedDomains":[{"name":"contoso.com"}]}]}`,
	"t/skus.json": `{"value":[
		{"accountId":"` + strings.ToUpper(testTenant) + `","skuPartNumber":"SPE_E3","capabilityStatus":"Enabled","servicePlans":[
			{"servicePlanName":"EXCHANGE_S_ENTERPRISE","provisioningStatus":"Success"},{"servicePlanName":"AAD_PREMIUM","provisioningStatus":"Success"},
			{"servicePlanName":"TEAMS1","provisioningStatus":"Disabled"}]},
		{"accountId":"` + testTenant + `","skuPartNumber":"EXCHANGESTANDARD","capabilityStatus":"Enabled","servicePlans":[
			{"servicePlanName":"EXCHANGE_S_STANDARD","provisioningStatus":"Success"}]}]}`,
	"t/ProviderSettingsExport.json": `{"baseline_version":"1","tenant_details":{"TenantId":"` + testTenant + `","DisplayName":"Contoso"},
		"exo_successful_commands":["Get-RemoteDomain"]}`,
	"t/apps.json": `{"value":[
		{"id":"p1","appId":"1","displayName":"Slack","appOwnerOrganizationId":"22222222-2222-2222-2222-222222222222","servicePrincipalType":"Application"},
		{"id":"p2","appId":"2","displayName":"Expense tool","appOwnerOrganizationId":"33333333-2222-2222-2222-222222222222","servicePrincipalType":"Application","verifiedPublisher":{"displayName":"Fabrikam Inc"}},
		{"id":"p3","appId":"3","displayName":"Office","appOwnerOrganizationId":"f8cdef31-a31e-4b4a-93e4-5f571e91255a","servicePrincipalType":"Application"}]}`,
	"t/intune.csv": "Device ID,Device name,Compliance,OS,Azure AD Device ID\ni1,LT-1,Compliant,Windows,aaaaaaaa-0000-0000-0000-000000000001\n",
	"t/entra.csv":  "displayName,deviceId,joinType,operatingSystem\nLT-1,AAAAAAAA-0000-0000-0000-000000000001,Entra joined,Windows\n",
}

// TestTenant: a service that several files of a tenant show is one resource,
// and who runs the application of a publisher is that publisher.
func TestTenant(t *testing.T) {
	estateOf(t, tenantFiles)
	a, err := Assess(context.Background(), Request{Paths: []string{"t"}, Today: time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)})
	if err != nil {
		t.Fatal(err)
	}
	const in = "tenants/" + testTenant + "/"
	want := map[string]string{ // type, provider, role
		in + "entra/tenant":                            "entra/tenant microsoft control-plane",
		in + "entra/entra-id":                          "entra/entra-id microsoft workload",
		in + "m365/exchange-online":                    "m365/exchange-online microsoft workload",
		"servicePrincipals/p1":                         "saas/slack slack workload",
		"servicePrincipals/p2":                         "other/saas-application fabrikam-inc workload",
		"servicePrincipals/p3":                         "entra/microsoft-application microsoft configuration",
		"devices/aaaaaaaa-0000-0000-0000-000000000001": "onprem/workstation customer workload",
	}
	for _, r := range a.Resources {
		got := r.Type + " " + r.Answer.Provider + " " + r.Answer.Role.String()
		if want[r.ID] != got {
			t.Errorf("%s is %s, want %s", r.ID, got, want[r.ID])
		}
		if strings.HasPrefix(r.ID, in) && (r.Scope == nil || r.Scope.Kind != demarc.TenantScope || r.Scope.Name != "Contoso") {
			t.Errorf("%s hangs in %+v", r.ID, r.Scope)
		}
		delete(want, r.ID)
	}
	for id := range want {
		t.Errorf("%s is absent", id)
	}
}
