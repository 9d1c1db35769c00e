package armtemplate

import (
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/armexpr"
	"github.com/demarc-dev/demarc/internal/source/jsontree"
)

// reference answers reference() where it is about a deployment of the same
// template: what that gives out can be worked out. Everything else is only
// known after deployment.
func (t *template) reference(args []armexpr.Value) (armexpr.Value, bool) {
	if len(args) == 0 {
		return armexpr.Value{}, false
	}
	if t.deployments == nil {
		t.findDeployments()
	}
	nested := t.deploymentCalled(args[0].Shape())
	if nested == nil {
		return armexpr.Value{}, false
	}
	outputs := nested.output()
	if len(args) == 3 {
		return armexpr.Object([]armexpr.Member{member("properties", outputs)}), true
	}
	return outputs, true
}

// findDeployments lists the deployments of the template by their names.
func (t *template) findDeployments() {
	t.deployments = map[string][]*item{}
	add := func(name string, one *item) {
		if name != "" {
			t.deployments[demarc.Fold(name)] = append(t.deployments[demarc.Fold(name)], one)
		}
	}
	each(t.doc.root.Get("resources"), func(symbol string, n *jsontree.Node) {
		if !n.Is('{') || !demarc.EqualFold(n.Get("type").String(), deploymentType) {
			return
		}
		turns, _, _ := t.inner().turnsOf(n)
		for _, at := range turns {
			one := &item{f: at.f, n: n, symbol: symbol, turn: at.turn, typ: deploymentType, name: at.f.value(n.Get("name"))}
			add(one.name.Shape(), one)
			if len(turns) == 1 && !demarc.EqualFold(symbol, one.name.Shape()) {
				add(symbol, one)
			}
		}
	})
}

// inner is the frame of the template's resources.
func (t *template) inner() *frame {
	f := t.frame()
	if t.outer != nil {
		f.loop = t.outer.loop
	}
	return f
}

// deploymentCalled finds a deployment by its name, symbolic name or id. Where
// several have the name, the id must be that of the scope deployed to.
func (t *template) deploymentCalled(called string) *template {
	name := called[strings.LastIndexByte(called, '/')+1:]
	if rest := strings.TrimSuffix(called, name); rest != "" && !strings.HasSuffix(demarc.Fold(rest), "microsoft.resources/deployments/") {
		return nil
	}
	found := t.deployments[demarc.Fold(name)]
	if len(found) == 1 {
		return found[0].template()
	}
	for _, one := range found {
		nested := one.template()
		if nested != nil && demarc.EqualFold(called, armexpr.ID(nested.scope, armexpr.Text(deploymentType), []armexpr.Value{one.name}).Shape()) {
			return nested
		}
	}
	return nil
}

// output works out what a template gives out, as reference() shows it.
func (t *template) output() armexpr.Value {
	if t.outputs != nil {
		return *t.outputs
	}
	if t.busy["outputs"] {
		return armexpr.Failed("the outputs of a deployment" + tooRecursive)
	}
	t.busy["outputs"] = true
	defer delete(t.busy, "outputs")
	var members []armexpr.Member
	f := t.frame()
	if all := t.doc.root.Get("outputs"); all != nil {
		for _, m := range all.Members {
			members = append(members, member(m.Name, armexpr.Object([]armexpr.Member{member("value", f.outputOf(m))})))
		}
	}
	v := armexpr.Object([]armexpr.Member{member("outputs", armexpr.Object(members))})
	t.outputs = &v
	return v
}

func (f *frame) outputOf(m jsontree.Member) armexpr.Value {
	switch loop := m.Value.Get("copy"); {
	case isSecure(m.Value):
		return armexpr.Unknown("output "+m.Name+" is a secret", m.Name)
	case loop.Is('{'):
		return f.turns(loop)
	}
	return f.value(m.Value.Get("value"))
}
