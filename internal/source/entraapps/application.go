package entraapps

import (
	"cmp"
	"slices"
	"strings"
	"sync"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/source/graphrow"
)

// providerPath is the property that names who runs an application.
const providerPath = "properties.provider"

// kind says whose an application is.
type kind uint8

const (
	undecided            kind = iota // of another tenant or of this one
	publisherApplication             // a finished application of somebody else
	ownApplication                   // registered in this tenant
	someApplication                  // nobody says whose
	microsoftApplication
	managedIdentity
)

var types = [...]string{
	publisherApplication: "other/saas-application", ownApplication: "entra/service-principal", someApplication: "entra/service-principal",
	microsoftApplication: "entra/microsoft-application", managedIdentity: "entra/managed-identity",
}

// typ is the type of an application of the kind, where its name tells no
// other.
func (k kind) typ() string { return types[k] }

// application is what a row shows of an application.
type application struct {
	id, name  string
	publisher string // who published it, else its name
	owner     string // folded id of the tenant that registered it
	line      int
	told      kind // what the row says itself, undecided when it does not
	single    bool // only its own tenant may use it
	gallery   bool // made from an entry of the gallery
	signsIn   bool // people sign in to it, as far as the row shows
}

// microsoftTenants are the tenants in which Microsoft registers applications.
// See https://learn.microsoft.com/troubleshoot/entra/entra-id/governance/verify-first-party-apps-sign-in
var microsoftTenants = []string{"f8cdef31-a31e-4b4a-93e4-5f571e91255a", "72f988bf-86f1-41af-91ab-2d7cd011db47"}

// ownTemplate is the gallery's entry for applications that are not in the
// gallery.
const ownTemplate = "8adf8e6e-67b2-4cf2-a259-e3dc5476c621"

// look reads a row.
func look(r *graphrow.Row) application {
	a := application{
		id: r.Text("id", "objectid"), name: r.Text("displayname", "name", "appdisplayname"),
		owner: demarc.Fold(r.Text("appownerorganizationid")), line: r.Line,
		single: demarc.EqualFold(r.Text("signinaudience"), "AzureADMyOrg"),
	}
	template := demarc.Fold(r.Text("applicationtemplateid"))
	a.gallery = template != "" && template != ownTemplate
	a.publisher = cmp.Or(verified(r), r.Text("publishername", "publisher"), a.name)
	a.told = told(r.Text("serviceprincipaltype"), r.Text("applicationtype"))
	a.signsIn = signsIn(r)
	return a
}

// verified is the name of the publisher that Microsoft verified.
func verified(r *graphrow.Row) string {
	publisher := graphrow.New()
	if raw := r.Raw("verifiedpublisher"); raw == nil || publisher.Object(raw, r.Line) != nil {
		return ""
	}
	return publisher.Text("displayname")
}

// told is what Graph and the admin center say of whose an application is.
func told(principal, list string) kind {
	switch {
	case demarc.EqualFold(principal, "ManagedIdentity"), strings.HasPrefix(demarc.Fold(list), "managed identit"):
		return managedIdentity
	case strings.HasPrefix(demarc.Fold(list), "microsoft application"):
		return microsoftApplication
	}
	return undecided
}

// signsIn reports whether people sign in to an application: it is set up for
// single sign-on, or it is listed among the enterprise applications. Where the
// row shows neither column it may be.
// See https://learn.microsoft.com/graph/api/resources/serviceprincipal
func signsIn(r *graphrow.Row) bool {
	if !r.Shows("tags", "preferredsinglesignonmode") {
		return true
	}
	mode := demarc.Fold(r.Text("preferredsinglesignonmode"))
	return mode != "" && mode != "notsupported" ||
		slices.ContainsFunc(r.Texts("tags"), func(tag string) bool { return strings.HasPrefix(tag, "WindowsAzureActiveDirectory") })
}

// kind decides whose an application is, as far as its own row tells. An
// application that only one tenant may use is of the tenant in which it is
// met; one made from the gallery is registered there as well, but is the
// publisher's.
func (a *application) kind() kind {
	switch {
	case a.told != undecided:
		return a.told
	case slices.Contains(microsoftTenants, a.owner):
		return microsoftApplication
	case a.gallery:
		return publisherApplication
	case a.owner == "":
		return someApplication
	case a.single:
		return ownApplication
	case !a.signsIn:
		return someApplication
	}
	return undecided
}

// owners knows which tenants are the one at hand: those that registered an
// application which only they may use. It keeps applications of other tenants
// until all rows were seen. It is safe for concurrent use.
type owners struct {
	mu   sync.Mutex
	ids  []string
	kept []application
}

func (o *owners) add(id string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if !slices.Contains(o.ids, id) {
		o.ids = append(o.ids, id)
	}
}

func (o *owners) keep(a application) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.kept = append(o.kept, a)
}

// each decides the applications that were kept, in the order of the file.
func (o *owners) each(give func(application, kind)) {
	slices.SortStableFunc(o.kept, func(a, b application) int {
		return cmp.Or(cmp.Compare(a.line, b.line), strings.Compare(a.id, b.id), strings.Compare(a.name, b.name))
	})
	for _, a := range o.kept {
		if slices.Contains(o.ids, a.owner) {
			give(a, ownApplication)
		} else {
			give(a, publisherApplication)
		}
	}
}
