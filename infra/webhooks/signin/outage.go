package signin

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/time/rate"
)

// errOutage reports that the issuer was not asked, or has not answered.
var errOutage = errors.New("its keys cannot be read")

type outageKey struct{}

// keySet tells an outage of the issuer from a wrong token: Verify returns the same error for both.
type keySet struct{ remote *oidc.RemoteKeySet }

// VerifySignature implements oidc.KeySet.
func (k keySet) VerifySignature(ctx context.Context, jwt string) ([]byte, error) {
	payload, err := k.remote.VerifySignature(ctx, jwt)
	if outage, ok := ctx.Value(outageKey{}).(*error); ok && errors.Is(err, errOutage) {
		*outage = err
	}
	return payload, err
}

// reserved asks the issuer at most ten times in short order, and then every ten seconds: everybody
// can send tokens with unknown keys.
type reserved struct {
	next  http.RoundTripper
	limit *rate.Limiter
	now   func() time.Time
}

func newReserved(next http.RoundTripper, now func() time.Time) *reserved {
	return &reserved{next: next, limit: rate.NewLimiter(rate.Every(10*time.Second), 10), now: now}
}

// RoundTrip implements http.RoundTripper. Its errors are errOutage.
func (r *reserved) RoundTrip(req *http.Request) (*http.Response, error) {
	if !r.limit.AllowN(r.now(), 1) {
		return nil, fmt.Errorf("%w: the issuer was asked a moment ago", errOutage)
	}
	resp, err := r.next.RoundTrip(req)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errOutage, err)
	}
	if resp.StatusCode != http.StatusOK {
		resp.Body.Close()
		return nil, fmt.Errorf("%w: it answered %s", errOutage, resp.Status)
	}
	return resp, nil
}
