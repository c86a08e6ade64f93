package awsproxy

import (
	"encoding/json"
	"net/http"
	"slices"
)

// A Fault makes calls fail.
type Fault struct {
	Match func(Call) bool // selects calls; if nil, all
	Times int             // number of calls; if 0, until mend is called
	After bool            // the call takes effect, but its response is lost

	Status  int    // of the response
	Type    string // of the error, as the service spells it
	Message string

	left int
}

// Throttling is DynamoDB's error when a table or partition exceeds its throughput.
func Throttling() Fault {
	return Fault{Status: http.StatusBadRequest, Type: "ThrottlingException", Message: "Throughput exceeds the current capacity of your table or index."}
}

// Failing is a service's internal error.
func Failing() Fault {
	return Fault{Status: http.StatusInternalServerError, Type: "InternalServerError", Message: "The request processing has failed because of an unknown error, exception or failure."}
}

// Break makes calls fail until mend is called.
func (p *Proxy) Break(f Fault) (mend func()) {
	f.left = f.Times
	p.mu.Lock()
	defer p.mu.Unlock()
	p.faults = append(p.faults, &f)
	return func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.faults = slices.DeleteFunc(p.faults, func(g *Fault) bool { return g == &f })
	}
}

func (p *Proxy) faultFor(c Call) *Fault {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, f := range p.faults {
		if f.Match != nil && !f.Match(c) || f.Times > 0 && f.left == 0 {
			continue
		}
		f.left--
		return f
	}
	return nil
}

// namespaces are the prefixes of error types, for services that use them.
var namespaces = map[string]string{"dynamodb": "com.amazonaws.dynamodb.v20120810#", "sqs": "com.amazonaws.sqs#"}

func (f *Fault) answer(service string) *answer {
	body, err := json.Marshal(map[string]string{"__type": namespaces[service] + f.Type, "message": f.Message})
	if err != nil {
		panic(err) // cannot fail: only strings
	}
	kind := "application/x-amz-json-1.0"
	if service == "events" || service == "kms" {
		kind = "application/x-amz-json-1.1"
	}
	return &answer{f.Status, http.Header{"Content-Type": {kind}, "X-Amzn-Errortype": {f.Type}}, body}
}
