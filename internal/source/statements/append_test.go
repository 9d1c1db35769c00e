package statements

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/demarc-dev/demarc"
)

func on(day string) time.Time {
	t, _ := time.Parse(time.DateOnly, day)
	return t
}

var (
	doors  = Attestation{Responsibility: "physical.site-access", Scope: "site-hq", Outcome: demarc.Pass, By: "Facilities", Observed: on("2026-10-01")}
	late   = Exception{Responsibility: "os.patch", Reason: "line stops: \"December\"\nonly", Approver: "# Plant", Expires: on("2026-12-31")}
	report = Assurance{ID: "soc2", Party: "microsoft", Kind: "SOC 2 Type 2", Services: []string{"Microsoft.Compute/*", "a, b"}, Until: on("2026-09-30")}
)

func TestAppend(t *testing.T) {
	const entry = `  - responsibility: physical.site-access
    scope: site-hq
    outcome: pass
    by: Facilities
    observed: 2026-10-01
`
	tests := []struct{ name, before, want string }{
		{"nothing there", "", header + "attestations:\n" + entry},
		{"only comments", "# ours\n", "# ours\nattestations:\n" + entry},
		{"another list", "exceptions:\n  - {a: b}", "exceptions:\n  - {a: b}\nattestations:\n" + entry},
		{"an empty list", "attestations:\n", "attestations:\n" + entry},
		{"an empty list in front of another", "attestations:\n\n# accepted\nexceptions:\n", "attestations:\n" + entry + "\n# accepted\nexceptions:\n"},
		{"behind the last", "attestations:\n  - {a: b} # odd\n", "attestations:\n  - {a: b} # odd\n" + entry},
		{"not indented", "attestations:\n- {a: b}\n", "attestations:\n- {a: b}\n" + strings.ReplaceAll(strings.TrimPrefix(entry, "  "), "\n  ", "\n")},
		{
			"in front of another list", "attestations:\n  - a: |\n      many\n\n      lines\n\n# accepted\n\nexceptions:\n  - {a: b}\n",
			"attestations:\n  - a: |\n      many\n\n      lines\n" + entry + "\n# accepted\n\nexceptions:\n  - {a: b}\n",
		},
		{"Windows", "attestations:\r\n  - {a: b}\r\n", "attestations:\r\n  - {a: b}\r\n" + strings.ReplaceAll(entry, "\n", "\r\n")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "statements", "people.yaml")
			if tt.before != "" {
				if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(path, []byte(tt.before), 0o640); err != nil {
					t.Fatal(err)
				}
			}
			if err := Append(path, doors); err != nil {
				t.Fatal(err)
			}
			got, err := os.ReadFile(path)
			if err != nil || string(got) != tt.want {
				t.Errorf("%v, got\n%s\nwant\n%s", err, got, tt.want)
			}
			if left, _ := filepath.Glob(filepath.Join(filepath.Dir(path), ".statements-*")); len(left) > 0 {
				t.Errorf("left behind: %v", left)
			}
		})
	}
}

// TestAppendAll: what is appended is read again as it was, one behind the other.
func TestAppendAll(t *testing.T) {
	path := filepath.Join(t.TempDir(), "people.yaml")
	all := []Entry{doors, late, report, doors, report, late}
	for _, e := range all {
		if err := Append(path, e); err != nil {
			t.Fatal(err)
		}
	}
	written, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	root, err := parse(&demarc.File{Path: path}, written)
	if err != nil {
		t.Fatal(err)
	}
	got, lost := said(nil, root)
	want := map[string][]Entry{attestations: {doors, doors}, exceptions: {late, late}, assurances: {report, report}}
	if !reflect.DeepEqual(got, want) || len(lost) > 0 {
		t.Errorf("got %+v\nlost %q\n%s", got, lost, written)
	}
}

func TestAppendRefuses(t *testing.T) {
	tests := []struct {
		name, before string
		entry        Entry
		want         string
	}{
		{"nobody attests", "", Attestation{Responsibility: "a.b", Outcome: demarc.Pass, Observed: on("2026-10-01")}, "without a name"},
		{"no end", "", Exception{Responsibility: "a.b", Reason: "r", Approver: "a"}, "without an end"},
		{"no kind", "", Assurance{Party: "microsoft"}, "without a kind"},
		{"a list in brackets", "attestations: [{a: b}]\n", doors, "cannot be added to here"},
		{"no list", "attestations: soon\n", doors, "cannot be added to here"},
		{"not a mapping", "- a\n", doors, "not a mapping of lists"},
		{"two documents", "attestations:\n---\nexceptions:\n", doors, "a second document"},
		{"the end is marked", "attestations:\n  - {a: b}\n...\n", doors, "cannot be added to here"},
		{"not YAML", "attestations: [\n", doors, "not YAML"},
		{"not UTF-8", "attestations: \xff\n", doors, "not UTF-8"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "people.yaml")
			if err := os.WriteFile(path, []byte(tt.before), 0o644); err != nil {
				t.Fatal(err)
			}
			err := Append(path, tt.entry)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
			if now, _ := os.ReadFile(path); string(now) != tt.before {
				t.Errorf("the file became %q", now)
			}
		})
	}
}

func TestAppendKeepsModeAndLink(t *testing.T) {
	dir := t.TempDir()
	path, link := filepath.Join(dir, "real.yaml"), filepath.Join(dir, "link.yaml")
	if err := os.WriteFile(path, []byte("# ours\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(path, link); err != nil {
		t.Fatal(err)
	}
	if err := Append(link, late); err != nil {
		t.Fatal(err)
	}
	info, err := os.Lstat(path)
	if err != nil || info.Mode().Perm() != 0o600 || info.Size() < 50 {
		t.Errorf("%v, %v", info, err)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("the link is gone: %v", err)
	}
}

// FuzzAppend: whatever a file holds, an entry is added at the end of its list
// with everything else as it was, or the file is refused.
func FuzzAppend(f *testing.F) {
	f.Add("attestations:\n  - {a: b}\n# c\nexceptions:\n- a\n", "why")
	f.Add("exceptions:\r\n\r\n", "a: b\n # c")
	f.Add("x: &a [*a]\n", "- x")
	f.Fuzz(func(t *testing.T, before, reason string) {
		e := Exception{Responsibility: "os.patch", Reason: reason, Approver: "a", Expires: on("2026-12-31")}
		if e.Problem() != "" {
			return
		}
		after, err := with([]byte(before), "x", e)
		if err != nil {
			return
		}
		rest := string(after)
		for _, part := range strings.SplitAfter(before, "\n") {
			_, behind, found := strings.Cut(rest, part)
			if !found {
				t.Fatalf("%q lost %q in %q", before, part, after)
			}
			rest = behind
		}
	})
}
