package finding

import (
	"context"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/sourcetest"
)

func TestNamed(t *testing.T) {
	tests := []struct {
		name string
		want demarc.Subject
	}{
		{"/subscriptions/s/resourceGroups/rg", demarc.Subject{ID: "/subscriptions/s/resourceGroups/rg"}},
		{"arn:aws:s3:::a", demarc.Subject{ID: "arn:aws:s3:::a"}},
		{"azurerm_key_vault.kv", demarc.Subject{Name: "azurerm_key_vault.kv"}},
		{"azurerm_key_vault.kv.purge_protection_enabled", demarc.Subject{Name: "azurerm_key_vault.kv"}},
		{"module.a.module.b[\"x.y\"].azurerm_key_vault.kv[0].name", demarc.Subject{Name: "module.a.module.b[\"x.y\"].azurerm_key_vault.kv[0]"}},
		{"data.aws_iam_policy_document.d", demarc.Subject{Name: "data.aws_iam_policy_document.d"}},
		{"module.network", demarc.Subject{Name: "module.network"}},
		{"Microsoft.Storage/storageAccounts.a.b", demarc.Subject{Type: "Microsoft.Storage/storageAccounts", Name: "a.b"}},
		{"Microsoft.Sql/servers/databases/d", demarc.Subject{Type: "Microsoft.Sql/servers/databases", Name: "d"}},
		{"local.azurerm_x", demarc.Subject{}},
		{"var.some_name", demarc.Subject{}},
		{"app.main", demarc.Subject{}},
		{"azurerm_key_vault", demarc.Subject{}},
		{"azurerm_key_vault.a b", demarc.Subject{}},
		{"module.a b.azurerm_key_vault.kv", demarc.Subject{}},
		{"src/main/App.java", demarc.Subject{}},
		{"a.b/c", demarc.Subject{}},
		{"/subscriptions/", demarc.Subject{}},
		{"securityContext.privileged", demarc.Subject{}},
		{"", demarc.Subject{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, ok := Named(tt.name)
			if got != tt.want || ok != (tt.want != demarc.Subject{}) {
				t.Errorf("got %+v, %v; want %+v", got, ok, tt.want)
			}
		})
	}
}

// FuzzNamed: whatever is named stays what it is when it is named again.
func FuzzNamed(f *testing.F) {
	f.Add("module.a[\"x\"].azurerm_key_vault.kv.name")
	f.Add("module.a]].azurerm_key_vault.kv")
	f.Fuzz(func(t *testing.T, name string) {
		first, ok := Named(name)
		if !ok || first.Type != "" || first.ID != "" {
			return
		}
		if again, ok := Named(first.Name); !ok || again != first {
			t.Errorf("%q is %+v, then %+v", name, first, again)
		}
	})
}

func TestSeverity(t *testing.T) {
	tests := []struct {
		word, number string
		want         demarc.Severity
	}{
		{"CRITICAL", "9.0", demarc.Critical},
		{"error", "8.9", demarc.High},
		{"Moderate", "4.0", demarc.Medium},
		{"Informational", "0.1", demarc.Low},
		{"none", "0", demarc.UnknownSeverity},
		{"purple", "10.1", demarc.UnknownSeverity},
		{"", "high", demarc.UnknownSeverity},
	}
	for _, tt := range tests {
		if got := Severity(tt.word); got != tt.want {
			t.Errorf("%q is %v, want %v", tt.word, got, tt.want)
		}
		if got := Score(tt.number); got != tt.want {
			t.Errorf("%q is %v, want %v", tt.number, got, tt.want)
		}
	}
}

func TestWhen(t *testing.T) {
	tests := []struct{ text, want string }{
		{"1790000000", "2026-09-21T14:13:20Z"},
		{"1790000000000", "2026-09-21T14:13:20Z"},
		{"1790000000.75", "2026-09-21T14:13:20Z"},
		{"2026-09-21T14:13:20Z", "2026-09-21T14:13:20Z"},
		{"0", ""}, {"20260921", ""}, {"-1", ""}, {"1e30", ""}, {"NaN", ""}, {"soon", ""}, {"", ""},
	}
	for _, tt := range tests {
		got, ok := When(tt.text)
		text := ""
		if ok {
			text = got.Format(time.RFC3339)
		}
		if text != tt.want {
			t.Errorf("%q is %q, want %q", tt.text, text, tt.want)
		}
	}
}

