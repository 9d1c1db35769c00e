package fleet

import (
	"os/exec"
	"syscall"
)

// endWithParent has a process killed when the thread is gone that starts it.
func endWithParent(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} }
