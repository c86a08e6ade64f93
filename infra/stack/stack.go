package stack

import (
	"cmp"
	"fmt"
	"os"
	"strings"
)

// A Place is the account and region of the stack. The zero value is moto's default: account
// 123456789012 in us-east-1.
type Place struct {
	Account  string // default 123456789012
	Region   string // default us-east-1
	Name     string // of the stack; default webhooks
	QueueURL string // prefix of queue URLs; default SQS in the region
}

// partition is the AWS partition of the region.
func (p Place) partition() string {
	switch {
	case strings.HasPrefix(p.Region, "cn-"):
		return "aws-cn"
	case strings.HasPrefix(p.Region, "us-gov-"):
		return "aws-us-gov"
	default:
		return "aws"
	}
}

// domain is the DNS suffix of AWS's services in the region.
func (p Place) domain() string {
	if p.partition() == "aws-cn" {
		return "amazonaws.com.cn"
	}
	return "amazonaws.com"
}

func (p Place) orDefaults() Place {
	p.Account = cmp.Or(p.Account, "123456789012")
	p.Region = cmp.Or(p.Region, "us-east-1")
	p.Name = cmp.Or(p.Name, "webhooks")
	p.QueueURL = cmp.Or(p.QueueURL, "https://sqs."+p.Region+"."+p.domain())
	return p
}

// A Stack is a resolved template.
type Stack struct {
	Parameters map[string]Parameter
	Resources  map[string]Resource // by logical id; only those whose condition is true
	Outputs    map[string]string

	Queues    []Queue             // each after its dead-letter queue
	Table     Table               // the only one
	Functions map[string]Function // by name without the stack's name: api, fanout, delivery
	Bus       Bus
	Prices    Prices
}

// A Resource of the template, resolved.
type Resource struct {
	Type                string
	DeletionPolicy      string
	UpdateReplacePolicy string
	Properties          map[string]any // strings, numbers, booleans, lists and maps
}

// Load reads the template at path. Missing parameters have their defaults. An unknown parameter, and
// parameters that violate a rule of the template, are errors.
func Load(path string, at Place, parameters map[string]string) (*Stack, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read template: %w", err)
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
	if err := r.rules(); err != nil {
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

// shape sets the fields that are derived from the resources.
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
