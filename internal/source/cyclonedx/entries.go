package cyclonedx

import (
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/clouds"
)

// The types of what a document lists.
const (
	modelType   = "other/ai-model"
	datasetType = "other/ai-dataset"
	saasType    = "other/saas-application"
	// openType is a service of which nobody says who runs it, and how.
	openType = "cyclonedx/service"
)

// components walks components and those inside of them.
func (b *bom) components(o object, visit func(object)) (broken int) {
	if b.depth++; b.depth > maxDepth {
		b.depth--
		return 1
	}
	inner := 0
	broken = o.each("components", func(c object) { inner += b.component(c, visit) })
	b.depth--
	return broken + inner
}

func (b *bom) component(c object, visit func(object)) (broken int) {
	visit(c)
	return b.components(c, visit)
}

// uses keeps which model refers to which dataset.
func (b *bom) uses(c object) {
	if c.text("type") != "machine-learning-model" {
		return
	}
	datasets(c, func(d object) {
		if ref := d.text("ref"); ref != "" {
			b.users[ref] = componentID(c)
		}
	})
}

// datasets visits the datasets of a model's card.
func datasets(model object, visit func(object)) (broken int) {
	card, _ := parse(model["modelCard"])
	parameters, _ := parse(card["modelParameters"])
	return parameters.each("datasets", visit)
}

// give gives out a component.
func (b *bom) give(c object) {
	switch c.text("type") {
	case "machine-learning-model":
		b.model(c)
	case "data":
		b.resource(entry{id: componentID(c), place: b.at(c), name: c.text("name"), typ: datasetType, model: b.users[c.text("bom-ref")]})
	default:
		b.software++
	}
}

// model is a machine learning model with the datasets that its card describes.
func (b *bom) model(c object) {
	id := componentID(c)
	b.resource(entry{id: id, place: b.at(c), name: c.text("name"), typ: modelType, publisher: publisher(c)})
	b.broken += datasets(c, func(d object) {
		if d.text("ref") == "" {
			name := first(d.text("name"), d.text("contents", "url"), "dataset")
			b.resource(entry{id: id + "/datasets/" + name, place: b.at(d), name: name, typ: datasetType, model: id})
		}
	})
}

// publisher is who published a component. The group is the organisation that a
// model lies under where it was taken from.
func publisher(c object) string {
	return first(c.text("publisher"), c.text("supplier", "name"), c.text("manufacturer", "name"), c.text("group"))
}

// componentID is the package URL of a component, else made up from its names.
func componentID(c object) string {
	if purl := c.text("purl"); purl != "" {
		return purl
	}
	id := "cyclonedx/" + c.text("type") + "/" + c.text("group") + "/" + c.text("name")
	if version := c.text("version"); version != "" {
		id += "@" + version
	}
	return id
}

// services walks services and those inside of them.
func (b *bom) services(o object) (broken int) {
	if b.depth++; b.depth > maxDepth {
		b.depth--
		return 1
	}
	inner := 0
	broken = o.each("services", func(s object) {
		b.service(s)
		inner += b.services(s)
	})
	b.depth--
	return broken + inner
}

// service is somebody's service: a provider's where one is named who did not
// make the subject of the document itself.
func (b *bom) service(s object) {
	provider := s.text("provider", "name")
	e := entry{place: b.at(s), name: s.text("name"), typ: openType}
	e.id = strings.Join([]string{"cyclonedx", "service", first(provider, s.text("group")), e.name}, "/")
	cloud, rented := clouds.Of(provider)
	switch {
	case provider == "" || b.isOwn(provider):
	case rented:
		// A cloud offers all service models; its services are told by name.
		folder, _, _ := strings.Cut(cloud.Type, "/")
		if strings.HasPrefix(folder, "Microsoft") {
			folder = "azure"
		}
		e.display, e.provider = folder+"/"+e.name, provider
	default:
		e.typ, e.provider, e.display = saasType, provider, "saas/"+plain(provider)
	}
	b.resource(e)
}

// entry is a resource in the making.
type entry struct {
	id, name, typ, display     string
	publisher, provider, model string
	place                      demarc.Place
}

func (b *bom) resource(e entry) {
	if e.name == "" {
		b.note(demarc.NoteSkipped, e.place, 1, "an entry without a name")
		return
	}
	b.found++
	plan := b.sink.Plans().For(e.typ)
	if e.display != "" {
		plan = b.sink.Plans().Every()
	}
	b.values.Reset(plan)
	if b.isOwn(e.publisher) {
		e.publisher = ""
		b.values.Set("properties.publisher", demarc.Missing())
	}
	for path, text := range map[string]string{"properties.publisher": e.publisher, "properties.provider": e.provider, "properties.model": e.model} {
		if text != "" {
			b.values.Set(path, demarc.Text(text))
		}
	}
	b.sink.Resource(source.Resource{
		Resource: demarc.Resource{
			ID: e.id, MadeUp: !strings.HasPrefix(e.id, "pkg:"), Name: e.name, Type: e.typ, Place: e.place, Seen: demarc.SeenPartial,
		},
		DisplayType: e.display, Values: b.values,
	})
}

// plain is the name of a company without its legal form, folded.
func plain(name string) string {
	words := strings.Fields(demarc.Fold(name))
	for len(words) > 1 {
		switch strings.Trim(words[len(words)-1], ".,") {
		case "inc", "llc", "ltd", "gmbh", "corp", "corporation", "ag", "sa", "bv", "se", "plc", "limited", "co", "company":
			words = words[:len(words)-1]
			continue
		}
		break
	}
	return strings.TrimRight(strings.Join(words, " "), ",")
}

func first(texts ...string) string {
	for _, s := range texts {
		if s != "" {
			return s
		}
	}
	return ""
}
