package stack

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// A Function is one of the stack's Lambda functions.
type Function struct {
	ID          string // logical
	Name        string
	ARN         string
	CodeURI     string // directory of its main package
	MemoryMB    int
	Timeout     time.Duration
	Environment map[string]string
	LogGroup    string

	Statements []Statement // of its role's policies
	Mappings   []Mapping   // its event source mappings
	Failures   string      // ARN of its on-failure destination, or ""
}

// A Mapping is an event source mapping: messages of a queue invoke the function in batches.
type Mapping struct {
	QueueARN       string
	BatchSize      int
	MaxConcurrency int
	PartialBatches bool // ReportBatchItemFailures
}

// Environ returns the environment in the format of exec.Cmd.Env, sorted.
func (f Function) Environ() []string {
	var env []string
	for _, name := range slices.Sorted(maps.Keys(f.Environment)) {
		env = append(env, name+"="+f.Environment[name])
	}
	return env
}

// functionProperties are the used properties of AWS::Serverless::Function.
type functionProperties struct {
	CodeUri       string
	Role          string
	MemorySize    json.Number
	Timeout       int
	LoggingConfig struct{ LogGroup string }
	Environment   struct{ Variables map[string]any }
	Events        map[string]struct {
		Type       string
		Properties eventProperties
	}
	EventInvokeConfig struct {
		DestinationConfig struct {
			OnFailure struct{ Destination string }
		}
	}
}

type eventProperties struct {
	Queue                 string
	BatchSize             int
	FunctionResponseTypes []string
	ScalingConfig         struct{ MaximumConcurrency json.Number }
}

func functions(resources map[string]Resource, r *resolver) (map[string]Function, error) {
	out := map[string]Function{}
	for _, id := range ids(resources, "AWS::Serverless::Function") {
		f, err := newFunction(id, resources, r)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", id, err)
		}
		out[strings.TrimPrefix(f.Name, r.at.Name+"-")] = f
	}
	return out, nil
}

func newFunction(id string, resources map[string]Resource, r *resolver) (Function, error) {
	var p functionProperties
	if err := into(resources[id].Properties, &p); err != nil {
		return Function{}, err
	}
	name, err := r.physicalName(id)
	if err != nil {
		return Function{}, err
	}
	memory, err := p.MemorySize.Int64()
	if err != nil {
		return Function{}, fmt.Errorf("MemorySize: %w", err)
	}
	f := Function{
		ID: id, Name: name, ARN: r.arn("lambda", "function:"+name),
		CodeURI:     p.CodeUri,
		MemoryMB:    int(memory),
		Timeout:     time.Duration(p.Timeout) * time.Second,
		Environment: map[string]string{},
		LogGroup:    p.LoggingConfig.LogGroup,
		Failures:    p.EventInvokeConfig.DestinationConfig.OnFailure.Destination,
	}
	for key, v := range p.Environment.Variables {
		f.Environment[key] = text(v)
	}
	if f.Mappings, err = mappings(p); err != nil {
		return Function{}, err
	}
	f.Statements, err = statements(resources, r, p.Role)
	return f, err
}

// mappings returns the event source mappings, sorted by the names of the events.
func mappings(p functionProperties) ([]Mapping, error) {
	var out []Mapping
	for _, name := range slices.Sorted(maps.Keys(p.Events)) {
		event := p.Events[name]
		if event.Type != "SQS" {
			continue
		}
		limit, err := event.Properties.ScalingConfig.MaximumConcurrency.Int64()
		if err != nil {
			return nil, fmt.Errorf("event %s: MaximumConcurrency: %w", name, err)
		}
		out = append(out, Mapping{
			QueueARN:       event.Properties.Queue,
			BatchSize:      event.Properties.BatchSize,
			MaxConcurrency: int(limit),
			PartialBatches: slices.Contains(event.Properties.FunctionResponseTypes, "ReportBatchItemFailures"),
		})
	}
	return out, nil
}
