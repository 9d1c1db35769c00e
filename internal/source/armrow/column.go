package armrow

import (
	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/json"
)

// column is a top-level member of a row that the decoder knows by name.
type column uint8

const (
	otherColumn column = iota
	idColumn
	resourceIDColumn
	nameColumn
	typeColumn
	groupColumn
	subscriptionColumn
	displayColumn
	tenantColumn
	// From here on they are properties of the resource.
	kindColumn
	locationColumn
	managedByColumn
	skuColumn
	planColumn
	propertiesColumn
	tagsColumn
	identityColumn
	zonesColumn
	extendedLocationColumn
	columns
)

// columnNames are the names by which plans know the columns: those of Azure
// Resource Manager, folded.
var columnNames = [columns]string{
	idColumn: "id", nameColumn: "name", typeColumn: "type", groupColumn: "resourcegroup", subscriptionColumn: "subscriptionid",
	tenantColumn: "tenantid", kindColumn: "kind", locationColumn: "location", managedByColumn: "managedby", skuColumn: "sku",
	planColumn: "plan", propertiesColumn: "properties", tagsColumn: "tags", identityColumn: "identity", zonesColumn: "zones",
	extendedLocationColumn: "extendedlocation",
}

// columnOf tells the column of a folded name, with the spellings of Resource
// Graph, Azure Resource Manager, the Azure CLI and Az PowerShell.
func columnOf(folded []byte) column {
	switch string(folded) {
	case "id":
		return idColumn
	case "resourceid":
		return resourceIDColumn
	case "name", "resourcename":
		return nameColumn
	case "type", "resourcetype":
		return typeColumn
	case "resourcegroup", "resourcegroupname":
		return groupColumn
	case "subscriptionid", "subscription":
		return subscriptionColumn
	case "displayname":
		return displayColumn
	case "tenantid":
		return tenantColumn
	}
	return propertyColumn(folded)
}

func propertyColumn(folded []byte) column {
	switch string(folded) {
	case "kind":
		return kindColumn
	case "location":
		return locationColumn
	case "managedby":
		return managedByColumn
	case "sku":
		return skuColumn
	case "plan":
		return planColumn
	case "properties":
		return propertiesColumn
	case "tags":
		return tagsColumn
	case "identity":
		return identityColumn
	case "zones":
		return zonesColumn
	case "extendedlocation":
		return extendedLocationColumn
	}
	return otherColumn
}

// foldName folds a quoted name into buf, nil when it is longer than that.
func foldName(buf []byte, quoted []byte) []byte {
	n := len(quoted) - 2
	if n < 0 || n > len(buf) {
		return nil
	}
	for i, c := range quoted[1 : n+1] {
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		buf[i] = c
	}
	return buf[:n]
}

// foldOther folds the name of a column that has no place of its own.
func foldOther(quoted []byte) string {
	return demarc.Fold(string(json.AppendUnquote(nil, quoted)))
}
