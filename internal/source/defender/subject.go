package defender

import (
	"bytes"

	"github.com/demarc-dev/demarc"
)

// identity is the id of an assessment taken apart.
type identity struct {
	about []byte // id of what is assessed
	check []byte // name of the assessment, nil when the id is of something else
	sub   []byte // name of a finding below the assessment
}

// identify takes apart "<resource>/providers/Microsoft.Security/assessments/<name>",
// with "/subAssessments/<name>" behind it or without.
func identify(id []byte) identity {
	id = bytes.TrimRight(id, "/")
	rest, name := cutLast(id)
	head, word := cutLast(rest)
	var sub []byte
	if bytes.EqualFold(word, []byte("subassessments")) {
		sub = name
		rest, name = cutLast(head)
		head, word = cutLast(rest)
	}
	if !bytes.EqualFold(word, []byte("assessments")) || len(name) == 0 {
		return identity{}
	}
	head, word = cutLast(head)
	about, providers := cutLast(head)
	if !bytes.EqualFold(word, []byte("microsoft.security")) || !bytes.EqualFold(providers, []byte("providers")) {
		return identity{}
	}
	return identity{about: about, check: name, sub: sub}
}

// cutLast cuts off the last segment of an id.
func cutLast(id []byte) (rest, last []byte) {
	i := bytes.LastIndexByte(id, '/')
	if i < 0 {
		return nil, id
	}
	return id[:i], id[i+1:]
}

// subject says what the row is about, and by which check. A finding below an
// assessment has a check of its own: that it is settled does not settle the
// assessment.
func (d *decoder) subject() {
	r := d.row
	id := identify(r.Bytes(idOf))
	switch {
	case id.sub != nil:
		d.e.Check = r.Intern(id.check) + "/" + string(id.sub)
	case r.Has(nameOf):
		d.e.Check = r.Text(nameOf)
	default:
		d.e.Check = r.Intern(id.check)
	}
	d.e.Subject.ID = r.Keep(id.about)
	if d.e.Subject.ID == "" {
		d.e.Subject.ID = r.Keep(r.Bytes(resourceOf))
	}
	if r.Has(sourceOf) && !bytes.EqualFold(r.Bytes(sourceOf), []byte("azure")) {
		d.elsewhere()
	}
	if d.e.Subject == (demarc.Subject{}) && d.e.Check != "" {
		d.note(demarc.NoteMalformed, "an assessment that does not say of what")
	}
}

// elsewhere finds the subject where it is not in Azure: the id is then that of
// a connector or workspace which brings the findings.
func (d *decoder) elsewhere() {
	r := d.row
	switch demarc.Fold(r.Text(sourceOf)) {
	case "onpremise", "onpremises", "onpremisesql":
		if host := r.Bytes(machineOf); len(host) > 0 {
			d.e.Subject = demarc.Subject{Host: r.Keep(host)}
		}
	case "aws", "gcp", "awsresource", "gcpresource":
		if native := r.Bytes(nativeOf); len(native) > 0 {
			d.e.Subject.ID = r.Keep(native)
		}
		d.e.Subject.Name = r.Keep(r.Bytes(resourceNameOf))
	}
}
