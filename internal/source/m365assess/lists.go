package m365assess

import (
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/tenantreport"
)

// The kinds of statements that the tables give.
const (
	Domain = "accepted-domain" // a domain that mail is accepted for
	Flow   = "mail-flow"       // a connector, a rule
)

// The services that lists are about.
const (
	sharePoint = "m365/sharepoint-online"
	teamsType  = "m365/teams"
)

// signIn reads the sign-in methods of a person: what is registered, which says
// nothing about what is demanded.
func (d *decoder) signIn() {
	name := d.Row.Text("userprincipalname")
	if name == "" {
		d.missing("a name (UserPrincipalName)")
		return
	}
	registered := d.wanted(d.Row.Text("ismfaregistered"), true, "registered: "+orNone(d.Row.Text("methodsregistered")))
	about := d.tenant.Person(name, d.Row.Text("userdisplayname"))
	d.tell(about, "user-mfa-registered", "A person has registered for multifactor authentication", registered)
	if demarc.EqualFold(d.Row.Text("isadmin"), "true") {
		d.tell(about, "admin-mfa-registered", "An administrator has registered for multifactor authentication", registered)
	}
}

func orNone(text string) string {
	if text == "" {
		return "none"
	}
	return text
}

// role reads a member of a directory role. Guests have #EXT# in their name.
func (d *decoder) role() {
	name, role := d.Row.Text("memberupn", "memberdisplayname"), d.Row.Text("rolename")
	id := d.Row.Text("memberid")
	if id == "" {
		id = name
	}
	if id == "" || role == "" {
		d.missing("a role or a member (RoleName, MemberId)")
		return
	}
	guest := strings.Contains(demarc.Fold(name), "#ext#")
	about := d.tenant.Person(id, d.Row.Text("memberdisplayname", "memberupn"))
	d.tell(about, "admin-not-guest", "Who holds a directory role is no guest", told(name, !guest, role))
}

// forever is how many days Entra ID writes for a password that never expires.
const forever = "2147483647"

// passwords reads whether the passwords of a domain expire.
func (d *decoder) passwords() {
	domain, period := d.Row.Text("domain"), d.Row.Text("passwordvalidityperiod")
	if domain == "" {
		d.missing("a domain (Domain)")
		return
	}
	d.tell(d.thing(domain), "domain-password-no-expiry", "Passwords of a domain do not expire", told(period, period == forever, "days: "+period))
}

// mailRecords reads the records by which others tell real mail of a domain.
func (d *decoder) mailRecords() {
	domain := d.Row.Text("domain")
	if domain == "" {
		d.missing("a domain (Domain)")
		return
	}
	about := d.thing(domain)
	record := func(check, title, column string) {
		value := d.Row.Text(column)
		d.tell(about, check, title, told(value, !demarc.EqualFold(value, "Not configured"), value))
	}
	record("domain-spf", "A domain has an SPF record", "spf")
	d.tell(about, "domain-dmarc-enforced", "The DMARC record of a domain rejects or quarantines what fails", d.dmarc())
	d.tell(about, "domain-dkim", "A domain has DKIM selectors", d.dkim())
	record("domain-mta-sts", "A domain has an MTA-STS record", "mtasts")
	record("domain-tls-reporting", "A domain has a TLS reporting record", "tlsrpt")
}

func (d *decoder) dmarc() finding {
	record, policy := d.Row.Text("dmarc"), demarc.Fold(d.Row.Text("dmarcpolicy"))
	enforced := strings.HasPrefix(policy, "reject") || strings.HasPrefix(policy, "quarantine")
	return told(record, enforced && !demarc.EqualFold(record, "Not configured"), tenantreport.Join(record, policy))
}

func (d *decoder) dkim() finding {
	one, two := d.Row.Text("dkimselector1"), d.Row.Text("dkimselector2")
	configured := func(s string) bool { return !absent(s) && !demarc.EqualFold(s, "Not configured") }
	return told(one+two, configured(one) || configured(two), tenantreport.Join(one, two))
}

// protection reads a policy against spam, malware and deceit. What kind it is
// names the check: anti-spam-policy-enabled, safe-links-policy-enabled.
func (d *decoder) protection() {
	kind, name := kebab(d.Row.Text("policytype")), d.Row.Text("name")
	if kind == "" || name == "" {
		d.missing("a kind or a name (PolicyType, Name)")
		return
	}
	d.tell(d.thing(name), kind+"-policy-enabled", d.Row.Text("policytype")+" policy is enabled", d.wanted(d.Row.Text("enabled"), true, d.Row.Text("keysettings")))
}

