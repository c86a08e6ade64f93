package nodeproc

import (
	"os/exec"
	"syscall"
)

// dieWithParent makes the kernel kill the node when the parent process dies.
func dieWithParent(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
}
