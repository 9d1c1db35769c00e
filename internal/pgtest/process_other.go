//go:build !linux

package pgtest

import (
	"os"
	"os/exec"
)

// immediately makes the server end without tidying up.
var immediately = os.Kill

// account is a user under whose name a server runs.
type account struct{ uid, gid int }

// unprivileged is no account: servers run as who runs the tests.
func unprivileged() (*account, error) { return nil, nil }

func (*account) own(*exec.Cmd) {}

// startFollowed starts a command and closes ended when it is over.
func startFollowed(cmd *exec.Cmd, ended chan struct{}) error {
	if err := cmd.Start(); err != nil {
		return err
	}
	go func() {
		_ = cmd.Wait() // how it ended is in its log
		close(ended)
	}()
	return nil
}