// dataProtection reads a policy, a rule or a label that protects data. A
// policy in test mode enforces nothing.
func (d *decoder) dataProtection() {
	kind, name, details := kebab(d.Row.Text("itemtype")), d.Row.Text("name"), d.Row.Text("details")
	if kind == "" || name == "" {
		d.missing("a kind or a name (ItemType, Name)")
		return
	}
	f := d.wanted(d.Row.Text("enabled"), true, details)
	if kind != "dlp-policy" {
		d.tell(d.thing(name), kind+"-enabled", d.Row.Text("itemtype")+" is enabled", f)
		return
	}
	if f.Outcome == demarc.Pass {
		f = d.known(modes, setting(details, "Mode"), details)
	}
	d.tell(d.thing(name), "dlp-policy-enforced", "A data loss prevention policy is enforced", f)
}

// modes are the words for whether a policy of data loss prevention is in
// force.
var modes = map[string]tenantreport.Meaning{
	"enable": {Outcome: demarc.Pass}, "disable": {Outcome: demarc.Fail}, "testwithnotifications": {Outcome: demarc.Fail},
	"testwithoutnotifications": {Outcome: demarc.Fail}, "pendingdeletion": {Outcome: demarc.Fail},
}

// setting is the value of a name in a text such as "Mode=Enable; Locations=x".
func setting(details, name string) string {
	for part := range strings.SplitSeq(details, ";") {
		if key, value, ok := strings.Cut(part, "="); ok && demarc.EqualFold(strings.TrimSpace(key), name) {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

// mailFlow reads what mail passes through: no finding, but a statement.
func (d *decoder) mailFlow() {
	name := d.Row.Text("name")
	if name == "" {
		d.missing("a name (Name)")
		return
	}
	kind := Flow
	if demarc.EqualFold(d.Row.Text("itemtype"), "Domain") {
		kind = Domain
	}
	d.Sink.Statement(source.Statement{Kind: kind, ID: name, Place: d.Place()})
}

// levels are the words for with whom files may be shared.
// See https://learn.microsoft.com/graph/api/resources/sharepointsettings
var levels = map[string]tenantreport.Meaning{
	"disabled": {Outcome: demarc.Pass}, "externalusersharingonly": {Outcome: demarc.Pass}, "existingexternalusersharingonly": {Outcome: demarc.Pass},
	"externaluserandguestsharing": {Outcome: demarc.Fail},
}

// sharing reads the settings of SharePoint.
func (d *decoder) sharing() {
	about := d.tenant.Subject(sharePoint)
	level := d.Row.Text("sharingcapability")
	d.tell(about, "sharepoint-no-anonymous-sharing", "Files are not shared with anyone who has a link", d.known(levels, level, level))
	d.truth(about, "sharepoint-no-resharing", "External users cannot share on", "isresharingbyexternalusersenabled", false)
	d.truth(about, "sharepoint-unmanaged-sync-blocked", "Devices that nobody manages cannot synchronise files", "isunmanagedsyncclientrestricted", true)
}

// teams reads the settings of Teams.
func (d *decoder) teams() {
	about := d.tenant.Subject(teamsType)
	d.truth(about, "teams-no-guest-access", "Guests have no access to teams", "allowguestaccess", false)
	d.truth(about, "teams-no-third-party-apps", "Apps of third parties are not allowed in Teams", "allowthirdpartyapps", false)
	d.truth(about, "teams-no-sideloading", "Apps cannot be uploaded to Teams", "allowsideloading", false)
}

// truth tells whether a column that is true or false is as it is wanted.
func (d *decoder) truth(about demarc.Subject, check, title, column string, want bool) {
	value := d.Row.Text(column)
	d.tell(about, check, title, d.wanted(value, want, value))
}

// sync reads the state of the synchronisation with a directory on premises,
// and which tenant it is of. A tenant without one has nothing to protect there.
func (d *decoder) sync() {
	id, name := d.Row.Text("tenantid"), d.Row.Text("tenantdisplayname")
	tenant := tenantreport.NewTenant(id, name)
	if tenant.ID == "" {
		d.Note(demarc.NoteMalformed, "the row does not say which tenant it is of")
	}
	tenant.Give(d.Sink, d.Place())
	kind := d.Row.Text("synctype")
	f := d.wanted(d.Row.Text("passwordhashsyncenabled"), true, kind)
	if demarc.EqualFold(d.Row.Text("dirsyncconfigured"), "false") && !demarc.EqualFold(d.Row.Text("onpremisessyncenabled"), "true") {
		f = finding{Meaning: tenantreport.Meaning{Outcome: demarc.OutcomeNotApplicable}, detail: "no directory is synchronised: " + kind}
	}
	d.tell(tenant.Subject(""), "hybrid-password-hash-sync", "Hashes of passwords are synchronised from the directory on premises", f)
}
