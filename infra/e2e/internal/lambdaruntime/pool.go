package lambdaruntime

import (
	"context"
	"errors"
	"sync"
	"time"
)

// Pool runs a function in as many environments as there are concurrent invocations. It is safe for
// concurrent use.
type Pool struct {
	Logs *Logs // of all environments

	fn   Function
	mu   sync.Mutex
	idle []*Environment
	all  []*Environment
}

// NewPool returns a pool without environments.
func NewPool(f Function) *Pool { return &Pool{fn: f, Logs: &Logs{}} }

// Invoke runs one invocation in an idle environment, and starts one if there is none. It returns
// the errors of Environment.Invoke.
func (p *Pool) Invoke(ctx context.Context, event []byte) ([]byte, error) {
	e, err := p.take()
	if err != nil {
		return nil, err
	}
	payload, err := e.Invoke(ctx, event)
	if _, answered := errors.AsType[*FunctionError](err); err == nil || answered && !errors.Is(err, ErrInit) {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.idle = append(p.idle, e)
		return payload, err
	}
	e.Stop()
	return payload, err
}

func (p *Pool) take() (*Environment, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if last := len(p.idle) - 1; last >= 0 {
		e := p.idle[last]
		p.idle = p.idle[:last]
		return e, nil
	}
	e, err := Start(p.fn, p.Logs)
	if err == nil {
		p.all = append(p.all, e)
	}
	return e, err
}

// Stop stops every environment.
func (p *Pool) Stop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, e := range p.all {
		e.Stop()
	}
	p.idle, p.all = nil, nil
}

// CPU returns the CPU time that the running environments have used.
func (p *Pool) CPU() (sum time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, e := range p.all {
		sum += e.CPU()
	}
	return sum
}

// Started returns how many environments were started since the last Stop.
func (p *Pool) Started() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.all)
}
