// Package dispatch spreads an assessment that was divided into shards: over the
// cores of one process ([Each]), or over worker processes on any number of
// hosts, as jobs in PostgreSQL ([Hand], [Serve]).
//
// It knows neither what a shard is nor where results are kept: that is handed
// in as [Work]. What it adds is that every shard is worked on until it is done
// or given up, whatever becomes of the processes, the server and the network
// between them.
package dispatch

import (
	"context"
	"crypto/sha256"
	"fmt"
	"regexp"
	"strings"

	"github.com/jackc/pgx/v5"
)

// Tx is a transaction on PostgreSQL.
type Tx = pgx.Tx

// Run names what is worked on: an assessment that was handed over.
type Run struct {
	Workspace int64  `json:"workspace"`
	Number    int64  `json:"number"`
	Queue     string `json:"queue"` // whose workers take its jobs; see [QueueOf]
}

// String names the run in messages.
func (r Run) String() string { return fmt.Sprintf("run %d of workspace %d", r.Number, r.Workspace) }

// Work is what the jobs of a run do. Every function may be called again for
// what it did already, also while an earlier call is still under way in another
// process: it must then change nothing.
type Work struct {
	// Observe looks at a shard and gives the result, the same bytes whenever it
	// is asked. It writes nothing. It is given up after 15 s.
	Observe func(ctx context.Context, r Run, shard int) ([]byte, error)
	// Keep keeps the result of a shard in a short transaction, and says whether
	// the shard was the last one of the run that was open. To decide that it must
	// lock the run: of several shards that end at the same time one is last.
	Keep func(ctx context.Context, tx Tx, r Run, shard int, result []byte) (last bool, err error)
	// Fail notes that a shard is given up, and why, as Keep keeps a result. A
	// shard that was kept stays kept.
	Fail func(ctx context.Context, tx Tx, r Run, shard int, cause string) (last bool, err error)
	// Finish settles a run of which no shard is open, and publishes it. It may
	// take minutes. It must make sure itself that of two that are at it, as when
	// one was cut off for a while, one publishes.
	Finish func(ctx context.Context, r Run) error
	// Abandon notes that a run cannot be finished, and why.
	Abandon func(ctx context.Context, r Run, cause string) error
}

// unfit is what may not stand in the name of a queue.
var unfit = regexp.MustCompile(`[^a-z0-9]+`)

// QueueOf names the queue of the workers that have this version of the program
// and this catalogue. Workers that know something else never take its jobs.
func QueueOf(program, catalog string) string {
	sum := sha256.Sum256([]byte(program + "\n" + catalog))
	name := fmt.Sprintf("%.40s", unfit.ReplaceAllString(strings.ToLower(program), "-"))
	return strings.TrimLeft(strings.Trim(name, "-")+fmt.Sprintf("-%x", sum[:6]), "-")
}
