package nessus

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/sourcetest"
)

func TestCases(t *testing.T) { sourcetest.Cases(t, Format) }

func FuzzRead(f *testing.F) { sourcetest.Fuzz(f, Format) }

func TestIsPatch(t *testing.T) {
	tests := []struct {
		name, family string
		want         bool
	}{
		{"KB5031364: Windows 2022 Security Update (October 2023)", "", true},
		{"MS17-010: Security Update for Microsoft Windows SMB Server", "", true},
		{"RHEL 8 : kernel (RHSA-2023:1234)", "", true},
		{"Ubuntu 20.04 LTS / 22.04 LTS : OpenSSL vulnerabilities (USN-5844-1)", "", true},
		{"Debian DSA-5343-1 : openssl - security update", "Debian Local Security Checks", true},
		{"Anything", "Windows : Microsoft Bulletins", true},
		{"SSL Certificate Cannot Be Trusted", "General", false},
		{"Microsoft Windows SMB Shares (KB unprivileged)", "Windows", false},
		{"OpenSSL 1.1.1 < 1.1.1t Multiple Vulnerabilities", "Web Servers", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := record{finding: finding{name: tt.name}, family: tt.family}
			if got := r.isPatch(); got != tt.want {
				t.Errorf("a patch: %v", got)
			}
		})
	}
}

func TestDetect(t *testing.T) {
	tests := []struct {
		name, text string
		want       bool
	}{
		{"a scan", `<?xml version="1.0" ?><NessusClientData_v2>`, true},
		{"another report in XML", `<?xml version="1.0" ?><nmaprun>`, false},
		{"a table", "Plugin ID,CVE,CVSS,Risk,Host,Protocol,Port,Name\n", true},
		{"a list of risks", "Risk,Host,Name\n", false},
		{"an inventory", "name,kind,site,os\n", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Format.Detect(source.NewHead([]byte(tt.text), true)); got != tt.want {
				t.Errorf("recognised: %v", got)
			}
		})
	}
}

// TestNothingSecret: what a policy holds and what plugins print stays unread.
func TestNothingSecret(t *testing.T) {
	const text = `<NessusClientData_v2><Policy><value>hunter2</value></Policy><Report><ReportHost name="a">
<ReportItem severity="3" pluginID="1" pluginName="n" pluginFamily="f"><plugin_output>password hunter2</plugin_output></ReportItem>
</ReportHost></Report></NessusClientData_v2>`
	if got := sourcetest.Read(t, Format, []byte(text)); strings.Contains(got, "hunter2") || !strings.Contains(got, "nessus:vulnerabilities fail") {
		t.Errorf("got %s", got)
	}
}

func TestShort(t *testing.T) {
	if got := short(strings.Repeat("ä ", 300)); len(got) > longestText+4 || !strings.HasSuffix(got, " ...") || !strings.HasPrefix(got, "ä ä") {
		t.Errorf("got %q", got)
	}
	if got := short(" a\n b "); got != "a b" {
		t.Errorf("got %q", got)
	}
}

// BenchmarkRead reads a scan of 2,000 machines with 20 findings each.
func BenchmarkRead(b *testing.B) {
	var text bytes.Buffer
	text.WriteString(`<NessusClientData_v2><Report name="x">`)
	for i := range 2_000 {
		fmt.Fprintf(&text, `<ReportHost name="srv-%d"><HostProperties><tag name="HOST_END_TIMESTAMP">1791007628</tag></HostProperties>`, i)
		for j := range 20 {
			fmt.Fprintf(&text, `<ReportItem port="0" severity="3" pluginID="%d" pluginName="RHEL 9 : p (RHSA-2026:%d)" pluginFamily="Red Hat Local Security Checks"><description>d</description><patch_publication_date>2026/09/08</patch_publication_date></ReportItem>`+"\n", j, j)
		}
		text.WriteString("</ReportHost>")
	}
	text.WriteString("</Report></NessusClientData_v2>")
	b.SetBytes(int64(text.Len()))
	for b.Loop() {
		in, err := source.NewInput(&demarc.File{Path: "in"}, bytes.NewReader(text.Bytes()))
		if err != nil {
			b.Fatal(err)
		}
		sink := sourcetest.NewSink(b)
		if err := Format.Read(context.Background(), in, sink); err != nil || len(sink.Evidences) != 42_000 {
			b.Fatalf("%d pieces of evidence, %v", len(sink.Evidences), err)
		}
	}
}
