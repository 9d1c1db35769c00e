package pgtest

import (
	"errors"
	"os"
	"os/exec"
	"os/user"
	"runtime"
	"strconv"
	"syscall"
)

// immediately makes the server end without tidying up.
const immediately = syscall.SIGQUIT

// account is a user under whose name a server runs.
type account struct{ uid, gid int }

// unprivileged is an account for a server of root, which PostgreSQL refuses to
// serve; nil for anybody else.
func unprivileged() (*account, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err := strconv.Atoi(u.Uid)
		if err != nil {
			return nil, err
		}
		gid, err := strconv.Atoi(u.Gid)
		return &account{uid, gid}, err
	}
	return nil, errors.New("PostgreSQL does not run as root, and there is no user postgres or nobody")
}

// own makes a command run under the account.
func (a *account) own(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // what a terminal interrupts is this process
	if a != nil {
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: uint32(a.uid), Gid: uint32(a.gid)}
	}
}

// startFollowed starts a command, which ends when this process does, and closes
// ended when it is over. Linux ends it with the thread that started it, so that
// thread stays.
func startFollowed(cmd *exec.Cmd, ended chan struct{}) error {
	started := make(chan error)
	go func() {
		cmd.SysProcAttr.Pdeathsig = immediately
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		started <- err
		if err == nil {
			_ = cmd.Wait() // how it ended is in its log
			close(ended)
		}
	}()
	return <-started
}
