package access

import (
	"slices"
	"strconv"

	"github.com/demarc-dev/demarc"
)

// The ids below are the same in every tenant.

// The authentication strengths that Microsoft maintains.
// See https://learn.microsoft.com/entra/identity/authentication/concept-authentication-strengths
const (
	strengthMFA          = "00000000-0000-0000-0000-000000000002"
	strengthPasswordless = "00000000-0000-0000-0000-000000000003"
	strengthPhishing     = "00000000-0000-0000-0000-000000000004"
)

// phishingResistant are the methods that the strongest of them allows, folded.
var phishingResistant = map[string]bool{"windowshelloforbusiness": true, "fido2": true, "x509certificatemultifactor": true}

// azureManagement is the application behind the Azure portal, the command line
// tools and the management API.
// See https://learn.microsoft.com/entra/identity/conditional-access/policy-old-require-mfa-azure-mgmt
const azureManagement = "797f4846-ba00-4fd7-ba43-dac1f8f63013"

// registerSecurityInfo is the user action of setting up methods to sign in.
// See https://learn.microsoft.com/entra/identity/conditional-access/policy-all-users-security-info-registration
const registerSecurityInfo = "urn:user:registersecurityinfo"

// administrators are the roles that Microsoft's template names as those of
// administrators, of whom at least more than a password is to be demanded.
// See https://learn.microsoft.com/entra/identity/conditional-access/policy-old-require-mfa-admin
var administrators = []struct{ id, name string }{
	{"62e90394-69f5-4237-9190-012177145e10", "Global Administrator"},
	{"9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3", "Application Administrator"},
	{"c4e39bd9-1100-46d3-8c65-fb160da0071f", "Authentication Administrator"},
	{"b0f54661-2d74-4c50-afa3-1ec803f12efe", "Billing Administrator"},
	{"158c047a-c907-4556-b7ef-446551a6b5f7", "Cloud Application Administrator"},
	{"b1be1c3e-b65d-4f19-8427-f6fa0d97feb9", "Conditional Access Administrator"},
	{"29232cdf-9323-42fd-ade2-1d097af3e4de", "Exchange Administrator"},
	{"729827e3-9c14-49f7-bb1b-9608f156bbb8", "Helpdesk Administrator"},
	{"966707d0-3269-4727-9be2-8c3a10f19b9d", "Password Administrator"},
	{"7be44c8a-adaf-4e2a-84d6-ab2649e08a13", "Privileged Authentication Administrator"},
	{"e8611ab8-c189-46e8-94e1-60213ab1f814", "Privileged Role Administrator"},
	{"194ae4cb-b126-40b2-bd5b-6091b380977d", "Security Administrator"},
	{"f28a1f50-f6e7-4571-818b-6a12f2af6b6c", "SharePoint Administrator"},
	{"fe930be7-5e62-47db-91af-98c3a49a38b1", "User Administrator"},
}

// The role of owners in Azure, and the roles that Microsoft calls privileged
// administrator roles because they can change resources or grant access at
// their scope.
// See https://learn.microsoft.com/azure/role-based-access-control/role-assignments-steps
// and https://learn.microsoft.com/azure/role-based-access-control/built-in-roles/privileged
const ownerRole = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635"

// privileged are those roles, by folded name and by id.
var privileged = map[string]string{
	"owner": "Owner", ownerRole: "Owner",
	"contributor": "Contributor", "b24988ac-6180-42a0-ab88-20f7382dd24c": "Contributor",
	"user access administrator": "User Access Administrator", "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9": "User Access Administrator",
	"role based access control administrator": "Role Based Access Control Administrator",
	"f58310d9-a9f6-439a-9e8d-f62e7b41a168":    "Role Based Access Control Administrator",
}

// roles are further roles that are given to other tenants as a rule, by id:
// those of Azure, then those of the directory.
// See https://learn.microsoft.com/azure/role-based-access-control/built-in-roles
// and https://learn.microsoft.com/entra/identity/role-based-access-control/permissions-reference
var roles = map[string]string{
	"acdd72a7-3385-48ef-bd42-f606fba81ae7": "Reader",
	"39bc4728-0917-49c7-9d2c-d95423bc2eb4": "Security Reader",
	"fb1c8493-542b-48eb-b624-b4c8fea62acd": "Security Admin",
	"749f88d5-cbae-40b8-bcfc-e573ddc772fa": "Monitoring Contributor",
	"43d0d8ad-25c7-4714-9337-8ba259a9fe05": "Monitoring Reader",
	"92aaf0da-9dab-42b6-94a3-d43ce8d16293": "Log Analytics Contributor",
	"9980e02c-c2be-4d73-94e8-173b1dc7cf3c": "Virtual Machine Contributor",
	"cfd33db0-3dd1-45e3-aa9d-cdbdf3b6f24e": "Support Request Contributor",
	"91c1777a-f3dc-4fae-b103-61d183457e46": "Managed Services Registration assignment Delete Role",

	"f2ef992c-3afb-46b9-b7cf-a126ee74c451": "Global Reader",
	"88d8e3e3-8f55-4a1e-953a-9b9898b8876b": "Directory Readers",
	"5d6b6bb7-de71-4623-b4af-96380a352509": "Security Reader",
	"4d6ac14f-3453-41d0-bef9-a3e0c569773a": "License Administrator",
	"f023fd81-a637-4b56-95fd-791ac0226033": "Service Support Administrator",
}

// RoleName is the name of a role of Azure or of the directory that has the same
// id in every tenant. Of any other it is what was given.
func RoleName(id string) string {
	folded := demarc.Fold(id)
	if name, ok := roles[folded]; ok {
		return name
	}
	for _, role := range administrators {
		if role.id == folded {
			return role.name
		}
	}
	if name, ok := privileged[folded]; ok {
		return name
	}
	return id
}

// NamedRoles are accesses with such names in place of ids.
func NamedRoles(accesses []demarc.Access) []demarc.Access {
	list := slices.Clone(accesses)
	for i := range list {
		list[i].Roles = slices.Clone(list[i].Roles)
		for n, id := range list[i].Roles {
			list[i].Roles[n] = RoleName(id)
		}
	}
	return list
}

func number(n int) string { return strconv.Itoa(n) }
