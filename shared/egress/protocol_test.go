package egress

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

func TestClientKnowsNoProxy(t *testing.T) {
	both := NewClient(Policy{}, Options{}).Transport.(*protocols)
	for _, transport := range []*http.Transport{both.any, both.http1} {
		if transport.Proxy != nil {
			t.Error("a proxy of the environment would dial unguarded")
		}
	}
}

func TestUnusedConnectionsLeaveFilesOpen(t *testing.T) {
	const files = 1024 // of a Lambda function
	both := NewClient(Policy{}, Options{}).Transport.(*protocols)
	if kept := both.any.MaxIdleConns + both.http1.MaxIdleConns; kept > files*3/4 {
		t.Errorf("%d unused connections are kept, of %d files", kept, files)
	}
}

func TestHostsAreToldApartByTheirPorts(t *testing.T) {
	for raw, want := range map[string]string{
		"https://h.test/a": "h.test:https", "https://h.test:8443/": "h.test:8443", "https://[2001:db8::1]/": "[2001:db8::1]:https",
	} {
		u, err := url.Parse(raw)
		if err != nil {
			t.Fatal(err)
		}
		if got := hostPort(&http.Request{URL: u}); got != want {
			t.Errorf("%s is %s, want %s", raw, got, want)
		}
	}
}

func TestOnlyTheReceiversOwnErrorDemandsHTTP1(t *testing.T) {
	for text, want := range map[string]bool{
		"stream error: stream ID 1; HTTP_1_1_REQUIRED; received from peer":                                                 true,
		`http2: server sent GOAWAY and closed the connection; LastStreamID=1, ErrCode=HTTP_1_1_REQUIRED, debug=""`:         true,
		"stream error: stream ID 1; INTERNAL_ERROR":                                                                        false,
		`http2: server sent GOAWAY and closed the connection; LastStreamID=1, ErrCode=NO_ERROR, debug="HTTP_1_1_REQUIRED"`: false,
	} {
		if got := demandsHTTP1(errors.New(text)); got != want {
			t.Errorf("%s: %v, want %v", text, got, want)
		}
	}
}

// If the body cannot be read again, the request fails with the receiver's error.
func TestABodyThatCannotBeRepeatedIsNot(t *testing.T) {
	cause := errors.New("HTTP_1_1_REQUIRED")
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "https://h.test/", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := repeat(req, cause); err != nil {
		t.Errorf("without a body: %v", err)
	}
	req.Body, req.GetBody = io.NopCloser(strings.NewReader("once")), nil
	if _, err := repeat(req, cause); !errors.Is(err, cause) {
		t.Errorf("with a body that is gone: %v, want the cause", err)
	}
}
