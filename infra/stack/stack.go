package stack

import (
	"cmp"
	"fmt"
	"os"
)

// A Place is where the stack is taken to run. Its zero value is a place that
// moto agrees with: account 123456789012 in us-east-1.
type Place struct {
	Account  string // default 123456789012
	Region   string // default us-east-1
	Name     string // of the stack, before the names of what is in it; default webhooks
	QueueURL string // what a queue's URL begins with, before account and name; default the region's SQS
}

func (p Place) orDefaults() Place {
	p.Account = cmp.Or(p.Account, "123456789012")
	p.Region = cmp.Or(p.Region, "us-east-1")
	p.Name = cmp.Or(p.Name, "webhooks")
	p.QueueURL = cmp.Or(p.QueueURL, "https://sqs."+p.Region+".amazonaws.com")
	return p
}

// A Stack is a template, resolved.
type Stack struct {
	Parameters map[string]Parameter
	Resources  map[string]Resource // by logical id; without those whose condition does not hold
	Outputs    map[string]string

	Queues    []Queue             // a dead-letter queue comes before the queues that move messages to it
	Table     Table               // the one table
	Functions map[string]Function // by their names without the stack's: api, fanout, delivery
	Bus       Bus
	Prices    Prices
}

// A Resource is one of the template's, as the parameters make it.
type Resource struct {
	Type           string
	DeletionPolicy string
	Properties     map[string]any // strings, numbers, booleans, lists and maps; no intrinsics are left
}

// Load reads the template at path. Parameters that are not given have the
// template's defaults; one that the template does not have is an error.
func Load(path string, at Place, parameters map[string]string) (*Stack, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read the template: %w", err)
	}
	s, err := parse(text, at.orDefaults(), parameters)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return s, nil
}

func parse(text []byte, at Place, parameters map[string]string) (*Stack, error) {
	src, err := decode(text)
	if err != nil {
		return nil, err
	}
	r, err := newResolver(src, at, parameters)
	if err != nil {
		return nil, err
	}
	s := &Stack{Parameters: src.Parameters}
	if s.Resources, err = r.resources(); err != nil {
		return nil, err
	}
	if s.Outputs, err = r.outputs(); err != nil {
		return nil, err
	}
	return s, s.shape(src, r)
}

// shape fills what is derived from the resources.
func (s *Stack) shape(src *source, r *resolver) (err error) {
	if s.Queues, err = queues(s.Resources, r); err != nil {
		return err
	}
	if s.Table, err = table(s.Resources, r); err != nil {
		return err
	}
	if s.Functions, err = functions(s.Resources, r); err != nil {
		return err
	}
	if s.Bus, err = bus(s.Resources, r); err != nil {
		return err
	}
	s.Prices, err = prices(src.Mappings)
	return err
}
