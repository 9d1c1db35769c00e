package store

// table is one of those that hold a store. The first ones are those that others
// need when they are filled.
type table struct {
	name    string
	columns []string
}

// tables are all of them.
var tables = []table{
	{"workspace", []string{"id", "name"}},
	{"layer", []string{"id", "workspace", "token", "beat", "published", "tombstones"}},
	{"chunk", []string{"layer", "family", "first", "seq", "rows", "hash", "keys", "data"}},
	{"part", []string{"workspace", "hash", "kind", "data"}},
	{"snapshot", []string{"workspace", "number", "as_of", "taken", "estate", "program", "catalog", "content", "header", "resources", "workloads", "met", "unmet", "unknown",
		"not_applicable", "accepted"}},
	{"snapshot_layer", []string{"workspace", "number", "depth", "layer"}},
	{"ledger", []string{"workspace", "number", "time", "actor", "origin", "kind", "about", "payload", "payload_hash", "previous", "hash"}},
	{"run", []string{"workspace", "number", "layer", "parent", "asked", "files", "program", "catalog", "actor", "created", "ended", "state", "open", "snapshot", "problem"}},
	{"run_shard", []string{"workspace", "run", "number", "layer", "first", "last", "resources", "key", "state", "problem"}},
	{"shard_result", []string{"workspace", "key", "data"}},
	{"blob", []string{"hash", "data"}},
}