func TestWords(t *testing.T) {
	long := strings.Repeat("ä ", longest)
	tests := []struct{ name, got, want string }{
		{"short", Cut(" a\n b "), "a b"},
		{"where", Join("open", "main.tf:3"), "open (main.tf:3)"},
		{"nowhere", Join("open", ""), "open"},
		{"only where", Join("", "main.tf:3"), "main.tf:3"},
		{"a word", Words("MANUAL", "look"), "MANUAL: look"},
		{"only a word", Words("MANUAL", ""), "MANUAL"},
		{"no word", Words("", "look"), "look"},
		{"lines", Lines("a.tf", "3", "7"), "a.tf:3-7"},
		{"one line", Lines("a.tf", "3", "3"), "a.tf:3"},
		{"no line", Lines("a.tf", "0", "0"), "a.tf"},
		{"no file", Lines("", "3", "7"), ""},
		{"an older id", TrivyID("AVD-AZU-0013"), "AVD-AZU-0013"},
		{"a newer id", TrivyID("AZU-0013"), "AVD-AZU-0013"},
		{"a vulnerability", TrivyID("CVE-2026-0001"), "CVE-2026-0001"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.got != tt.want {
				t.Errorf("got %q, want %q", tt.got, tt.want)
			}
		})
	}
	if got := Cut(long); len([]rune(got)) > longest || len([]rune(got)) < longest-2 || !strings.HasSuffix(got, "ä…") {
		t.Errorf("%d letters: %q", len([]rune(got)), got)
	}
	if got := Join(long, "main.tf:3"); len([]rune(got)) > longest || !strings.HasSuffix(got, "… (main.tf:3)") {
		t.Errorf("the place is lost: %q", got)
	}
}

func TestAnswer(t *testing.T) {
	tests := []struct {
		name    string
		checked Checked
		outcome demarc.Outcome
		reason  demarc.Reason
		said    int // statements
		notes   int
	}{
		{"pass", Checked{Status: "PASS"}, demarc.Pass, "", 0, 0},
		{"fail", Checked{Status: "Failed"}, demarc.Fail, "", 0, 0},
		{"muted fail", Checked{Status: "FAIL", Muted: true}, demarc.OutcomeUnknown, demarc.Exempt, 1, 0},
		{"muted pass", Checked{Status: "PASS", Muted: true}, demarc.Pass, "", 1, 0},
		{"muted by its word", Checked{Status: "MUTED"}, demarc.OutcomeUnknown, demarc.Exempt, 1, 0},
		{"by hand", Checked{Status: "MANUAL"}, demarc.OutcomeUnknown, demarc.NotAssessed, 0, 0},
		{"no permission", Checked{Status: "ACCESS_DENIED"}, demarc.OutcomeUnknown, demarc.NotPermitted, 0, 0},
		{"not applicable, and why", Checked{Status: "Not applicable", Detail: "no such service"}, demarc.OutcomeNotApplicable, "", 0, 0},
		{"not applicable, nobody says why", Checked{Status: "Not applicable"}, demarc.OutcomeUnknown, demarc.NotAssessed, 0, 0},
		{"a word that nobody knows", Checked{Status: "GREEN"}, demarc.OutcomeUnknown, demarc.NotAssessed, 0, 1},
		{"no word", Checked{}, demarc.OutcomeUnknown, demarc.NotAssessed, 0, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			sink := sourcetest.NewSink(t)
			r := NewReport(sink, &demarc.File{Path: "in"}, "prowler")
			tt.checked.Evidence = demarc.Evidence{Check: "c", Subject: demarc.Subject{ID: "/subscriptions/s"}, Since: time.Unix(1, 0)}
			r.Answer(&tt.checked, 1)
			e := sink.Evidences[0]
			if e.Outcome != tt.outcome || e.Reason != tt.reason || len(sink.Statements) != tt.said || len(sink.Notes) != tt.notes {
				t.Errorf("%v %q with %d statements and %d notes", e.Outcome, e.Reason, len(sink.Statements), len(sink.Notes))
			}
			if e.Strength != demarc.Observed || e.Tool != "prowler" || e.Since.IsZero() != (e.Outcome != demarc.Fail) && e.Reason != demarc.Exempt {
				t.Errorf("strength %v, tool %q, since %v", e.Strength, e.Tool, e.Since)
			}
		})
	}
}

// TestNothingIsExceptedByAccident: an exception of which nobody says what it
// covers has no content, because an empty scope would cover everything.
func TestNothingIsExceptedByAccident(t *testing.T) {
	sink := sourcetest.NewSink(t)
	r := NewReport(sink, &demarc.File{Path: "in"}, "x")
	r.Except(&demarc.Evidence{Check: "c"}, "because", 1)
	r.Except(&demarc.Evidence{Check: "c", Subject: File("")}, "because", 1)
	r.Except(&demarc.Evidence{Check: "c", Subject: demarc.Subject{Name: "a"}}, "because", 2)
	if sink.Statements[0].Content != nil || sink.Statements[1].Content != nil {
		t.Errorf("covers %+v, %+v", sink.Statements[0].Content, sink.Statements[1].Content)
	}
	if said, ok := sink.Statements[2].Content.(demarc.Exception); !ok || said.Scope != "a" || said.Reason != "because" || said.Place.Line != 2 {
		t.Errorf("says %+v", sink.Statements[2].Content)
	}
}

