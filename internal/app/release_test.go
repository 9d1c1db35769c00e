package app

import (
	"testing"
	"time"

	"github.com/demarc-dev/demarc/internal/catalog"
)

// TestMatchRelease: an inventory's words mean a release only where nothing
// else could be meant.
func TestMatchRelease(t *testing.T) {
	c, err := knowledge()
	if err != nil {
		t.Fatal(err)
	}
	list := releasesOf(c)
	tests := []struct{ text, want string }{
		{"Windows Server 2022", "os.windows-server-2022"},
		{"Microsoft Windows Server 2016 (64-bit)", "os.windows-server-2016"},
		{"Microsoft Windows Server 2019 Datacenter Edition", "os.windows-server-2019"},
		{"Windows Server 2012 R2 Standard", "os.windows-server-2012-r2"},
		{"Windows Server 2012", ""}, // not R2, and of it nothing is known
		{"Windows Server", ""},
		{"Windows Server 2022 or 2019", ""},
		{"Windows 10", ""}, // which edition and version?
		{"Windows 11 Enterprise 23H2", ""},
		{"Windows 11 23H2 Enterprise", "os.windows-11-23h2-enterprise"},
		{"Windows 7 Professional", ""},
		{"Ubuntu 22.04", "os.ubuntu-22-04"},
		{"Ubuntu 22.04.3 LTS", "os.ubuntu-22-04"},
		{"Ubuntu Linux (64-bit)", ""},
		{"Ubuntu 22.10", ""},
		{"Red Hat Enterprise Linux 8.9", "os.rhel-8"},
		{"Red Hat Enterprise Linux Server release 7.9 (Maipo)", ""}, // a code name: not sure enough
		{"RHEL 9", "os.rhel-9"},
		{"RHEL 8 or later", ""},
		{"CentOS 7", ""},
		{"Debian GNU/Linux 12", "os.debian-12"},
		{"debian 11.6", "os.debian-11"},
		{"SUSE Linux Enterprise Server 15 SP6", "os.sles-15-sp6"},
		{"SLES 15.5", "os.sles-15-sp5"},
		{"SLES 12 Service Pack 5", "os.sles-12-sp5"},
		{"SLES 15", ""},
		{"VMware ESXi 8.0", ""},
		{"", ""},
		{"Microsoft", ""},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			got := ""
			if r := matchRelease(list, tt.text); r != nil {
				got = r.fact.ID
			}
			if got != tt.want {
				t.Errorf("got %q, want %q (words %q)", got, tt.want, osWords(tt.text))
			}
		})
	}
}

// TestReleases: every fact of the topic has a day and a name.
func TestReleases(t *testing.T) {
	c, err := knowledge()
	if err != nil {
		t.Fatal(err)
	}
	list := releasesOf(c)
	if len(list) < 20 {
		t.Fatalf("%d releases", len(list))
	}
	for _, r := range list {
		_, isDay := time.Parse(time.DateOnly, r.fact.Value)
		_, isMonth := time.Parse("2006-01", r.fact.Value)
		if isDay != nil && isMonth != nil || r.name == r.fact.Text || len(r.words) < 2 {
			t.Errorf("%s: value %q, name %q, words %q", r.fact.ID, r.fact.Value, r.name, r.words)
		}
	}
}

func TestEnded(t *testing.T) {
	tests := []struct {
		ends, day string
		want      bool
	}{
		{"2027-01-12", "2027-01-12", false}, {"2027-01-12", "2027-01-13", true}, {"2027-01-12", "2026-12-31", false},
		{"2026-04", "2026-04-30", false}, {"2026-04", "2026-05-01", true},
	}
	for _, tt := range tests {
		r := release{fact: &catalog.Fact{Value: tt.ends}}
		if got := r.ended(tt.day); got != tt.want {
			t.Errorf("%s on %s: %v", tt.ends, tt.day, got)
		}
	}
}
