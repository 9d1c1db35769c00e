package redact

import (
	"reflect"
	"strconv"
	"strings"

	"github.com/demarc-dev/demarc"
)

// Document replaces the names in a document for people, such as an
// explanation, where it stands: a pointer to a struct of texts, numbers,
// structs and lists of them. What a member holds is known by its name; all
// other texts are sentences.
func (r *Redactor) Document(d any) { r.walk(reflect.ValueOf(d), "") }

func (r *Redactor) walk(v reflect.Value, member string) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			r.walk(v.Elem(), member)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Field(i); f.CanSet() {
				r.walk(f, v.Type().Name()+"."+v.Type().Field(i).Name)
			}
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			r.walk(v.Index(i), member)
		}
	case reflect.String:
		v.SetString(r.member(member, v.String()))
	default:
	}
}

// member replaces what a member of a document holds. The name is that of the
// struct and the member.
func (r *Redactor) member(name, s string) string {
	if name == "ExplainedException.Reason" {
		return r.whole(s) // a person wrote it
	}
	_, name, _ = strings.Cut(name, ".")
	switch name {
	case "Estate":
		return r.name(anEstate, s)
	case "ID", "SubjectID", "PartOf":
		if isHash(s) {
			return r.hash(s)
		}
		return r.instanceName(s)
	case "Name", "Subject", "First", "FirstUnmet", "FirstUnknown", "Of", "PartyName", "Provider":
		return r.subjectWords(s)
	case "Owner", "WasOwner", "IsOwner":
		if r.public(s) {
			return s
		}
		return r.name(anOwner, s)
	case "Party", "Accountable", "BeforeParties", "AfterParties":
		return r.party(s)
	case "By", "Approver":
		return r.name(aPerson, s)
	case "Detail":
		return r.whole(s)
	case "Settle", "Command":
		return r.command(s)
	case "Value":
		return r.value(s)
	}
	return r.reason(s)
}

// isHash reports whether an id is the hash of a content.
func isHash(s string) bool { return len(s) == 16 && strings.Trim(s, "0123456789abcdef") == "" }

// subjectWords replaces a name that stands alone, or a public word.
func (r *Redactor) subjectWords(s string) string {
	if s == "" || r.public(s) || r.party(s) == s || r.kindOf(s) == aName {
		return r.text(s)
	}
	return r.instanceName(s)
}

// value replaces what a property holds unless it is plainly no name.
func (r *Redactor) value(s string) string {
	parts := strings.Split(s, ", ")
	for i, p := range parts {
		if _, err := strconv.ParseFloat(p, 64); err == nil || p == "" || r.public(p) || plainValue(p) {
			continue
		}
		parts[i] = r.whole(p)
	}
	return strings.Join(parts, ", ")
}

// plainValue reports whether a value says only whether there is one.
func plainValue(s string) bool {
	switch demarc.Fold(s) {
	case "true", "false", "null", "missing", "{...}", "[]", "empty":
		return true
	}
	return strings.HasPrefix(s, "unknown: ")
}
