package lambdaruntime

import (
	"os/exec"
	"syscall"
)

// endWithParent makes the kernel kill the process when this process exits.
func endWithParent(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
}
