package demarc

import "testing"

var truths = [...]Truth{True, False, MaybeTrue}

func TestTruthTables(t *testing.T) {
	and := map[[2]Truth]Truth{
		{True, True}: True, {True, False}: False, {True, MaybeTrue}: MaybeTrue,
		{False, True}: False, {False, False}: False, {False, MaybeTrue}: False,
		{MaybeTrue, True}: MaybeTrue, {MaybeTrue, False}: False, {MaybeTrue, MaybeTrue}: MaybeTrue,
	}
	or := map[[2]Truth]Truth{
		{True, True}: True, {True, False}: True, {True, MaybeTrue}: True,
		{False, True}: True, {False, False}: False, {False, MaybeTrue}: MaybeTrue,
		{MaybeTrue, True}: True, {MaybeTrue, False}: MaybeTrue, {MaybeTrue, MaybeTrue}: MaybeTrue,
	}
	for _, a := range truths {
		for _, b := range truths {
			if got, want := a.And(b), and[[2]Truth{a, b}]; got != want {
				t.Errorf("%v and %v = %v, want %v", a, b, got, want)
			}
			if got, want := a.Or(b), or[[2]Truth{a, b}]; got != want {
				t.Errorf("%v or %v = %v, want %v", a, b, got, want)
			}
		}
	}
	not := map[Truth]Truth{True: False, False: True, MaybeTrue: MaybeTrue}
	for a, want := range not {
		if got := a.Not(); got != want {
			t.Errorf("not %v = %v, want %v", a, got, want)
		}
	}
	if TruthOf(true) != True || TruthOf(false) != False {
		t.Error("TruthOf changes what it is given")
	}
	var zero Truth
	if zero != MaybeTrue || zero.String() != "unknown" {
		t.Errorf("the zero truth is %v, want unknown", zero)
	}
}

func TestValueExists(t *testing.T) {
	tests := []struct {
		name  string
		value Value
		want  Truth
	}{
		{"zero", Value{}, MaybeTrue},
		{"unknown", Unknown("the text could not be read"), MaybeTrue},
		{"missing", Missing(), False},
		{"null", Null(), False},
		{"empty text", Text(""), False},
		{"text", Text("x"), True},
		{"false is there", Bool(false), True},
		{"nought is there", Number(0), True},
		{"object", Object(), True},
		{"empty list", List(nil), False},
		{"list", List([]Value{Text("x")}), True},
		{"list of nothing", List([]Value{Missing(), Null(), Text("")}), False},
		{"list with something", List([]Value{Missing(), Object()}), True},
		{"list with an unknown", List([]Value{Missing(), {}}), MaybeTrue},
		{"list with an unknown and something", List([]Value{{}, Bool(false)}), True},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.value.Exists(); got != tt.want {
				t.Errorf("%v exists: %v, want %v", tt.value, got, tt.want)
			}
		})
	}
}

func TestValueSaysWhatIsKnown(t *testing.T) {
	tests := []struct {
		value  Value
		kind   Kind
		words  string
		reason string
	}{
		{Value{}, KindUnknown, "unknown: not seen", "not seen"},
		{Unknown("the number is too large"), KindUnknown, "unknown: the number is too large", "the number is too large"},
		{Missing(), KindMissing, "missing", ""},
		{Null(), KindNull, "null", ""},
		{Bool(true), KindBool, "true", ""},
		{Number(443), KindNumber, "443", ""},
		{Number(0.25), KindNumber, "0.25", ""},
		{Number(1e15), KindNumber, "1000000000000000", ""},
		{Text("NodeImage"), KindText, "NodeImage", ""},
		{List([]Value{Text("1"), Null(), List(nil)}), KindList, "[1 null []]", ""},
		{Object(), KindObject, "{...}", ""},
	}
	for _, tt := range tests {
		t.Run(tt.words, func(t *testing.T) {
			if tt.value.Kind() != tt.kind || tt.value.String() != tt.words || tt.value.Reason() != tt.reason {
				t.Errorf("got kind %d, %q, reason %q; want %d, %q, %q",
					tt.value.Kind(), tt.value.String(), tt.value.Reason(), tt.kind, tt.words, tt.reason)
			}
			if tt.value.IsUnknown() != (tt.kind == KindUnknown) {
				t.Errorf("IsUnknown = %v", tt.value.IsUnknown())
			}
			if text := tt.value.Text(); tt.kind != KindText && text != "" {
				t.Errorf("Text = %q of a value that is no text", text)
			}
		})
	}
}
