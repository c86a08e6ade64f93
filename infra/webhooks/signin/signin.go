// Package signin finds out which user sends a request to a node that serves others: by an API key,
// or by a token of an OpenID Connect issuer.
package signin

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/thordata/webhook-integration/functions/api"
	"github.com/thordata/webhook-integration/shared/logkey"
)

// Users knows users by their credentials. Implementations are safe for concurrent use.
type Users interface {
	// User returns the user whom a bearer token authenticates. It returns a *Rejected error for a
	// wrong token; any other error means that the token could not be checked.
	User(ctx context.Context, token string) (userID string, err error)
}

// Rejected is the reason why a token is wrong. It does not contain the token.
type Rejected struct{ Err error }

func (r *Rejected) Error() string { return r.Err.Error() }

// Unwrap returns the reason.
func (r *Rejected) Unwrap() error { return r.Err }

// SignIn authenticates requests before the API handles them.
type SignIn struct {
	Users    Users
	Failures *Failures
	Address  func(*http.Request) netip.Addr // of the client
	Log      *slog.Logger
}

type userKey struct{}

// Caller returns the user of a request that came through Handler.
func Caller(r *http.Request) (userID string, ok bool) {
	userID, ok = r.Context().Value(userKey{}).(string)
	return userID, ok
}

// retryLater is how long a client should wait when tokens cannot be checked.
const retryLater = 5 * time.Second

// Handler calls next, which finds the user of a request by Caller, and no user if the credentials
// are wrong or missing. An address with too many wrong credentials is answered 429 before its
// credentials are looked at; if they cannot be checked, the answer is 503.
func (s *SignIn) Handler(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		given := r.Header.Values("Authorization")
		if len(given) == 0 {
			next.ServeHTTP(w, r)
			return
		}
		from := s.Address(r)
		if wait := s.Failures.Wait(from); wait > 0 {
			refuse(w, http.StatusTooManyRequests, wait, "Too many failed sign-ins from this address: wait until the time in Retry-After, and check the key.")
			return
		}
		userID, err := s.user(r.Context(), given)
		if rejected, ok := errors.AsType[*Rejected](err); ok {
			s.Reject(r.Context(), from, rejected)
		} else if err != nil {
			s.Log.ErrorContext(r.Context(), "check credentials failed", logkey.Error, err)
			refuse(w, http.StatusServiceUnavailable, retryLater, "The credentials cannot be checked at the moment: try again in some seconds.")
			return
		} else {
			r = r.WithContext(context.WithValue(r.Context(), userKey{}, userID))
		}
		next.ServeHTTP(w, r)
	})
}

// Reject counts and logs a failed sign-in of an address.
func (s *SignIn) Reject(ctx context.Context, from netip.Addr, reason error) {
	s.Failures.Count(from)
	s.Log.WarnContext(ctx, "sign-in rejected", logkey.Address, from.String(), logkey.Reason, reason.Error())
}

func (s *SignIn) user(ctx context.Context, given []string) (string, error) {
	scheme, token, _ := strings.Cut(given[0], " ")
	if len(given) > 1 || !strings.EqualFold(scheme, "Bearer") {
		return "", &Rejected{errors.New("the Authorization header must be one, with the scheme Bearer")}
	}
	return s.Users.User(ctx, strings.TrimSpace(token))
}

// refuse answers with a problem document like the API's.
func refuse(w http.ResponseWriter, status int, wait time.Duration, detail string) {
	w.Header().Set("Retry-After", strconv.Itoa(int((wait+time.Second-1)/time.Second)))
	w.Header().Set("Content-Type", "application/problem+json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(&api.Problem{Title: http.StatusText(status), Status: status, Detail: detail})
}
