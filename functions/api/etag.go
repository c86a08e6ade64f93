package api

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strconv"
	"strings"

	"github.com/thordata/webhook-integration/shared/webhook"
)

// An entity tag is "version-owner" or "version-owner-failing": the version that
// If-Match is about, a hash of whose and which integration it is, and, while it
// fails, since when, and the state of its breaker, which are shown but are nobody's edit.

// etag returns the entity tag of an integration.
func etag(in webhook.Integration) string {
	tag := versionTag(in)
	if in.Health.Failing() {
		tag += "-" + strconv.FormatInt(in.Health.FailingSince.UnixMilli(), 36)
	}
	if b := in.Health.Breaker; b.State != webhook.BreakerClosed {
		tag += "-" + string(b.State)
	}
	return `"` + tag + `"`
}

func versionTag(in webhook.Integration) string {
	h := sha256.Sum256([]byte(in.ID + "#" + in.UserID))
	return strconv.Itoa(in.Version) + "-" + base64.RawURLEncoding.EncodeToString(h[:6])
}

// matches implements If-Match (RFC 9110, section 13.1.1): no condition, "*", or a list that
// contains the version's tag. Unlike the RFC it also accepts weak tags, because proxies that
// compress a response make its tag weak, and it still identifies the version. It ignores whether
// the integration has started or stopped failing since.
func matches(ifMatch string, in webhook.Integration) bool {
	if ifMatch == "" {
		return true
	}
	want := versionTag(in)
	for tag := range tagsOf(ifMatch) {
		opaque, quoted := strings.CutPrefix(strings.TrimPrefix(tag, "W/"), `"`)
		opaque = strings.TrimSuffix(opaque, `"`)
		if tag == "*" || quoted && (opaque == want || strings.HasPrefix(opaque, want+"-")) {
			return true
		}
	}
	return false
}

// unchanged implements If-None-Match (section 13.1.2), which compares weakly.
func unchanged(ifNoneMatch string, in webhook.Integration) bool {
	want := etag(in)
	for tag := range tagsOf(ifNoneMatch) {
		if tag == "*" || strings.TrimPrefix(tag, "W/") == want {
			return true
		}
	}
	return false
}

// tagsOf yields the tags of a list. It splits at commas, which our tags do not contain; parts of
// other tags match nothing.
func tagsOf(field string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for tag := range strings.SplitSeq(field, ",") {
			if !yield(strings.TrimSpace(tag)) {
				return
			}
		}
	}
}

// preconditionFailed is the response to an If-Match that no longer matches. It has the current tag.
func preconditionFailed(in webhook.Integration) error {
	p := newProblem(http.StatusPreconditionFailed, "The integration has changed since you read it: it is at version %d now. Read it again and repeat the change.", in.Version)
	p.header = http.Header{"Etag": {etag(in)}}
	return p
}
