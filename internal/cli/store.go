package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/demarc-dev/demarc/internal/app"
	"github.com/demarc-dev/demarc/internal/report"
)

func (s *session) store() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "store",
		Short: "look after the database in which snapshots are kept",
		Args:  usage(cobra.NoArgs),
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(s.storeList(), s.storeCheck(), s.storeVerify(), s.storeBackup(), s.storeCompact())
	return cmd
}

// unsound says that a database is not as it should be. What is wrong was
// printed.
type unsound struct{ text, hint string }

// Error says how much is wrong.
func (e *unsound) Error() string { return e.text }

// Hint says what to do.
func (e *unsound) Hint() string { return e.hint }

func (s *session) storeList() *cobra.Command {
	var in app.Place
	cmd := &cobra.Command{
		Use:   "list",
		Short: "list the snapshots",
		Args:  usage(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			list, err := app.ListSnapshots(cmd.Context(), in)
			if err != nil {
				return err
			}
			return s.printList(list)
		},
	}
	s.outputFlags(cmd, report.ListFormats[:])
	addPlace(cmd, &in)
	return cmd
}

func (s *session) storeCheck() *cobra.Command {
	var in app.Place
	cmd := &cobra.Command{
		Use:   "check",
		Short: "read all of it and say what is not as it was written",
		Args:  usage(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			found, err := app.CheckStore(cmd.Context(), in)
			if err != nil {
				return err
			}
			if err := s.print(found); err != nil || len(found.Faults) == 0 {
				return err
			}
			return &unsound{fmt.Sprintf("the database %s is damaged: %s", found.Database, report.Plural(len(found.Faults), "fault")),
				"restore a backup that demarc store backup made; what can still be read, demarc store list shows"}
		},
	}
	s.outputFlags(cmd, report.PrintFormats[:])
	addDatabase(cmd, &in)
	return cmd
}

func (s *session) storeVerify() *cobra.Command {
	var in app.Place
	cmd := &cobra.Command{
		Use:   "verify",
		Short: "say whether anybody changed what was attested, accepted or assured",
		Long: `Computes the ledger of each workspace again: attestations, exceptions,
assurances and owners, each entry bound to those in front of it. Names the
first entry that does not hold.`,
		Args: usage(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			found, err := app.VerifyLedgers(cmd.Context(), in)
			if err != nil {
				return err
			}
			if err := s.print(found); err != nil {
				return err
			}
			for _, l := range found.Ledgers {
				if !l.Holds {
					return &unsound{fmt.Sprintf("the ledger of %s does not hold from entry %d on", l.Workspace, l.Broken.Number),
						"compare it with a backup from before"}
				}
			}
			return nil
		},
	}
	s.outputFlags(cmd, report.PrintFormats[:])
	addPlace(cmd, &in)
	return cmd
}

func (s *session) storeBackup() *cobra.Command {
	var in app.Place
	cmd := &cobra.Command{
		Use:     "backup FILE",
		Short:   "copy it to a new file, while others use it",
		Example: "  demarc store backup demarc-2026-11-22.db",
		Args:    usage(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			done, err := app.BackupStore(cmd.Context(), in, args[0])
			if err != nil {
				return err
			}
			return s.print(done)
		},
	}
	s.outputFlags(cmd, report.PrintFormats[:])
	addDatabase(cmd, &in)
	return cmd
}

func (s *session) storeCompact() *cobra.Command {
	var in app.Place
	var keep app.Retention
	cmd := &cobra.Command{
		Use:     "compact",
		Short:   "drop old snapshots and give their space back",
		Long:    "Gives back the space that nothing needs. Drops snapshots only where --keep or\n--since says so; the newest of a workspace and its ledger always stay.",
		Example: "  demarc store compact --keep 52\n  demarc store compact --since 2026-01-01 --workspace plant-7",
		Args:    usage(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			done, err := app.CompactStore(cmd.Context(), in, keep)
			if err != nil {
				return err
			}
			return s.print(done)
		},
	}
	s.outputFlags(cmd, report.PrintFormats[:])
	addPlace(cmd, &in)
	cmd.Flags().IntVar(&keep.Keep, "keep", 0, "keep the newest so many snapshots, 0 for all")
	cmd.Flags().StringVar(&keep.Since, "since", "", "keep the snapshots as of this day and later")
	return cmd
}

// addDatabase adds the flag of commands that are about the whole database.
func addDatabase(cmd *cobra.Command, p *app.Place) {
	cmd.Flags().StringVar(&p.Database, "database", "", "file or postgres:// server of the snapshots (default demarc.db)")
}

// addBook adds the flags of commands that write down what somebody says.
func (s *session) addBook(cmd *cobra.Command, b *app.Book) {
	cmd.Flags().StringVar(&b.Database, "database", "", "write it into the ledger of this database too")
	cmd.Flags().StringVar(&b.Workspace, "workspace", "", "whose ledger, for who keeps several estates apart")
	b.Actor = s.actor()
}

// actor is who runs the program, as the system calls them.
func (s *session) actor() string {
	for _, name := range []string{"DEMARC_ACTOR", "USER", "LOGNAME", "USERNAME"} {
		if who := s.getenv(name); who != "" {
			return who
		}
	}
	return "unknown"
}
