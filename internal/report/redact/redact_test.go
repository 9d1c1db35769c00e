package redact

import (
	"slices"
	"strings"
	"testing"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/sample"
)

func judged() (*demarc.Assessment, *Redactor) {
	a := sample.Judged()
	return a, New(a, Options{Party: func(id string) bool { return id == demarc.Microsoft }, Names: []string{"Fabrikam Managed Services"}, Paths: []string{"exports/"}})
}

const guid = "6f0b1c7e-2f3a-4a53-9d0e-4b8f5f0c2a11"

// shape writes a pseudonym as the word in front of it.
func shape(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); {
		switch {
		case len(s)-i >= len(guid) && isGUID(s[i:i+len(guid)]):
			b.WriteString("GUID")
			i += len(guid)
		case s[i] == '-' && len(s)-i > digits && strings.Trim(s[i+1:i+1+digits], "0123456789abcdef") == "":
			b.WriteString("#")
			i += 1 + digits
		default:
			b.WriteByte(s[i])
			i++
		}
	}
	return b.String()
}

func TestID(t *testing.T) {
	_, r := judged()
	for _, tt := range []struct{ name, id, want string }{
		{"resource", "/subscriptions/" + guid + "/resourceGroups/rg-prod/providers/Microsoft.Compute/virtualMachines/vm-web-01",
			"/subscriptions/GUID/resourceGroups/rg#/providers/Microsoft.Compute/virtualMachines/res#"},
		{"child", "/subscriptions/" + guid + "/resourceGroups/rg/providers/Microsoft.Sql/servers/sql-shop/databases/orders",
			"/subscriptions/GUID/resourceGroups/rg#/providers/Microsoft.Sql/servers/res#/databases/res#"},
		{"extension", "/subscriptions/" + guid + "/resourceGroups/rg/providers/A.B/things/x/providers/C.D/locks/y",
			"/subscriptions/GUID/resourceGroups/rg#/providers/A.B/things/res#/providers/C.D/locks/res#"},
		{"a name that is a word of ids", "/subscriptions/" + guid + "/resourceGroups/providers/providers/A.B/things/subscriptions",
			"/subscriptions/GUID/resourceGroups/rg#/providers/A.B/things/res#"},
		{"group", "/subscriptions/" + guid + "/resourcegroups/rg-prod", "/subscriptions/GUID/resourcegroups/rg#"},
		{"management group", "/providers/Microsoft.Management/managementGroups/corp", "/providers/Microsoft.Management/managementGroups/mg#"},
		{"tenant by name", "/tenants/contoso.example", "/tenants/tenant#"},
		{"site", "/sites/berlin", "/sites/site#"},
		{"made up", "onprem/server/berlin/file-01", "onprem/server/res#/res#"},
		{"made up, with its kind", "onprem/berlin/server/server", "onprem/res#/server/res#"},
		{"service of a tenant", "tenants/" + guid + "/m365/exchange-online", "tenants/GUID/m365/exchange-online"},
		{"service of a tenant by name", "m365/exchange-online/contoso.example", "m365/exchange-online/res#"},
		{"address in a plan", "module.shop.azurerm_linux_virtual_machine.web", "res#"},
		{"zeroes stand for nothing", "/subscriptions/00000000-0000-0000-0000-000000000000", "/subscriptions/GUID"},
		{"none", "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := shape(r.ID(tt.id)); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

func TestText(t *testing.T) {
	_, r := judged()
	for _, tt := range []struct{ name, text, want string }{
		{"our own words", "no rule knows this type", "no rule knows this type"},
		{"a known name", "vm-web-01 is not covered", "res# is not covered"},
		{"in any case", "VM-WEB-01 is not covered", "res# is not covered"},
		{"the longer name", "vm-web-01_os and vm-web-01-nic", "res# and res#"},
		{"not within a word", "xvm-web-01", "xvm-web-01"},
		{"a name of several words", "Fabrikam Managed Services took identities", "name# took identities"},
		{"a name with odd letters", `=cmd("|' /C calc'!A0") is there`, "res# is there"},
		{"a file and a line", "exports/resources.json:9: a row", "dir#/file#.json:9: a row"},
		{"a file that is not of the estate", "the module net/hub.bicep was not given", "the module dir#/file#.bicep was not given"},
		{"what stands between quotes", `the owner "Jo \"x\" Doe" is new`, `the owner "text#" is new`},
		{"a type between quotes", `type "Microsoft.Compute/virtualMachines"`, `type "Microsoft.Compute/virtualMachines"`},
		{"the title of a check", `maester "Strong sign-in of administrators" failed`, `maester "Strong sign-in of administrators" failed`},
		{"a quote that does not end", `5" of`, `5" of`},
		{"an id", "to /subscriptions/" + guid + "/resourceGroups/x, and on", "to /subscriptions/GUID/resourceGroups/rg#, and on"},
		{"a GUID", "role " + guid + ".", "role GUID."},
		{"a person", "approved by jo.doe@contoso.example.", "approved by person#."},
		{"an address", "from 10.20.30.40/16 and fe80::1:2:3", "from address# and address#"},
		{"a host", "db.corp.contoso.net answers", "host# answers"},
		{"a property", "properties.storageProfile.osDisk is empty", "properties.storageProfile.osDisk is empty"},
		{"a responsibility", "os.patch and data.recovery", "os.patch and data.recovery"},
		{"a version", "version 1.2.3 of 4.5", "version 1.2.3 of 4.5"},
		{"public documentation", "https://learn.microsoft.com/azure/aks", "https://learn.microsoft.com/azure/aks"},
		{"an address of one's own", "https://wiki.contoso.net/a?b=c", "https://host#/a?b=c"},
		{"a public party", "Microsoft and YOU", "Microsoft and YOU"},
		{"a party of one's own", "plan.publisher is fabrikam", "plan.publisher is party#"},
		{"other scripts", "Büro 東京 is new", "Büro 東京 is new"},
		{"none", "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := shape(r.text(tt.text)); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

func TestPath(t *testing.T) {
	_, r := judged()
	for path, want := range map[string]string{
		"-": "-", "": "", "demarc.yaml": "demarc.yaml", "/srv/contoso/demarc.yaml": "/dir#/dir#/demarc.yaml", "../exports/vm list.CSV": "../dir#/file#.csv",
		`C:\exports\a.json`: "dir#/dir#/file#.json", "facts/web01": "dir#/file#", "a.contoso-berlin": "file#",
	} {
		if got := shape(r.path(path)); got != want {
			t.Errorf("%s: got %s, want %s", path, got, want)
		}
	}
}

// TestTheSameNameIsTheSamePseudonym, wherever and in whatever case it stands.
func TestTheSameNameIsTheSamePseudonym(t *testing.T) {
	a, r := judged()
	out := r.Assessment(a)
	for i, s := range out.Resources {
		if s.Name != "" && !strings.HasSuffix(s.ID, s.Name) && !strings.Contains(a.Resources[r.place(t, a, s)].Name, "<") && !strings.HasPrefix(a.Resources[r.place(t, a, s)].Name, "=") {
			t.Errorf("resource %d is %s, and its id %s", i, s.Name, s.ID)
		}
	}
	_, again := judged()
	for _, name := range []string{"vm-web-01", "VM-Web-01"} {
		if got := again.name(aResource, name); got != r.name(aResource, "vm-web-01") {
			t.Errorf("%s is %s in another run", name, got)
		}
	}
}

// place finds the original of a resource.
func (r *Redactor) place(t *testing.T, a *demarc.Assessment, copied *demarc.Assessed) int {
	t.Helper()
	i := slices.IndexFunc(a.Resources, func(x *demarc.Assessed) bool { return r.ID(x.ID) == copied.ID })
	if i < 0 {
		t.Fatalf("no original of %s", copied.ID)
	}
	return i
}

func TestKey(t *testing.T) {
	estate := func(change func(*demarc.Assessment)) [32]byte {
		a := sample.Contoso()
		a.Scopes = slices.Clone(a.Scopes)
		if change != nil {
			change(a)
		}
		return key(a, "")
	}
	base := estate(nil)
	more := func(a *demarc.Assessment) { a.Resources = a.Resources[1:] }
	if estate(more) != base || estate(func(a *demarc.Assessment) { slices.Reverse(a.Scopes) }) != base {
		t.Error("another resource or another order changes all pseudonyms")
	}
	if estate(func(a *demarc.Assessment) {
		a.Scopes = append(a.Scopes, &demarc.Scope{ID: "/subscriptions/" + strings.Repeat("1", 8) + guid[8:]})
	}) == base {
		t.Error("another subscription leaves the key")
	}
	without := func(a *demarc.Assessment) { a.Scopes = nil }
	if estate(without) == base || estate(func(a *demarc.Assessment) { without(a); more(a) }) == estate(without) {
		t.Error("without subscriptions not all names make the key")
	}
	a := sample.Contoso()
	if key(a, "x") == key(a, "y") || key(a, "x") != key(sample.Large(3), "x") {
		t.Error("a secret does not decide alone")
	}
}

func TestNoNameIsGuessed(t *testing.T) {
	a, r := judged()
	other := New(a, Options{Secret: "another"})
	for _, name := range []string{"vm-web-01", guid} {
		if r.name(aResource, name) == other.name(aResource, name) {
			t.Errorf("the pseudonym of %s does not depend on the key", name)
		}
	}
	if id := a.Divisions[0].ID; r.hash(id) == id || r.hash(id) == other.hash(id) {
		t.Error("the hash of a content with names shows through")
	}
}
