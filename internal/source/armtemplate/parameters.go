package armtemplate

import (
	"context"
	"path"
	"slices"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/armexpr"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/jsontree"
)

// Parameters is the format of parameter files. They are taken in with their
// template and hold nothing without it.
var Parameters = source.Format{
	Name:   "arm-parameters",
	Title:  "Azure Resource Manager parameter files, with their template beside them (JSON)",
	Detect: detectParameters,
	Read: func(context.Context, *source.Input, source.Sink) error {
		return source.Refusal("a parameters file without its template")
	},
}

func detectParameters(h source.Head) bool {
	j := h.JSON()
	return j.Kind == '{' && strings.Contains(demarc.Fold(j.Members["$schema"].Text), "deploymentparameters.json")
}

// maxValueFiles is how many parameter files are tried for one template.
const maxValueFiles = 20

// parametersBeside gives the values that the parameter file of a template
// gives it. Its file lies in the same folder, has "param" in its name, and
// gives values only to parameters that the template has. One that is called
// like the template comes before all others. Where several fit, they stand for
// several deployments, and what they disagree on is not known.
func (r *reading) parametersBeside(root *jsontree.Node) map[string]armexpr.Value {
	own := r.in.Name()
	if own == "" {
		return nil
	}
	var called, others []string
	for _, name := range r.in.Siblings() {
		folded := demarc.Fold(name)
		switch {
		case name == own || !strings.Contains(folded, "param") || !strings.HasSuffix(folded, ".json"):
		case strings.HasPrefix(folded, demarc.Fold(strings.TrimSuffix(own, path.Ext(own)))+"."):
			called = append(called, name)
		case len(others) < maxValueFiles && !r.belongsElsewhere(name):
			others = append(others, name)
		}
	}
	if values := r.agreed(root, called[:min(len(called), maxValueFiles)]); values != nil {
		return values
	}
	return r.agreed(root, others)
}

// belongsElsewhere reports whether a parameter file is called like another
// template in the folder.
func (r *reading) belongsElsewhere(file string) bool {
	base, _, _ := strings.Cut(file, ".")
	other := base + ".json"
	return !demarc.EqualFold(other, r.in.Name()) && !demarc.EqualFold(other, file) && r.in.HasSibling(other)
}

// agreed gives the values on which all parameter files that fit agree, nil
// when none fits.
func (r *reading) agreed(root *jsontree.Node, names []string) map[string]armexpr.Value {
	var values map[string]armexpr.Value
	for _, name := range names {
		in, err := r.in.Sibling(name)
		if err != nil || !detectParameters(in.Head) {
			continue
		}
		file, err := jsontree.Read(in)
		if err != nil || !fits(file, root) {
			continue
		}
		given := valuesIn(file, root)
		r.valueFiles = append(r.valueFiles, in.File.Path)
		if values == nil {
			values = given
		} else {
			disagree(values, given)
		}
	}
	return values
}

// fits reports whether a parameter file gives values only to parameters that
// the template has.
func fits(file, root *jsontree.Node) bool {
	given := file.Get("parameters")
	return given.Is('{') && !slices.ContainsFunc(given.Members, func(m jsontree.Member) bool {
		return root.Get("parameters").Get(m.Name) == nil
	})
}

// valuesIn reads a parameter file. What is secret is not looked at.
func valuesIn(file, root *jsontree.Node) map[string]armexpr.Value {
	given := map[string]armexpr.Value{}
	all := file.Get("parameters")
	if all == nil {
		return given
	}
	for _, m := range all.Members {
		switch value := m.Value.Get("value"); {
		case isSecure(root.Get("parameters").Get(m.Name)):
		case value != nil:
			given[demarc.Fold(m.Name)] = literal(value)
		case m.Value.Get("reference") != nil:
			given[demarc.Fold(m.Name)] = armexpr.Unknown("parameter "+m.Name+" is a secret", m.Name)
		}
	}
	return given
}

// literal is a value of a parameter file, where texts stand for themselves.
func literal(n *jsontree.Node) armexpr.Value {
	switch n.Kind {
	case '"':
		return armexpr.Text(n.Text)
	case '{':
		members := make([]armexpr.Member, len(n.Members))
		for i, m := range n.Members {
			members[i] = member(m.Name, literal(m.Value))
		}
		return armexpr.Object(members)
	case '[':
		list := make([]armexpr.Value, len(n.Elements))
		for i, e := range n.Elements {
			list[i] = literal(e)
		}
		return armexpr.Array(list)
	case '0':
		return armexpr.ParseNumber(n.Text)
	case 'n':
		return armexpr.Null()
	}
	return armexpr.Bool(n.Kind == 't')
}

// disagree makes unknown what two files say differently.
func disagree(values, others map[string]armexpr.Value) {
	for name, other := range others {
		if v, ok := values[name]; !ok || v.String() != other.String() {
			values[name] = armexpr.Unknown("parameter files give parameter "+name+" several values", name)
		}
	}
	for name := range values {
		if _, ok := others[name]; !ok {
			values[name] = armexpr.Unknown("parameter files give parameter "+name+" several values", name)
		}
	}
}
