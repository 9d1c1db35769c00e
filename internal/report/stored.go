package report

import (
	"slices"
	"strconv"
	"strings"
)

// SnapshotList is the snapshots in a database.
type SnapshotList struct {
	Database  string         `json:"database"`
	Bytes     int64          `json:"bytes"`
	Snapshots []SnapshotLine `json:"snapshots"` // by workspace, the oldest first
}

// SnapshotLine is one of them.
type SnapshotLine struct {
	Workspace     string `json:"workspace"`
	Number        int64  `json:"number"`
	AsOf          string `json:"asOf"`
	Taken         string `json:"taken"`
	Estate        string `json:"estate"`
	Resources     int    `json:"resources"`
	Met           int    `json:"met"`
	Unmet         int    `json:"unmet"`
	Unknown       int    `json:"unknown"`
	NotApplicable int    `json:"notApplicable"`
	Accepted      int    `json:"accepted"` // of the unmet
	Program       string `json:"program"`
	Catalog       string `json:"catalog"` // hash of what the program knew
	Content       string `json:"content"` // hash of all that it concludes
}

func (l *SnapshotList) document() document {
	d := document{title: l.Database + " · " + Plural(len(l.Snapshots), "snapshot") + ", " + byteSize(l.Bytes)}
	if len(l.Snapshots) == 0 {
		d.blocks = append(d.blocks, block{text: []string{"None: demarc assess --save keeps one."}})
		return d
	}
	for rest := l.Snapshots; len(rest) > 0; {
		n := slices.IndexFunc(rest, func(s SnapshotLine) bool { return s.Workspace != rest[0].Workspace })
		if n < 0 {
			n = len(rest)
		}
		d.blocks = append(d.blocks, block{heading: rest[0].Workspace, table: gridOf(snapshotColumnsOfOne, slices.Values(rest[:n]))})
		rest = rest[n:]
	}
	return d
}

// snapshotColumnsOfOne are the columns for people, below the name of the
// workspace. They fit a terminal of 80 columns.
var snapshotColumnsOfOne = slices.Concat([]ListColumn[SnapshotLine]{
	{"#", 0, func(s SnapshotLine) string { return strconv.FormatInt(s.Number, 10) }},
	{"as of", 0, func(s SnapshotLine) string { return s.AsOf }},
	{"saved", 0, func(s SnapshotLine) string { return s.Taken[:min(len(s.Taken), len("2026-11-22"))] }},
}, snapshotColumns[3:len(snapshotColumns)-1])

func (l *SnapshotList) rows() *grid { return gridOf(snapshotColumns, slices.Values(l.Snapshots)) }

var snapshotColumns = []ListColumn[SnapshotLine]{
	{"workspace", 20, func(s SnapshotLine) string { return s.Workspace }},
	{"number", 0, func(s SnapshotLine) string { return strconv.FormatInt(s.Number, 10) }},
	{"as of", 0, func(s SnapshotLine) string { return s.AsOf }},
	{"estate", 24, func(s SnapshotLine) string { return s.Estate }},
	{"resources", 0, func(s SnapshotLine) string { return Number(s.Resources) }},
	{"met", 0, func(s SnapshotLine) string { return Number(s.Met) }},
	{"unmet", 0, func(s SnapshotLine) string { return Number(s.Unmet) }},
	{"unknown", 0, func(s SnapshotLine) string { return Number(s.Unknown) }},
	{"taken", 0, func(s SnapshotLine) string { return s.Taken }},
}

// StoreCheck is what a look through a database found.
type StoreCheck struct {
	Database   string       `json:"database"`
	Bytes      int64        `json:"bytes"`
	Version    int          `json:"version"`
	Workspaces int          `json:"workspaces"`
	Snapshots  int          `json:"snapshots"`
	Layers     int          `json:"layers"`
	Staged     int          `json:"staged"` // layers that no snapshot has
	Chunks     int          `json:"chunks"`
	Parts      int          `json:"parts"`
	RollUps    int          `json:"rollUps"`
	Entries    int          `json:"entries"` // of ledgers
	Faults     []StoreFault `json:"faults"`
}

// StoreFault is something in a database that is not as it was written.
type StoreFault struct {
	Table   string `json:"table"` // "file" for the file as a whole
	Key     string `json:"key"`
	Problem string `json:"problem"`
}

func (c *StoreCheck) document() document {
	verdict := "all is as it was written"
	if len(c.Faults) > 0 {
		verdict = Plural(len(c.Faults), "fault")
	}
	d := document{title: c.Database + " · " + verdict}
	b := block{fields: []field{{"size", byteSize(c.Bytes)}, {"version", strconv.Itoa(c.Version)}, {"workspaces", Number(c.Workspaces)}, {"snapshots", Number(c.Snapshots)},
		{"rows read", Number(c.Chunks+c.Parts+c.RollUps+c.Layers) + " in chunks, parts, roll-ups and layers"}, {"ledger", Count(c.Entries, "entry", "entries")}}}
	if c.Staged > 0 {
		b.fields = append(b.fields, field{"not finished", Plural(c.Staged, "saving") + ": at work, or to be cleared away by demarc store compact"})
	}
	d.blocks = append(d.blocks, b)
	if len(c.Faults) > 0 {
		shown := c.Faults[:min(len(c.Faults), mostFaults)]
		d.blocks = append(d.blocks, block{heading: "Faults", table: gridOf(faultColumns, slices.Values(shown))})
		if more := len(c.Faults) - len(shown); more > 0 {
			d.blocks = append(d.blocks, block{text: []string{"and " + Number(more) + " more: --format json lists them"}})
		}
	}
	return d
}

