package soak

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/thordata/webhook-integration/infra/nodetest/internal/nodeproc"
)

const wrongBy = 30 * time.Second // maximum, in either direction

// victim is the node under test.
type victim struct {
	self   string
	dir    string // the directory on its disk
	node   *nodeproc.Node
	offset time.Duration
	log    io.Writer

	kills, jumps, fulls int
}

func (v *victim) start(addr string) (err error) {
	v.node, err = nodeproc.Start(v.self, v.log, AsNode, filepath.Join(v.dir, "soak.db"), addr, v.offset.String())
	return err
}

// injectFaults injects faults at random times until ctx ends, then ends all faults.
func (v *victim) injectFaults(ctx context.Context, seed uint64, canFill bool) error {
	rng := rand.New(rand.NewPCG(seed, 0))
	for {
		select {
		case <-time.After(time.Duration(200+rng.IntN(2500)) * time.Millisecond):
		case <-ctx.Done():
			return v.setClock(0)
		}
		var err error
		switch n := rng.IntN(10); {
		case n < 5:
			err = v.killAndRise()
		case n < 8 || !canFill:
			err = v.setClock(time.Duration(rng.Int64N(int64(2*wrongBy))) - wrongBy)
			v.jumps++
		default:
			err = v.fillDisk(ctx, time.Duration(500+rng.IntN(1500))*time.Millisecond, rng.IntN(2) == 0)
		}
		if err != nil {
			return err
		}
	}
}

func (v *victim) killAndRise() error {
	v.node.Kill()
	v.kills++
	return v.start(v.node.Addr)
}

func (v *victim) setClock(offset time.Duration) error {
	v.offset = offset
	return v.node.Tell(offset.String())
}

// fillDisk fills the disk for a while. If die is set, it kills the node during that time.
func (v *victim) fillDisk(ctx context.Context, lasting time.Duration, die bool) error {
	v.fulls++
	path := filepath.Join(v.dir, "filler")
	if err := fill(path); err != nil {
		return err
	}
	select {
	case <-time.After(lasting):
	case <-ctx.Done():
	}
	if die {
		v.node.Kill()
		v.kills++
	}
	if err := os.Remove(path); err != nil {
		return err
	}
	if die {
		return v.start(v.node.Addr)
	}
	return nil
}

// fill writes a file until the disk is full.
func fill(path string) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close()
	for _, size := range []int{1 << 20, 4 << 10, 1} {
		block := make([]byte, size)
		for err = nil; err == nil; {
			_, err = f.Write(block)
		}
		if !errors.Is(err, syscall.ENOSPC) {
			return fmt.Errorf("fill the disk: %w", err)
		}
	}
	return nil
}
