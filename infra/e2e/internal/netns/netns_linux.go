package netns

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"syscall"

	"golang.org/x/sys/unix"
)

// Run runs this binary again with its arguments in a network namespace, and returns its exit code.
// If it cannot create a namespace, it runs nothing and returns an error that wraps ErrUnavailable.
func Run() (code int, err error) {
	err = unavailable(os.ErrPermission)
	if os.Geteuid() == 0 {
		code, err = runWith(&syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNET})
	}
	if errors.Is(err, ErrUnavailable) { // without root, try again with a user namespace
		code, err = runWith(&syscall.SysProcAttr{
			Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWNET,
			UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}},
			GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}},
		})
	}
	return code, err
}

func unavailable(err error) error { return fmt.Errorf("%w: %w", ErrUnavailable, err) }

func runWith(attr *syscall.SysProcAttr) (int, error) {
	self, err := os.Executable()
	if err != nil {
		return 0, err
	}
	cmd := exec.Command(self, os.Args[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.Env = append(os.Environ(), marker+"=1")
	attr.Pdeathsig = syscall.SIGKILL
	cmd.SysProcAttr = attr
	if err := cmd.Start(); err != nil {
		return 0, unavailable(err)
	}
	err = cmd.Wait()
	if _, ended := errors.AsType[*exec.ExitError](err); err != nil && !ended {
		return 0, err
	}
	return cmd.ProcessState.ExitCode(), nil
}

// Raise brings up the namespace's network. It fails if there are interfaces other than loopback,
// because then this process is not in its own namespace.
func Raise() error {
	all, err := net.Interfaces()
	if err != nil {
		return err
	}
	if len(all) != 1 || all[0].Flags&net.FlagLoopback == 0 {
		return fmt.Errorf("this network has %d interfaces, so it is not a namespace of our own", len(all))
	}
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return fmt.Errorf("socket: %w", err)
	}
	defer unix.Close(fd)
	if err := bringUp(fd, all[0].Name); err != nil {
		return fmt.Errorf("bring up %s: %w", all[0].Name, err)
	}
	for i, addr := range []string{Address, PrivateAddress} {
		if err := address(fd, fmt.Sprint(all[0].Name, ":", i+1), addr); err != nil {
			return fmt.Errorf("give %s the address %s: %w", all[0].Name, addr, err)
		}
	}
	return nil
}

func bringUp(fd int, name string) error {
	request, err := unix.NewIfreq(name)
	if err != nil {
		return err
	}
	if err := unix.IoctlIfreq(fd, unix.SIOCGIFFLAGS, request); err != nil {
		return err
	}
	request.SetUint16(request.Uint16() | unix.IFF_UP)
	return unix.IoctlIfreq(fd, unix.SIOCSIFFLAGS, request)
}

func address(fd int, alias, addr string) error {
	request, err := unix.NewIfreq(alias)
	if err != nil {
		return err
	}
	if err := request.SetInet4Addr(netip.MustParseAddr(addr).AsSlice()); err != nil {
		return err
	}
	return unix.IoctlIfreq(fd, unix.SIOCSIFADDR, request)
}
