package bench

import (
	"bytes"
	"encoding/json"
	"testing"
	"time"
)

// TestFindings: what is written is JSON, about the resources of the export,
// with real dates, and the same for the same seed.
func TestFindings(t *testing.T) {
	export := Export{Seed: 7, Rows: 40}
	f := Findings{Export: export, Each: 5, Checks: []string{"11111111-1111-1111-1111-111111111111", "22222222-2222-2222-2222-222222222222"}}
	var text, again, rows bytes.Buffer
	for _, w := range []*bytes.Buffer{&text, &again} {
		if err := WriteFindings(w, f); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(text.Bytes(), again.Bytes()) {
		t.Error("the same seed makes other findings")
	}
	if err := Write(&rows, export); err != nil {
		t.Fatal(err)
	}
	var found struct {
		Data []struct {
			Properties struct {
				ResourceDetails struct{ ID string }
				Status          struct{ Code, StatusChangeDate string }
			}
		}
	}
	if err := json.Unmarshal(text.Bytes(), &found); err != nil {
		t.Fatal(err)
	}
	if len(found.Data) != 200 {
		t.Fatalf("%d findings, want 200", len(found.Data))
	}
	codes := map[string]int{}
	for _, row := range found.Data {
		p := row.Properties
		if !bytes.Contains(rows.Bytes(), []byte(`"id":"`+p.ResourceDetails.ID+`"`)) {
			t.Errorf("a finding about %s, which the export lacks", p.ResourceDetails.ID)
		}
		if _, err := time.Parse(time.RFC3339Nano, p.Status.StatusChangeDate); err != nil {
			t.Error(err)
		}
		codes[p.Status.Code]++
	}
	if codes["Healthy"] == 0 || codes["Unhealthy"] == 0 {
		t.Errorf("%v", codes)
	}
	if size := text.Len() / len(found.Data); size < 1400 || size > 1700 {
		t.Errorf("%d bytes a finding, want about 1,500", size)
	}
}
