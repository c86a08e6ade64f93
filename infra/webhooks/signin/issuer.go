package signin

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"

	"github.com/thordata/webhook-integration/shared/webhook"
)

// IssuerConfig describes the tokens that are accepted. The rules are those of the JWT authorizer of
// API Gateway's HTTP APIs, so that a token works at a node if it works at a deployed stack:
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html.
type IssuerConfig struct {
	URL      string // compared exactly with the claim iss; its discovery document names the keys
	Audience string // must be in aud, or be client_id in a token without aud
	Claim    string // the claim with the user's id; a string or a number
	Now      func() time.Time
}

// CheckIssuer returns why a URL cannot be an issuer's, or nil.
func CheckIssuer(raw string) error {
	u, err := url.Parse(raw)
	switch {
	case err != nil || u.Host == "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil:
		return fmt.Errorf("%q is not the URL of an issuer, such as https://login.example.com/tenant", raw)
	case u.Scheme != "https" && (u.Scheme != "http" || u.Hostname() != "localhost" && u.Hostname() != "127.0.0.1"):
		return fmt.Errorf("%q: an issuer's URL starts with https://", raw)
	}
	return nil
}

// Issuer accepts the tokens of an OpenID Connect issuer. It reads the issuer's keys when they are
// first needed, keeps them, and reads them again for a token with an unknown key. So while the
// issuer cannot be reached, tokens signed with known keys are still accepted. It is safe for
// concurrent use.
type Issuer struct {
	cfg    IssuerConfig
	client *http.Client

	mu       sync.Mutex
	verifier *oidc.IDTokenVerifier // nil until the issuer has answered
}

// NewIssuer returns an issuer that is asked through the transport; http.DefaultTransport if nil.
func NewIssuer(cfg IssuerConfig, transport http.RoundTripper) *Issuer {
	if transport == nil {
		transport = http.DefaultTransport
	}
	return &Issuer{cfg: cfg, client: &http.Client{Timeout: 10 * time.Second, Transport: newReserved(transport, cfg.Now)}}
}

// algorithms are those that the gateway supports.
var algorithms = []string{oidc.RS256, oidc.RS384, oidc.RS512}

// discover returns the verifier, and asks the issuer where its keys are if that is not known.
func (i *Issuer) discover(ctx context.Context) (*oidc.IDTokenVerifier, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.verifier != nil {
		return i.verifier, nil
	}
	provider, err := oidc.NewProvider(oidc.ClientContext(ctx, i.client), i.cfg.URL)
	if err != nil {
		return nil, fmt.Errorf("issuer %s: %w", i.cfg.URL, err)
	}
	var where struct {
		Keys string `json:"jwks_uri"`
	}
	if err := provider.Claims(&where); err != nil {
		return nil, fmt.Errorf("issuer %s: %w", i.cfg.URL, err)
	}
	keys := oidc.NewRemoteKeySet(oidc.ClientContext(context.Background(), i.client), where.Keys)
	i.verifier = oidc.NewVerifier(i.cfg.URL, keySet{keys}, &oidc.Config{
		SkipClientIDCheck: true, SupportedSigningAlgs: algorithms, Now: i.cfg.Now, // the client id is checked below
	})
	return i.verifier, nil
}

// User returns the user whom a token names.
func (i *Issuer) User(ctx context.Context, token string) (userID string, err error) {
	verifier, err := i.discover(ctx)
	if err != nil {
		return "", err
	}
	var outage error
	verified, err := verifier.Verify(context.WithValue(ctx, outageKey{}, &outage), token)
	if outage != nil {
		return "", fmt.Errorf("issuer %s: %w", i.cfg.URL, outage)
	}
	if err != nil {
		return "", &Rejected{err}
	}
	if userID, err = i.userOf(verified); err != nil {
		return "", &Rejected{err}
	}
	return userID, nil
}

// userOf checks what the library leaves to its caller.
func (i *Issuer) userOf(t *oidc.IDToken) (string, error) {
	var claims map[string]json.RawMessage
	if err := t.Claims(&claims); err != nil {
		return "", fmt.Errorf("claims: %w", err)
	}
	audience := t.Audience
	if len(audience) == 0 {
		audience = []string{text(claims["client_id"])}
	}
	if !slices.Contains(audience, i.cfg.Audience) {
		return "", errors.New("the token is for another audience")
	}
	if t.IssuedAt.After(i.cfg.Now()) {
		return "", errors.New("the token was issued in the future: check the clocks")
	}
	userID := text(claims[i.cfg.Claim])
	if userID == "" {
		return "", fmt.Errorf("the token has no claim %s that is a text or a number", i.cfg.Claim)
	}
	if wrong := webhook.CheckUserID(userID); wrong != "" {
		return "", fmt.Errorf("the claim %s is not a valid user id: %s", i.cfg.Claim, wrong)
	}
	return userID, nil
}

// text returns a JSON string's text or a number's digits, "" for anything else.
func text(raw json.RawMessage) string {
	var s string
	if json.Unmarshal(raw, &s) == nil {
		return s
	}
	var n json.Number
	if json.Unmarshal(raw, &n) == nil {
		return n.String()
	}
	return ""
}
