# The three definitions in the folder beside this one, as Rego: texts compare
# without case, and a bool or number equals the text that spells it. A file is
# an answer of Resource Graph as it is, and all three are one rule, so that one
# evaluation sees all of its rows: that is the fastest way for conftest.
package main

folded(value) := lower(sprintf("%v", [value]))

is_true(object, name) if folded(object[name]) == "true"

deny contains msg if {
	some row in input.data
	lower(row.type) == "microsoft.storage/storageaccounts"
	not is_true(row.properties, "supportsHttpsTrafficOnly")
	msg := {"msg": "bench-storage-https", "resource": row.id}
}

deny contains msg if {
	some row in input.data
	lower(row.type) == "microsoft.keyvault/vaults"
	not is_true(row.properties, "enablePurgeProtection")
	msg := {"msg": "bench-vault-purge", "resource": row.id}
}

deny contains msg if {
	some row in input.data
	lower(row.type) == "microsoft.network/networksecuritygroups"
	some rule in row.properties.securityRules
	opens_ssh(rule.properties)
	msg := {"msg": "bench-nsg-ssh", "resource": row.id}
}

opens_ssh(rule) if {
	folded(rule.access) == "allow"
	folded(rule.direction) == "inbound"
	folded(rule.destinationPortRange) in {"22", "*"}
	folded(rule.sourceAddressPrefix) in {"*", "internet", "0.0.0.0/0"}
}
