package arch

import (
	"slices"
	"strings"
)

// layer is a floor of the house. Imports point down, never sideways.
type layer int

const (
	words     layer = iota // the words, the data, public formats, the JSON library's door
	ground                 // the catalogue and what all stations build on
	stations               // pure functions, one decision each
	line                   // runs the stations in order
	adapters               // read, write, remember, compare, split
	useCases               // the only place that knows stations and adapters together
	server                 // the HTTP door
	command                // the command line
	outermost              // programs, tools and tests of the whole: nobody imports them
	support                // what tests are built with: only test files import it
)

// below says which floors each floor may import.
var below = map[layer][]layer{
	words:     {},
	ground:    {words},
	stations:  {words, ground},
	line:      {words, ground, stations},
	adapters:  {words, ground},
	useCases:  {words, ground, stations, line, adapters},
	server:    {words, ground, useCases},
	command:   {words, ground, useCases, server},
	outermost: {words, ground, stations, line, adapters, useCases, server, command},
	support:   {words, ground, stations, line, adapters},
}

// row gives a folder its floor. A folder that ends in "/*" stands for all
// folders right below it.
type row struct {
	folder string
	layer  layer
	also   []string // folders on the same floor that it may import all the same
}

// readersGround is what the readers of all formats stand on.
var readersGround = []string{
	"internal/source", "internal/source/jsonspan", "internal/source/jsonrows", "internal/source/armrow", "internal/source/csvrows",
	"internal/source/paging", "internal/source/jsontree", "internal/source/workbook", "internal/source/graphrow", "internal/source/licence",
	"internal/source/clouds", "internal/source/moment", "internal/source/tenantreport", "internal/source/finding", "internal/source/pathrow",
}

// table is the plan of section 4 of docs/design.md. A new folder gets a row
// here before it gets a file.
var table = []row{
	{"", words, nil},
	{"data", words, nil},
	{"internal/json", words, nil},
	{"internal/wire/*", words, []string{"", "internal/json"}},

	{"internal/armexpr", ground, nil},
	{"internal/slots", ground, nil},
	{"internal/scope", ground, nil},
	{"internal/catalog", ground, []string{"internal/slots"}}, // a condition names the values that it asks for

	{"internal/classify", stations, nil},
	{"internal/divide", stations, nil},
	{"internal/responsibility", stations, nil},
	{"internal/access", stations, nil},
	{"internal/policy", stations, nil},
	{"internal/join", stations, nil},
	{"internal/owner", stations, nil},
	{"internal/judge", stations, nil},
	{"internal/chain", stations, nil},
	{"internal/lint", stations, nil},

	{"internal/assess", line, nil},
	{"internal/policycase", line, nil}, // runs the policy language over cases, as assess does over an estate

	{"internal/compare", adapters, nil},
	{"internal/source/jsonspan", adapters, nil}, // finds elements in bytes; knows nothing of readers
	{"internal/source", adapters, []string{"internal/source/jsonspan"}},
	{"internal/source/bicep", adapters, append(slices.Clone(readersGround), "internal/source/armtemplate")},         // what Bicep builds is a template
	{"internal/source/attestationcsv", adapters, append(slices.Clone(readersGround), "internal/source/statements")}, // a row is an attestation
	{"internal/source/scubaresults", adapters, append(slices.Clone(readersGround), "internal/source/scubagear")},    // a report holds the settings it is made of
	{"internal/source/*", adapters, readersGround},
	{"internal/policyfiles", adapters, []string{"internal/source", "internal/source/jsontree"}}, // reads files as sources do, but no estate
	{"internal/pack", adapters, []string{"internal/source/jsontree"}},
	{"internal/collect", adapters, nil},
	{"internal/report", adapters, nil},
	{"internal/report/jsonl", adapters, []string{"internal/report", "internal/report/json"}}, // its lines are the objects of the JSON contract
	{"internal/report/*", adapters, []string{"internal/report"}},
	{"internal/store", adapters, nil},
	{"internal/dispatch", adapters, nil},

	{"internal/app", useCases, nil},

	{"internal/server", server, []string{"internal/server/api", "internal/server/web", "internal/server/auth"}},
	{"internal/server/*", server, nil},
	{"internal/cli", command, nil},

	{"cmd/*", outermost, nil},
	{"conformance", outermost, nil},
	{"scripts/*", outermost, nil},
	{"internal/arch", outermost, nil},
	{"internal/report/parquet/foreign", outermost, nil}, // a module of its own, that reads tables with Arrow
	{"internal/catalog/compact", outermost, nil},

	{"internal/sample", support, nil},
	{"internal/bench", support, nil}, // the readers are tried with the same large files
	{"internal/source/sourcetest", support, nil},
	{"internal/store/storetest", support, []string{"internal/sample"}}, // what is kept is a sample
	{"internal/pgtest", support, nil},
	{"internal/fleet", support, []string{"internal/pgtest"}}, // processes around a server
}

