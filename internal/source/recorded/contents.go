package recorded

import (
	"fmt"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/source"
)

// What a statement holds. The numbers are part of a file format.
const (
	noContent byte = iota
	exceptionContent
	assuranceContent
	accessContent
	roleContent
	listingContent
	assignmentContent
	exemptionContent
	definitionContent
	metadataContent
	collectedContent
	otherContent byte = 255 // which this version cannot keep; it names the type
)

// statement gives the place that the content names, which stands aside.
func statement(c *codec, x *source.Statement) demarc.Place {
	c.common(&x.Kind)
	c.text(&x.ID)
	if !c.reading {
		return write(c, x.Content)
	}
	var kind byte
	c.byte(&kind)
	readContent(c, kind, x)
	return demarc.Place{}
}

// write writes what a statement holds and gives its own place.
func write(c *codec, content any) demarc.Place {
	switch x := content.(type) {
	case nil:
		c.buf = append(c.buf, noContent)
	case demarc.Exception:
		put(c, exceptionContent, exception, &x)
		return x.Place
	case demarc.Assurance:
		put(c, assuranceContent, assurance, &x)
		return x.Place
	case demarc.Access:
		put(c, accessContent, access, &x)
		return x.Place
	case demarc.RoleAssignment:
		put(c, roleContent, roleAssignment, &x)
		return x.Place
	case demarc.Listing:
		put(c, listingContent, listing, &x)
		return x.Place
	default:
		return writePolicy(c, content)
	}
	return demarc.Place{}
}

// writePolicy writes what is about Azure Policy or about what was collected.
func writePolicy(c *codec, content any) demarc.Place {
	switch x := content.(type) {
	case demarc.PolicyAssignment:
		put(c, assignmentContent, policyAssignment, &x)
		return x.Place
	case demarc.PolicyExemption:
		put(c, exemptionContent, policyExemption, &x)
		return x.Place
	case demarc.PolicyDefinition:
		put(c, definitionContent, policyDefinition, &x)
		return x.Place
	case demarc.PolicyMetadata:
		put(c, metadataContent, policyMetadata, &x)
		return x.Place
	case demarc.Collected:
		put(c, collectedContent, collected, &x)
		return x.Place
	}
	name := fmt.Sprintf("%T", content)
	put(c, otherContent, (*codec).text, &name)
	return demarc.Place{}
}

func put[T any](c *codec, kind byte, each func(*codec, *T), x *T) {
	c.buf = append(c.buf, kind)
	each(c, x)
}

// readContent reads what a statement holds.
func readContent(c *codec, kind byte, x *source.Statement) {
	switch kind {
	case noContent:
	case exceptionContent:
		x.Content = got(c, exception)
	case assuranceContent:
		x.Content = got(c, assurance)
	case accessContent:
		x.Content = got(c, access)
	case roleContent:
		x.Content = got(c, roleAssignment)
	case listingContent:
		x.Content = got(c, listing)
	case assignmentContent:
		x.Content = got(c, policyAssignment)
	case exemptionContent:
		x.Content = got(c, policyExemption)
	case definitionContent:
		x.Content = got(c, policyDefinition)
	case metadataContent:
		x.Content = got(c, policyMetadata)
	case collectedContent:
		x.Content = got(c, collected)
	case otherContent:
		var name string
		c.text(&name)
		c.fail(fmt.Errorf("a statement with a %.80q was not recorded", name))
	default:
		c.fail(errNewer)
	}
}

func got[T any](c *codec, each func(*codec, *T)) (x T) {
	each(c, &x)
	return x
}

// at gives what a statement holds its own place.
func at(content any, p demarc.Place) any {
	switch x := content.(type) {
	case demarc.Exception:
		x.Place = p
		return x
	case demarc.Assurance:
		x.Place = p
		return x
	case demarc.Access:
		x.Place = p
		return x
	case demarc.RoleAssignment:
		x.Place = p
		return x
	case demarc.Listing:
		x.Place = p
		return x
	case demarc.PolicyAssignment:
		x.Place = p
		return x
	case demarc.PolicyExemption:
		x.Place = p
		return x
	case demarc.PolicyDefinition:
		x.Place = p
		return x
	case demarc.PolicyMetadata:
		x.Place = p
		return x
	case demarc.Collected:
		x.Place = p
		return x
	}
	return content
}

func exception(c *codec, x *demarc.Exception) {
	c.text(&x.ID)
	c.text(&x.Responsibility)
	c.text(&x.Tool)
	c.text(&x.Check)
	c.text(&x.Scope)
	c.text(&x.Reason)
	c.text(&x.Approver)
	c.text(&x.Owner)
	c.time(&x.From)
	c.time(&x.Expires)
}

func assurance(c *codec, x *demarc.Assurance) {
	c.text(&x.ID)
	c.text(&x.Party)
	c.text(&x.Kind)
	c.text(&x.Cloud)
	c.texts(&x.Services)
	c.texts(&x.Responsibilities)
	c.time(&x.From)
	c.time(&x.Until)
	c.time(&x.Expires)
	c.text(&x.Document)
}

func access(c *codec, x *demarc.Access) {
	c.text(&x.Kind)
	c.text(&x.Name)
	c.text(&x.Tenant)
	c.text(&x.Scope)
	c.texts(&x.Roles)
	c.time(&x.From)
	c.time(&x.To)
}

func roleAssignment(c *codec, x *demarc.RoleAssignment) {
	c.common(&x.Principal)
	c.common(&x.Kind)
	c.common(&x.Name)
	c.common(&x.Role)
	c.common(&x.Scope)
	c.flag(&x.Eligible)
}

func listing(c *codec, x *demarc.Listing) {
	c.text(&x.Type)
	c.flag(&x.Response)
	c.flag(&x.Whole)
}

func policyAssignment(c *codec, x *demarc.PolicyAssignment) {
	c.text(&x.ID)
	c.text(&x.Name)
	c.text(&x.Scope)
	c.texts(&x.NotScopes)
	c.text(&x.Definition)
	c.bytes(&x.Parameters)
	listOf(c, &x.Overrides, policyOverride)
	listOf(c, &x.Selectors, resourceSelector)
	c.flag(&x.Enforced)
}

func policyOverride(c *codec, x *demarc.PolicyOverride) {
	c.text(&x.Kind)
	c.text(&x.Value)
	listOf(c, &x.Selectors, selector)
}

func resourceSelector(c *codec, x *demarc.ResourceSelector) {
	c.text(&x.Name)
	listOf(c, &x.Selectors, selector)
}

func selector(c *codec, x *demarc.Selector) {
	c.text(&x.Kind)
	c.texts(&x.In)
	c.texts(&x.NotIn)
}

func policyExemption(c *codec, x *demarc.PolicyExemption) {
	c.text(&x.ID)
	c.text(&x.Name)
	c.text(&x.Scope)
	c.text(&x.Assignment)
	c.texts(&x.References)
	c.text(&x.Category)
	c.time(&x.Expires)
	listOf(c, &x.Selectors, resourceSelector)
}

func policyDefinition(c *codec, x *demarc.PolicyDefinition) {
	c.text(&x.ID)
	c.flag(&x.Set)
	c.bytes(&x.Text)
}

func policyMetadata(c *codec, x *demarc.PolicyMetadata) {
	c.text(&x.ID)
	c.text(&x.Title)
	c.text(&x.Category)
	c.text(&x.Owner)
}

func collected(c *codec, x *demarc.Collected) {
	c.common(&x.Type)
	c.common(&x.Scope)
	small(c, &x.How, demarc.CollectionDenied)
	c.time(&x.At)
}
