package source

import "github.com/demarc-dev/demarc"

// TenantID is the id of the scope of a Microsoft tenant, "" when the tenant is
// not known.
func TenantID(tenant string) string {
	if tenant == "" {
		return ""
	}
	return "/tenants/" + demarc.Fold(tenant)
}

// ServiceID makes up the id of a service that a tenant has once: two inputs
// that show it show the same resource. Where the tenant is not known the type
// is all there is.
func ServiceID(tenant, typ string) string {
	if tenant == "" {
		return typ
	}
	return "tenants/" + demarc.Fold(tenant) + "/" + typ
}