// mostFaults is how many faults people are shown: behind a few, the rest mostly
// comes of the same.
const mostFaults = 20

var faultColumns = []ListColumn[StoreFault]{
	{"table", 0, func(f StoreFault) string { return f.Table }},
	{"key", 40, func(f StoreFault) string { return f.Key }},
	{"problem", 0, func(f StoreFault) string { return f.Problem }},
}

// LedgerCheck is what the ledgers of a database showed when they were computed
// again.
type LedgerCheck struct {
	Database string       `json:"database"`
	Ledgers  []LedgerLine `json:"ledgers"` // by workspace
}

// LedgerLine is the ledger of one workspace.
type LedgerLine struct {
	Workspace string         `json:"workspace"`
	Holds     bool           `json:"holds"`
	Entries   int64          `json:"entries"` // that hold, from the first on
	First     string         `json:"first"`   // time of the first, "" for none
	Last      string         `json:"last"`
	Head      string         `json:"head"`      // hash of the last: kept elsewhere, it shows that nothing in front of it was changed
	Snapshots int            `json:"snapshots"` // that noted an entry which is still the same
	Broken    *BrokenEntry   `json:"broken"`    // the first that does not hold
	Remarks   []LedgerRemark `json:"remarks"`
}

// BrokenEntry is an entry of a ledger that does not hold.
type BrokenEntry struct {
	Number int64  `json:"number"`
	Why    string `json:"why"`
}

// LedgerRemark is something odd about an entry that holds.
type LedgerRemark struct {
	Number int64  `json:"number"`
	Text   string `json:"text"`
}

func (c *LedgerCheck) document() document {
	d := document{title: c.Database + " · " + Plural(len(c.Ledgers), "ledger")}
	for i := range c.Ledgers {
		d.blocks = append(d.blocks, c.Ledgers[i].block())
	}
	if len(c.Ledgers) == 0 {
		d.blocks = append(d.blocks, block{text: []string{"Nobody said anything yet."}})
	}
	return d
}

func (l *LedgerLine) block() block {
	b := block{heading: l.Workspace, fields: []field{{"holds", map[bool]string{true: "yes", false: "no"}[l.Holds]}}}
	if l.Broken != nil {
		b.fields = append(b.fields, field{"broken", "entry " + strconv.FormatInt(l.Broken.Number, 10) + ": " + l.Broken.Why})
	}
	b.fields = append(b.fields, field{"entries", Number(int(l.Entries)) + map[bool]string{true: "", false: " in front of it"}[l.Holds]})
	if l.Entries > 0 {
		b.fields = append(b.fields, field{"from", l.First}, field{"until", l.Last}, field{"head", l.Head},
			field{"noted by", Plural(l.Snapshots, "snapshot")})
	}
	for _, r := range l.Remarks {
		b.fields = append(b.fields, field{"remark", "entry " + strconv.FormatInt(r.Number, 10) + ": " + r.Text})
	}
	return b
}

// StoreBackup says where a copy of a database lies.
type StoreBackup struct {
	Database string `json:"database"`
	Backup   string `json:"backup"`
	Bytes    int64  `json:"bytes"`
}

func (b *StoreBackup) document() document {
	return document{title: "backup written", blocks: []block{{fields: []field{{"database", b.Database}, {"backup", b.Backup}, {"size", byteSize(b.Bytes)}}}}}
}

// StoreCompacted says what became of the space in a database.
type StoreCompacted struct {
	Database   string               `json:"database"`
	Workspaces []CompactedWorkspace `json:"workspaces"`
	Layers     int                  `json:"layers"`    // that no snapshot needed any more
	Merged     int                  `json:"merged"`    // made one
	Abandoned  int                  `json:"abandoned"` // savings that never ended
	Before     int64                `json:"before"`    // bytes
	After      int64                `json:"after"`
}

// CompactedWorkspace is what was dropped of one workspace.
type CompactedWorkspace struct {
	Workspace string  `json:"workspace"`
	Dropped   []int64 `json:"dropped"` // numbers of snapshots
}

func (c *StoreCompacted) document() document {
	b := block{fields: []field{{"before", byteSize(c.Before)}, {"after", byteSize(c.After)}}}
	for _, w := range c.Workspaces {
		if len(w.Dropped) == 0 {
			continue
		}
		numbers := make([]string, len(w.Dropped))
		for i, n := range w.Dropped {
			numbers[i] = strconv.FormatInt(n, 10)
		}
		b.fields = append(b.fields, field{"dropped", w.Workspace + " " + strings.Join(numbers, ", ")})
	}
	for _, f := range []struct {
		name string
		n    int
	}{{"layers not needed", c.Layers}, {"layers merged", c.Merged}, {"savings never ended", c.Abandoned}} {
		if f.n > 0 {
			b.fields = append(b.fields, field{f.name, Number(f.n)})
		}
	}
	return document{title: c.Database + " · compacted", blocks: []block{b}}
}

// byteSize writes a number of bytes for people.
func byteSize(n int64) string {
	const step = 1000
	if n < step {
		return strconv.FormatInt(n, 10) + " B"
	}
	value, unit := float64(n), 0
	for ; value >= step && unit < 4; unit++ {
		value /= step
	}
	return strconv.FormatFloat(value, 'f', 1, 64) + " " + [...]string{"B", "kB", "MB", "GB", "TB"}[unit]
}
