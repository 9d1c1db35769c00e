package scope

import (
	"testing"

	"github.com/demarc-dev/demarc"
)

func TestCovers(t *testing.T) {
	const group = "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg"
	r := &demarc.Resource{ID: group + "/providers/Microsoft.Compute/disks/d", Type: "Microsoft.Compute/disks"}
	tags := map[string]demarc.Value{"app": demarc.Text("Shop"), "gone": demarc.Missing(), "odd": demarc.Number(1)}
	for name, tt := range map[string]struct {
		match demarc.Match
		want  demarc.Truth
	}{
		"id in another case":   {demarc.Match{ID: "/SUBSCRIPTIONS" + r.ID[len("/subscriptions"):]}, demarc.True},
		"id that goes on":      {demarc.Match{ID: r.ID + "/x"}, demarc.False},
		"tag":                  {demarc.Match{Tag: "app = shop"}, demarc.True},
		"tag of another value": {demarc.Match{Tag: "app=erp"}, demarc.False},
		"missing tag":          {demarc.Match{Tag: "gone=x"}, demarc.False},
		"tag that is no text":  {demarc.Match{Tag: "odd=1"}, demarc.False},
		"tag not seen":         {demarc.Match{Tag: "env=prod"}, demarc.MaybeTrue},
		"scope":                {demarc.Match{Scope: group + "/"}, demarc.True},
		"scope begins alike":   {demarc.Match{Scope: group[:len(group)-1]}, demarc.False},
		"type":                 {demarc.Match{Type: "microsoft.compute/DISKS"}, demarc.True},
		"another type":         {demarc.Match{Type: "Microsoft.Compute/images"}, demarc.False},
	} {
		t.Run(name, func(t *testing.T) {
			if got := Covers(tt.match, r, func(key string) demarc.Value { return tags[key] }); got != tt.want {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}

func TestCoversTheScopeOfItsInput(t *testing.T) {
	r := &demarc.Resource{ID: "onprem/a", Scope: &demarc.Scope{ID: "Plant North"}}
	if got := Covers(demarc.Match{Scope: "plant north"}, r, nil); got != demarc.True {
		t.Errorf("own site: %v", got)
	}
	if got := Covers(demarc.Match{Scope: "plant"}, r, nil); got != demarc.False {
		t.Errorf("another site: %v", got)
	}
}
