package sigv4

import (
	"net/http"
	"slices"
	"strings"
	"time"
)

const terminator = "aws4_request"

// authorization is a parsed Authorization header with the time of its request.
type authorization struct {
	keyID, date, region, service string
	signed                       []string // names of headers in lower case, sorted
	signature                    string
	at                           time.Time
}

// parse reads the Authorization and X-Amz-Date headers. Its errors are *Error.
func parse(h http.Header) (a authorization, err error) {
	values := h.Values("Authorization")
	if len(values) == 0 {
		return a, &Error{MissingToken, "Missing Authentication Token"}
	}
	incomplete := func(reason string) (authorization, error) {
		return authorization{}, &Error{IncompleteSignature, "Authorization header " + reason + "."}
	}
	rest, ok := strings.CutPrefix(values[0], algorithm+" ")
	if !ok || len(values) > 1 {
		return incomplete("must be one, and start with " + algorithm)
	}
	given := map[string]string{}
	for part := range strings.SplitSeq(rest, ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		if _, twice := given[name]; twice {
			return incomplete("has a parameter twice")
		}
		given[name] = value
	}
	for _, name := range []string{"Credential", "SignedHeaders", "Signature"} {
		if given[name] == "" {
			return incomplete("requires '" + name + "' parameter")
		}
	}
	scope := strings.Split(given["Credential"], "/")
	if len(scope) != 5 || scope[4] != terminator || slices.Contains(scope, "") {
		return incomplete("requires a 'Credential' of the form <access key id>/<date>/<region>/<service>/" + terminator)
	}
	a = authorization{
		keyID: scope[0], date: scope[1], region: scope[2], service: scope[3],
		signed: strings.Split(given["SignedHeaders"], ";"), signature: given["Signature"],
	}
	if !slices.IsSorted(a.signed) || strings.ToLower(given["SignedHeaders"]) != given["SignedHeaders"] {
		return incomplete("requires 'SignedHeaders' in lower case and sorted")
	}
	dates := h.Values("X-Amz-Date")
	if len(dates) != 1 {
		return incomplete("requires existence of one 'X-Amz-Date' header")
	}
	if a.at, err = time.Parse(timestamp, dates[0]); err != nil {
		return incomplete("requires a valid 'X-Amz-Date' header, such as 20260102T150405Z")
	}
	return a, nil
}
