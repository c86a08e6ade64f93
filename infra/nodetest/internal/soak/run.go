package soak

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/thordata/webhook-integration/infra/nodetest/internal/load"
)

// run runs the test and returns its result. An error means that the test could not finish.
func run(ctx context.Context, c config) (*books, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, c.lasting+c.drain, fmt.Errorf("the node did not finish within %v after the faults", c.drain))
	defer cancel()
	work, err := os.MkdirTemp("", "soak-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(work)
	v, canFill, unmount, err := prepare(work)
	if err != nil {
		return nil, err
	}
	defer unmount()
	if err := v.start("127.0.0.1:0"); err != nil {
		return nil, err
	}
	defer func() { v.node.Kill() }()
	tenants, err := createTenants(ctx, v.node)
	defer func() {
		for _, t := range tenants {
			t.receiver.Close()
		}
	}()
	if err != nil {
		return nil, err
	}
	fmt.Printf("%d integrations, each with a different fault, for %v; seed %d\n", len(tenants), c.lasting, c.seed)
	if err := runWithFaults(ctx, c, v, canFill, tenants); err != nil {
		return nil, err
	}
	for _, t := range tenants {
		t.receiver.Heal()
	}
	for _, t := range tenants {
		if err := t.released(ctx); err != nil {
			return nil, err
		}
	}
	if err := load.Drained(ctx, v.node.For(load.User)); err != nil {
		return nil, err
	}
	b := &books{kills: v.kills, jumps: v.jumps, fulls: v.fulls}
	for _, t := range tenants {
		if err := b.audit(ctx, t); err != nil {
			return nil, err
		}
	}
	return b, nil
}

// prepare creates the node's directory on a disk that can be filled. Without the permission to
// mount one, it skips that fault, except in CI.
func prepare(work string) (v *victim, canFill bool, unmount func(), err error) {
	self, err := os.Executable()
	if err != nil {
		return nil, false, nil, err
	}
	log, err := os.Create(filepath.Join(work, "node.log"))
	if err != nil {
		return nil, false, nil, err
	}
	disk := filepath.Join(work, "disk")
	if err := os.Mkdir(disk, 0o700); err != nil {
		return nil, false, nil, err
	}
	unmount, err = mountSmall(disk)
	if err != nil {
		if os.Getenv("CI") != "" {
			return nil, false, nil, err
		}
		fmt.Println("full disks are skipped:", err)
		unmount = func() {}
	}
	return &victim{self: self, dir: disk, log: log}, err == nil, unmount, nil
}

// runWithFaults runs the tenants and injects faults into the node for the configured duration.
func runWithFaults(ctx context.Context, c config, v *victim, canFill bool, tenants []*tenant) error {
	raging, stop := context.WithTimeout(ctx, c.lasting)
	defer stop()
	var all errgroup.Group
	for i, t := range tenants {
		all.Go(func() error { return t.putEvents(raging, ctx, i*1_000_000, 400*time.Millisecond) })
	}
	all.Go(func() error {
		err := v.injectFaults(raging, c.seed, canFill)
		if err != nil {
			stop()
		}
		return err
	})
	return errors.Join(all.Wait(), context.Cause(ctx))
}