// extra are single arrows between floors that the plan allows.
var extra = map[[2]string]string{
	{"internal/compare", "internal/assess"}:            "a what-if is overrides run through assess, then compared",
	{"internal/cli", "internal/report"}:                "width and colour of the terminal are options of a format",
	{"scripts/bench", "internal/bench"}:                "the program that measures uses the generator",
	{"scripts/bench", "internal/fleet"}:                "and measures workers",
	{"scripts/bench", "internal/pgtest"}:               "and a server",
	{"scripts/scale", "internal/bench"}:                "the program that shows workers makes an estate",
	{"scripts/scale", "internal/fleet"}:                "and has them assess it",
	{"internal/sample", "internal/app"}:                "a sample is an estate run through the whole line",
	{"internal/source/sourcetest", "internal/catalog"}: "readers are tried with the layout of the real catalogue",
}

// doors says which folder may import a library, by the start of its path. A
// library without a door may not be imported at all.
var doors = map[string][]string{
	"github.com/go-json-experiment/json":       {"internal/json"},
	"go.yaml.in/yaml/v3":                       {"internal/catalog", "internal/catalog/compact", "internal/source/estate", "internal/source/statements"},
	"github.com/spf13/cobra":                   {"internal/cli"},
	"github.com/spf13/pflag":                   {"internal/cli"},
	"github.com/santhosh-tekuri/jsonschema/v6": {},
	"golang.org/x/term":                        {"internal/cli"},
	"github.com/xuri/excelize/v2":              {"internal/source/workbook"},
	"golang.org/x/text/cases":                  {"internal/policy"},
	"github.com/ncruces/go-sqlite3":            {"internal/store"},
	"github.com/klauspost/compress":            {"internal/store"},
	"github.com/parquet-go/parquet-go":         {"internal/report/parquet"},
	"github.com/apache/arrow-go/v18":           {},
	"github.com/jackc/pgx/v5":                  {"internal/store", "internal/dispatch", "internal/pgtest"},
	"github.com/riverqueue/river":              {"internal/dispatch"},
}

// rowOf finds the row of a folder: its own, else that of its parent's "/*".
func rowOf(folder string) (row, bool) {
	if i := slices.IndexFunc(table, func(r row) bool { return r.folder == folder }); i >= 0 {
		return table[i], true
	}
	parent := folderOf(folder)
	i := slices.IndexFunc(table, func(r row) bool { return r.folder == parent+"/*" && parent != "" })
	if i < 0 {
		return row{}, false
	}
	return table[i], true
}

// mayImport reports whether the arrow from a row to a folder of the module is
// in the plan.
func mayImport(from row, folder, to string, test bool) bool {
	target, ok := rowOf(to)
	if !ok || target.layer == outermost && from.layer != outermost {
		return false
	}
	if test && target.layer == support {
		return true
	}
	if _, ok := extra[[2]string{folder, to}]; ok {
		return true
	}
	return slices.Contains(below[from.layer], target.layer) || slices.Contains(from.also, to)
}

// doorOf finds the folders that may import a library.
func doorOf(library string) ([]string, bool) {
	for prefix, folders := range doors {
		if library == prefix || strings.HasPrefix(library, prefix+"/") {
			return folders, true
		}
	}
	return nil, false
}
