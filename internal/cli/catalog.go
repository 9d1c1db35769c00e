package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/demarc-dev/demarc/internal/app"
	"github.com/demarc-dev/demarc/internal/report"
)

// packFolder is where packs are kept: DEMARC_PACKS, else a folder of the
// user's configuration.
func (s *session) packFolder() (string, error) {
	if folder := s.getenv("DEMARC_PACKS"); folder != "" {
		return folder, nil
	}
	folder, err := os.UserConfigDir()
	if err != nil {
		return "", fmt.Errorf("find the folder for packs: %w; set DEMARC_PACKS to one", err)
	}
	return filepath.Join(folder, "demarc", "packs"), nil
}

func (s *session) catalog() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "catalog",
		Short: "keep packs of published policy definitions and aliases",
		Args:  usage(cobra.NoArgs),
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	add := &cobra.Command{
		Use:   "add",
		Short: "pack definitions or aliases",
		Args:  usage(cobra.NoArgs),
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	add.AddCommand(s.catalogAddPolicies(), s.catalogAddAliases())
	cmd.AddCommand(add, s.catalogList(), s.catalogRemove())
	return cmd
}

func (s *session) catalogAddPolicies() *cobra.Command {
	var q app.PackRequest
	cmd := &cobra.Command{
		Use:   "azure-policy PATH",
		Short: "pack the definitions of a clone or archive of Azure/azure-policy",
		Long: `Reads a clone, a folder or an archive (.tar.gz, .zip) of Azure/azure-policy
or of your own definitions, and keeps them as a pack for --checks.`,
		Example: "  demarc catalog add azure-policy azure-policy/\n  demarc catalog add azure-policy ours.zip --name ours",
		Args:    usage(cobra.ExactArgs(1)),
		RunE:    func(_ *cobra.Command, args []string) error { return s.addPack(&q, args[0], app.AddPolicyPack) },
	}
	s.outputFlags(cmd, report.PrintFormats[:])
	cmd.Flags().StringVar(&q.Name, "name", "azure-policy", "what the pack is called")
	cmd.Flags().StringVar(&q.Commit, "commit", "", "the commit, where neither clone nor archive tells it")
	return cmd
}

func (s *session) catalogAddAliases() *cobra.Command {
	var q app.PackRequest
	cmd := &cobra.Command{
		Use:     "aliases FILE",
		Short:   "pack the aliases that az provider list prints",
		Example: "  az provider list --expand resourceTypes/aliases -o json > aliases.json\n  demarc catalog add aliases aliases.json",
		Args:    usage(cobra.ExactArgs(1)),
		RunE:    func(_ *cobra.Command, args []string) error { return s.addPack(&q, args[0], app.AddAliases) },
	}
	s.outputFlags(cmd, report.PrintFormats[:])
	return cmd
}

func (s *session) addPack(q *app.PackRequest, path string, add func(app.PackRequest) (*report.PackAdded, error)) error {
	folder, err := s.packFolder()
	if err != nil {
		return err
	}
	q.Folder, q.Path, q.Today = folder, path, time.Now()
	added, err := add(*q)
	if err != nil {
		return err
	}
	return s.print(added)
}

func (s *session) catalogList() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "list",
		Short: "list the packs, what they hold and where it comes from",
		Args:  usage(cobra.NoArgs),
		RunE: func(*cobra.Command, []string) error {
			folder, err := s.packFolder()
			if err != nil {
				return err
			}
			list, err := app.Packs(folder)
			if err != nil {
				return err
			}
			return s.print(list)
		},
	}
	s.outputFlags(cmd, report.PrintFormats[:])
	return cmd
}

func (s *session) catalogRemove() *cobra.Command {
	return &cobra.Command{
		Use:   "remove NAME",
		Short: "remove a pack",
		Args:  usage(cobra.ExactArgs(1)),
		RunE: func(_ *cobra.Command, args []string) error {
			folder, err := s.packFolder()
			if err != nil {
				return err
			}
			return app.RemovePack(folder, args[0])
		},
	}
}
