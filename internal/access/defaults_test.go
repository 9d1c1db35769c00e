package access

import (
	"testing"

	"github.com/demarc-dev/demarc"
)

// TestWholeOrNot: the absence of a policy says something only where the list
// of policies is whole, and nothing is said where no file shows any.
func TestWholeOrNot(t *testing.T) {
	on := read(t, DefaultsType, `{"id":"defaults","isEnabled":true}`)
	off := read(t, DefaultsType, `{"id":"defaults","isEnabled":false}`)
	other := read(t, PolicyType, policy("a", all, "", managedDevice))
	list := func(response, whole bool) []demarc.Listing {
		return []demarc.Listing{{Type: PolicyType, Response: response, Whole: whole}}
	}
	tests := []struct {
		name     string
		rules    []Rule
		listings []demarc.Listing
		outcome  demarc.Outcome
		reason   demarc.Reason
	}{
		{"one policy of a folder", other, nil, unknown, demarc.NotCollected},
		{"the answer of Graph", other, list(true, true), fail, ""},
		{"a page of it", other, list(true, false), unknown, demarc.NotCollected},
		{"a page and an answer", other, append(list(true, true), list(true, false)...), unknown, demarc.NotCollected},
		{"a list of somebody", other, list(false, true), unknown, demarc.NotCollected},
		{"a list of somebody who looked at security defaults", append(off, other...), list(false, true), fail, ""},
		{"a list of something else", other, []demarc.Listing{{Type: AssignmentType, Response: true, Whole: true}}, unknown, demarc.NotCollected},
		{"security defaults are off, and no list", off, nil, unknown, demarc.NotCollected},
		{"security defaults are off, and no policy", off, list(true, true), fail, ""},
		{"security defaults are on", on, nil, pass, ""},
		{"security defaults are not shown, and no policy", nil, list(true, true), unknown, demarc.NotCollected},
		{"security defaults are on and off", append(on, off...), list(true, true), unknown, demarc.NotCollected},
		{"security defaults are on and a policy is enforced", append(on, other...), list(true, true), unknown, demarc.Conflicting},
		{"security defaults and a policy agree", append(on, read(t, PolicyType, policy("a", all, "", mfa))...), list(true, true), pass, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := finding(t, Decide(Input{Rules: tt.rules, Listings: tt.listings}), "mfa-admins")
			if f.Outcome != tt.outcome || f.Reason != tt.reason {
				t.Errorf("%v %q: %s; want %v %q", f.Outcome, f.Reason, f.Detail, tt.outcome, tt.reason)
			}
		})
	}
	if found := Decide(Input{Rules: read(t, LocationType, `{"id":"l1","isTrusted":true}`)}); len(found) > 0 {
		t.Errorf("without a policy this is said: %+v", found)
	}
}

// TestSecurityDefaults: what Microsoft says that they do, and no more.
func TestSecurityDefaults(t *testing.T) {
	want := map[string]demarc.Outcome{
		"mfa-all-users": unknown, "mfa-admins": pass, "block-legacy-authentication": pass, "mfa-azure-management": pass,
		"phishing-resistant-mfa-admins": fail, "require-managed-device": fail, "block-device-code": fail, "sign-in-risk": fail,
		"user-risk": fail, "secure-registration": fail,
	}
	found := Decide(Input{Rules: read(t, DefaultsType, `{"id":"defaults","isEnabled":true}`)})
	if len(found) != len(want) {
		t.Errorf("%d findings, want %d", len(found), len(want))
	}
	for _, f := range found {
		if f.Outcome != want[f.Check] || f.Detail == "" || len(f.Rules) != 1 || f.Rules[0] != "identity/defaults" {
			t.Errorf("%s: %v by %v: %s", f.Check, f.Outcome, f.Rules, f.Detail)
		}
	}
	if f := finding(t, found, "mfa-all-users"); f.Reason != demarc.Partial {
		t.Errorf("reason %q", f.Reason)
	}
}

// TestLocations: what is known of a named location settles what sign-ins there
// are.
func TestLocations(t *testing.T) {
	trusted := read(t, LocationType, `{"id":"l1","isTrusted":true}`)
	plain := read(t, LocationType, `{"id":"l1","isTrusted":false}`)
	country := read(t, LocationType, `{"id":"l1"}`)
	out := func(ids string) string {
		return `,"locations":{"includeLocations":["All"],"excludeLocations":[` + ids + `]}`
	}
	register := func(ids string) string {
		return `{"id":"a","state":"enabled","conditions":{"applications":{"includeUserActions":["urn:user:registersecurityinfo"]},"users":{` + all + `}` + out(ids) + `},"grantControls":` + mfa + `}`
	}
	tests := []struct {
		name, check, policy string
		locations           []Rule
		outcome             demarc.Outcome
	}{
		{"trusted ones are left out, and there is one", "mfa-all-users", policy("a", all, out(`"AllTrusted"`), mfa), trusted, fail},
		{"trusted ones are left out, and none is known", "mfa-all-users", policy("a", all, out(`"AllTrusted"`), mfa), plain, unknown},
		{"registrations from one that is trusted", "secure-registration", register(`"l1"`), trusted, pass},
		{"registrations from one that is not", "secure-registration", register(`"l1"`), plain, fail},
		{"registrations from one that cannot be trusted", "secure-registration", register(`"l1"`), country, fail},
		{"registrations from one that is not shown", "secure-registration", register(`"l1"`), nil, unknown},
		{"more than are told apart", "mfa-all-users", policy("a", all, out(`"l1","l2","l3","l4","l5","l6"`), mfa), nil, unknown},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			rules := append(read(t, PolicyType, tt.policy), tt.locations...)
			if f := finding(t, Decide(Input{Rules: rules, Listings: wholeList}), tt.check); f.Outcome != tt.outcome {
				t.Errorf("%v %q: %s; want %v", f.Outcome, f.Reason, f.Detail, tt.outcome)
			}
		})
	}
}

func TestReadOther(t *testing.T) {
	if _, ok := Read(&demarc.Resource{Type: "Microsoft.Compute/virtualMachines"}, nil); ok {
		t.Error("a machine is a rule")
	}
	r, ok := Read(&demarc.Resource{ID: "x", Type: "Entra/Conditional-Access-Policy"}, nil)
	if !ok || r.on != demarc.MaybeTrue || !r.blind {
		t.Errorf("a policy of which nothing was seen: %+v", r)
	}
}
