package app

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/demarc-dev/demarc"
)

// TestPlansTellWhatChecksRead: attributes of Terraform that are spelled another
// way than the properties, or the other way round, decide the checks.
func TestPlansTellWhatChecksRead(t *testing.T) {
	const aad = `"azure_active_directory_role_based_access_control":[{"azure_rbac_enabled":true,"managed":true}],`
	const site = `"site_config":[{"ftps_state":"Disabled","remote_debugging_enabled":false,"minimum_tls_version":"1.2","cors":[{"allowed_origins":["https://example.org"]}]}]`
	tests := []struct{ resource, good, bad, checks string }{
		{"azurerm_storage_account", `"https_traffic_only_enabled":true,"min_tls_version":"TLS1_2","allow_nested_items_to_be_public":false,"shared_access_key_enabled":false,"cross_tenant_replication_enabled":false`,
			`"https_traffic_only_enabled":false,"min_tls_version":"TLS1_0","allow_nested_items_to_be_public":true,"shared_access_key_enabled":true,"cross_tenant_replication_enabled":true`,
			"storage-secure-transfer storage-minimum-tls storage-shared-key"},
		{"azurerm_key_vault", `"purge_protection_enabled":true,"rbac_authorization_enabled":true,"soft_delete_retention_days":90`, `"purge_protection_enabled":false,"rbac_authorization_enabled":false,"soft_delete_retention_days":7`,
			"key-vault-role-assignments"},
		{"azurerm_mssql_server", `"minimum_tls_version":"1.2","public_network_access_enabled":false`, `"minimum_tls_version":"1.0","public_network_access_enabled":true`, "sql-minimum-tls sql-public-access"},
		{"azurerm_postgresql_flexible_server", `"authentication":[{"active_directory_auth_enabled":true,"password_auth_enabled":false}],"geo_redundant_backup_enabled":true`,
			`"authentication":[{"active_directory_auth_enabled":false,"password_auth_enabled":true}],"geo_redundant_backup_enabled":false`, "database-postgresql-entra-only database-postgresql-geo-backup"},
		{"azurerm_cosmosdb_account", `"kind":"GlobalDocumentDB","capabilities":[],"local_authentication_disabled":true,"access_key_metadata_writes_enabled":false`, `"kind":"GlobalDocumentDB","capabilities":[],"local_authentication_disabled":false,"access_key_metadata_writes_enabled":true`,
			"cosmos-local-auth cosmos-key-metadata-writes"},
		{"azurerm_redis_cache", `"access_keys_authentication_enabled":false,"non_ssl_port_enabled":false,"minimum_tls_version":"1.2"`, `"access_keys_authentication_enabled":true,"non_ssl_port_enabled":true,"minimum_tls_version":"1.0"`,
			"database-redis-access-keys database-redis-encrypted-connections database-redis-minimum-tls"},
		{"azurerm_servicebus_namespace", `"local_auth_enabled":false,"minimum_tls_version":"1.2","public_network_access_enabled":false`, `"local_auth_enabled":true,"minimum_tls_version":"1.0","public_network_access_enabled":true`,
			"messaging-service-bus-local-auth messaging-service-bus-tls messaging-service-bus-public-access"},
		{"azurerm_eventhub_namespace", `"local_authentication_enabled":false,"minimum_tls_version":"1.2","public_network_access_enabled":false`, `"local_authentication_enabled":true,"minimum_tls_version":"1.0","public_network_access_enabled":true`,
			"messaging-event-hubs-local-auth messaging-event-hubs-tls messaging-event-hubs-public-access"},
		{"azurerm_linux_web_app", `"https_only":true,"client_certificate_enabled":true,"client_certificate_mode":"Required",` + site,
			`"https_only":false,"client_certificate_enabled":false,"site_config":[{"ftps_state":"AllAllowed","remote_debugging_enabled":true,"minimum_tls_version":"1.0","cors":[{"allowed_origins":["*"]}]}]`,
			"app-service-https-only app-service-declared-ftp app-service-declared-minimum-tls app-service-declared-remote-debugging app-service-declared-cors"},
		{"azurerm_kubernetes_cluster", aad + `"local_account_disabled":true,"role_based_access_control_enabled":true,"run_command_enabled":false`,
			`"azure_active_directory_role_based_access_control":[{"azure_rbac_enabled":false,"managed":true}],"local_account_disabled":false,"role_based_access_control_enabled":false,"run_command_enabled":true`,
			"aks-azure-rbac aks-local-accounts aks-kubernetes-rbac aks-run-command"},
		{"azurerm_linux_virtual_machine", `"disable_password_authentication":true,"secure_boot_enabled":true,"vtpm_enabled":true,"encryption_at_host_enabled":true`,
			`"disable_password_authentication":false,"secure_boot_enabled":false,"vtpm_enabled":false,"encryption_at_host_enabled":false`,
			"compute-vm-linux-password compute-vm-secure-boot compute-vm-vtpm compute-vm-encryption-at-host"},
		{"azurerm_network_interface", `"ip_forwarding_enabled":false,"ip_configuration":[{"name":"a","public_ip_address_id":""}]`, `"ip_forwarding_enabled":true,"ip_configuration":[{"name":"a","public_ip_address_id":"/subscriptions/s/x"}]`,
			"network-nic-ip-forwarding network-nic-public-address"},
		{"azurerm_container_registry", `"admin_enabled":false,"anonymous_pull_enabled":false`, `"admin_enabled":true,"anonymous_pull_enabled":true`, "containers-registry-admin-user containers-registry-anonymous-pull"},
		{"azurerm_cognitive_account", `"local_auth_enabled":false,"kind":"OpenAI"`, `"local_auth_enabled":true,"kind":"OpenAI"`, "ai-services-local-auth"},
		{"azurerm_search_service", `"local_authentication_enabled":false`, `"local_authentication_enabled":true`, "search-local-auth"},
		{"azurerm_recovery_services_vault", `"soft_delete_enabled":true,"immutability":"Locked","public_network_access_enabled":false`, `"soft_delete_enabled":false,"immutability":"Disabled","public_network_access_enabled":true`,
			"backup-recovery-vault-soft-delete backup-recovery-vault-immutability backup-recovery-vault-public-access"},
	}
	for _, test := range tests {
		for word, attributes := range map[string]string{"compliant": test.good, "non-compliant": test.bad} {
			t.Run(test.resource+" "+word, func(t *testing.T) {
				got := plannedVerdicts(t, test.resource, attributes)
				for check := range strings.FieldsSeq(test.checks) {
					if got[check] != word {
						t.Errorf("%s is %s", check, got[check])
					}
				}
				for check, verdict := range got {
					if verdict == "non-compliant" && word == "compliant" {
						t.Errorf("%s is %s, too", check, verdict)
					}
				}
			})
		}
	}
}

// plannedVerdicts are those of our own checks about a resource that a plan
// creates.
func plannedVerdicts(t *testing.T, resource, attributes string) map[string]string {
	t.Helper()
	text := `{"format_version":"1.2","terraform_version":"1.9.0","resource_changes":[{"address":"` + resource + `.x","mode":"managed","type":"` + resource + `","name":"x",` +
		`"provider_name":"registry.terraform.io/hashicorp/azurerm","change":{"actions":["create"],"before":null,"after":{"name":"x","location":"westeurope","resource_group_name":"rg",` + attributes +
		`},"after_unknown":{"id":true}}}],"configuration":{"root_module":{}}}`
	path := filepath.Join(t.TempDir(), "plan.json")
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	a, err := Assess(context.Background(), Request{Paths: []string{path}, AsOf: "2026-11-22"})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for i := range a.Checks.Len() {
		e := a.Checks.At(i)
		got[e.Check] = demarc.CheckVerdictOf(e.Outcome).String()
	}
	return got
}
