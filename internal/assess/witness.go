package assess

import "github.com/demarc-dev/demarc"

// Witness keeps a piece of evidence.
func (s *Shard) Witness(_ *demarc.Evidence) {}

// Say keeps what a statement says.
func (s *Shard) Say(_ any) {}