func TestAbout(t *testing.T) {
	const s, d = "aaaaaaaa-1111-4222-8333-bbbbbbbbbbbb", "cccccccc-1111-4222-8333-dddddddddddd"
	tests := []struct {
		name   string
		where  Where
		want   demarc.Subject
		scopes string
	}{
		{"a resource", Where{Provider: "azure", Account: s, Named: "Prod", Tenant: d, ID: "/subscriptions/x/a"}, demarc.Subject{ID: "/subscriptions/x/a"}, "Prod"},
		{"a subscription", Where{Provider: "Microsoft Azure", Account: s, Named: "Prod", ID: "Monitor", Type: "T"},
			demarc.Subject{Type: "T", Name: "Monitor", Scope: "/subscriptions/" + s}, "Prod"},
		{"a blotted subscription is no scope", Where{Provider: "azure", Account: "<account_uid>", Named: "<account_name>", Name: "n"},
			demarc.Subject{Type: "cloud/resource", Name: "n", Scope: "/subscriptions/<account_uid>"}, ""},
		{"a tenant", Where{Provider: "azure", Account: d, Named: "Tenant: fab.example", Tenant: d, ID: "x"}, demarc.Subject{Scope: "/tenants/" + d}, "fab.example"},
		{"a tenant without its id", Where{Provider: "azure", Named: "Tenant: fab.example"}, demarc.Subject{Type: "entra/tenant"}, ""},
		{"a person", Where{Provider: "m365", Account: d, ID: s, Type: "User", Name: "R. Vale"}, demarc.Subject{Identity: s, Name: "R. Vale", Scope: "/tenants/" + d}, ""},
		{"a rule of a tenant", Where{Provider: "m365", Account: d, ID: s, Type: "Conditional Access Policy"}, demarc.Subject{Scope: "/tenants/" + d}, ""},
		{"a service", Where{Provider: "m365", Account: d, Named: "fab.example", Service: "Exchange"},
			demarc.Subject{ID: "tenants/" + d + "/m365/exchange-online", Type: "m365/exchange-online", Scope: "/tenants/" + d}, "fab.example"},
		{"a service of nobody knows whom", Where{Provider: "m365", Service: "teams"}, demarc.Subject{ID: "m365/teams", Type: "m365/teams"}, ""},
		{"an address that is no id", Where{Provider: "azure", Account: s, ID: "https://kv.example/keys/a", Name: "a", Type: "K"}, demarc.Subject{Type: "K", Name: "a"}, ""},
		{"a bare subscription", Where{Provider: "azure", Account: s}, demarc.Subject{Type: "cloud/resource", Scope: "/subscriptions/" + s}, ""},
		{"another cloud", Where{Provider: "aws", Account: "1", ID: "arn:aws:s3:::a", Type: "AwsS3Bucket"}, demarc.Subject{ID: "arn:aws:s3:::a", Type: "AwsS3Bucket", Name: "arn:aws:s3:::a"}, ""},
		{"nothing", Where{}, demarc.Subject{Type: "cloud/resource", Name: "(not named)"}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			sink := sourcetest.NewSink(t)
			r := NewReport(sink, &demarc.File{Path: "in"}, "x")
			_ = r.About(tt.where, 1)
			got := r.About(tt.where, 2)
			if got != tt.want {
				t.Errorf("got %+v, want %+v", got, tt.want)
			}
			var names []string
			for _, sc := range sink.Scopes {
				names = append(names, sc.Name)
			}
			if strings.Join(names, ",") != tt.scopes {
				t.Errorf("scopes %q, want %q once", names, tt.scopes)
			}
		})
	}
}

func TestServicesAreDescribed(t *testing.T) {
	sourcetest.Described(t, slices.Sorted(maps.Values(services))...)
}

// TestRead: lines are those of the file, a file without findings is refused,
// and one that breaks off is not called empty.
func TestRead(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"lines", "[\n{\"a\":[\n\n{},\n7]},\n{\"a\":[{}]}]", "4 6"},
		{"without findings", `[{"a":[]}]`, "none here"},
		{"empty", `[]`, "none here"},
		{"broken off", `[{"a":[`, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			in, err := source.NewInput(&demarc.File{Path: "in"}, strings.NewReader(tt.text))
			if err != nil {
				t.Fatal(err)
			}
			sink := sourcetest.NewSink(t)
			err = Read(context.Background(), in, sink, "none here", func(r *Report) func(Object, int) {
				return func(o Object, _ int) {
					r.Objects(o.List("a"), func(_ Object, line int) { r.Give(&demarc.Evidence{}, line) })
				}
			})
			var got []string
			for _, e := range sink.Evidences {
				got = append(got, string(rune('0'+e.Place.Line)))
			}
			if err != nil {
				got = append(got, err.Error())
			}
			if strings.Join(got, " ") != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}
