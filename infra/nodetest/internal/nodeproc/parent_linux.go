package nodeproc

import (
	"os/exec"
	"syscall"
)

// dieWithParent ends the node when the command that runs it dies, however it dies.
func dieWithParent(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
}
