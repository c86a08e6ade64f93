package signin

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
)

var noon = time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)

// identityProvider is an OpenID Connect issuer.
type identityProvider struct {
	*testing.T
	url string

	mu    sync.Mutex
	keys  map[string]*rsa.PrivateKey
	down  bool
	asked int
}

func newProvider(t *testing.T) *identityProvider {
	p := &identityProvider{T: t, keys: map[string]*rsa.PrivateKey{}}
	server := httptest.NewServer(p)
	t.Cleanup(server.Close)
	p.url = server.URL
	p.addKey("first")
	return p
}

func (p *identityProvider) addKey(id string) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		p.Fatal(err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.keys[id] = key
}

func (p *identityProvider) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.asked++
	if p.down {
		w.WriteHeader(http.StatusBadGateway)
		return
	}
	if r.URL.Path == "/.well-known/openid-configuration" {
		_ = json.NewEncoder(w).Encode(map[string]string{"issuer": p.url, "jwks_uri": p.url + "/keys"})
		return
	}
	var set jose.JSONWebKeySet
	for id, key := range p.keys {
		set.Keys = append(set.Keys, jose.JSONWebKey{Key: key.Public(), KeyID: id, Use: "sig"})
	}
	_ = json.NewEncoder(w).Encode(set)
}

func (p *identityProvider) setDown(down bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.down = down
}

// token signs claims, which are those of a good token with the given changes.
func (p *identityProvider) token(keyID string, changes map[string]any) string {
	claims := map[string]any{"iss": p.url, "aud": "webhooks", "sub": "3406", "exp": noon.Unix() + 60, "iat": noon.Unix(), "nbf": noon.Unix()}
	for name, value := range changes {
		if claims[name] = value; value == nil {
			delete(claims, name)
		}
	}
	return p.sign(jose.SigningKey{Algorithm: jose.RS256, Key: p.keys[keyID]}, keyID, claims)
}

func (p *identityProvider) sign(key jose.SigningKey, keyID string, claims any) string {
	p.Helper()
	signer, err := jose.NewSigner(key, (&jose.SignerOptions{}).WithHeader("kid", keyID))
	if err != nil {
		p.Fatal(err)
	}
	payload, _ := json.Marshal(claims)
	signed, err := signer.Sign(payload)
	if err != nil {
		p.Fatal(err)
	}
	compact, err := signed.CompactSerialize()
	if err != nil {
		p.Fatal(err)
	}
	return compact
}

func (p *identityProvider) issuer(now func() time.Time) *Issuer {
	return NewIssuer(IssuerConfig{URL: p.url, Audience: "webhooks", Claim: "sub", Now: now}, nil)
}

func atNoon() time.Time { return noon }

func TestTokens(t *testing.T) {
	p := newProvider(t)
	i := p.issuer(atNoon)
	type claims = map[string]any
	for _, c := range []struct {
		name   string
		claims claims
		user   string // "" if rejected
	}{
		{"a good token", nil, "3406"},
		{"several audiences", claims{"aud": []string{"other", "webhooks"}}, "3406"},
		{"an access token of Cognito has a client id", claims{"aud": nil, "client_id": "webhooks"}, "3406"},
		{"without iat and nbf", claims{"iat": nil, "nbf": nil}, "3406"},
		{"another audience", claims{"aud": "other"}, ""},
		{"the client id does not count if there is an audience", claims{"aud": "other", "client_id": "webhooks"}, ""},
		{"no audience", claims{"aud": nil}, ""},
		{"another issuer", claims{"iss": "https://other.example"}, ""},
		{"the issuer with a slash", claims{"iss": p.url + "/"}, ""},
		{"expired", claims{"exp": noon.Unix() - 1}, ""},
		{"without an end", claims{"exp": nil}, ""},
		{"not valid yet", claims{"nbf": noon.Unix() + 3600}, ""},
		{"issued in the future", claims{"iat": noon.Unix() + 3600}, ""},
		{"no user", claims{"sub": nil}, ""},
		{"an empty user", claims{"sub": ""}, ""},
		{"a user that is a list", claims{"sub": []string{"a"}}, ""},
		{"a user id with a control character", claims{"sub": "a\x01"}, ""},
	} {
		user, err := i.User(t.Context(), p.token("first", c.claims))
		if _, rejected := errors.AsType[*Rejected](err); user != c.user || rejected != (c.user == "") {
			t.Errorf("%s: %q, %v; want %q", c.name, user, err, c.user)
		}
	}
}

// The page's users have numbers, which other claims than sub may have.
func TestUserIDThatIsANumber(t *testing.T) {
	p := newProvider(t)
	i := p.issuer(atNoon)
	i.cfg.Claim = "uid"
	for value, want := range map[any]string{3406: "3406", int64(12345678901234567): "12345678901234567", "a": "a", true: ""} {
		if user, err := i.User(t.Context(), p.token("first", map[string]any{"uid": value})); user != want {
			t.Errorf("%v: %q, %v; want %q", value, user, err, want)
		}
	}
}

func TestForgedTokens(t *testing.T) {
	p := newProvider(t)
	i := p.issuer(atNoon)
	good := p.token("first", nil)
	parts := strings.Split(good, ".")
	claims := map[string]any{"iss": p.url, "aud": "webhooks", "sub": "3406", "exp": noon.Unix() + 60}
	other := newProvider(t)
	other.addKey("first")
	public, _ := json.Marshal(p.keys["first"].Public())
	for name, token := range map[string]string{
		"nothing":                "",
		"not a token":            "a.b.c",
		"another's key":          other.sign(jose.SigningKey{Algorithm: jose.RS256, Key: other.keys["first"]}, "first", claims),
		"without a signature":    parts[0] + "." + parts[1] + ".",
		"the algorithm none":     "eyJhbGciOiJub25lIn0." + parts[1] + ".",
		"the public key as HMAC": p.sign(jose.SigningKey{Algorithm: jose.HS256, Key: public}, "first", claims),
		"an algorithm that the gateway does not support": p.sign(jose.SigningKey{Algorithm: jose.PS256, Key: p.keys["first"]}, "first", claims),
		"a changed payload": parts[0] + "." + parts[1][:len(parts[1])-2] + "AA." + parts[2],
	} {
		user, err := i.User(t.Context(), token)
		if _, rejected := errors.AsType[*Rejected](err); !rejected {
			t.Errorf("%s: %q, %v; want a rejection", name, user, err)
		} else if token != "" && strings.Contains(err.Error(), token) {
			t.Errorf("%s: the error contains the token", name)
		}
	}
	if user, err := i.User(t.Context(), good); err != nil || user != "3406" {
		t.Errorf("the good token: %q, %v", user, err)
	}
}

func TestKeysAreRotatedAndOutagesSurvived(t *testing.T) {
	p := newProvider(t)
	p.setDown(true)
	now := noon
	i := p.issuer(func() time.Time { return now })
	unavailable := func(what, token string) {
		t.Helper()
		_, err := i.User(t.Context(), token)
		if _, rejected := errors.AsType[*Rejected](err); err == nil || rejected {
			t.Errorf("%s: error %v; want one that is no rejection", what, err)
		}
	}
	accepted := func(what, token string) {
		t.Helper()
		for try := 0; ; try++ { // a call can get the answer to the previous call's question, which has just come
			user, err := i.User(t.Context(), token)
			if err == nil && user == "3406" {
				return
			}
			if try == 1000 {
				t.Errorf("%s: %q, %v", what, user, err)
				return
			}
			runtime.Gosched()
		}
	}
	first := p.token("first", nil)
	unavailable("the issuer is down from the start", first)
	p.setDown(false)
	accepted("it is back", first)
	p.addKey("second")
	accepted("a new key", p.token("second", nil))
	p.setDown(true)
	accepted("a known key during an outage", first)
	p.addKey("third")
	third := p.token("third", nil)
	unavailable("a new key during an outage", third)
	p.setDown(false)
	accepted("a new key after it", third)

	asked := p.asked
	for range 100 { // tokens with keys that nobody knows
		p.mu.Lock()
		p.keys["unknown"] = p.keys["first"]
		token := p.token("unknown", nil)
		delete(p.keys, "unknown")
		p.mu.Unlock()
		_, _ = i.User(t.Context(), token)
	}
	if p.asked-asked > 10 {
		t.Errorf("100 forged tokens made the node ask the issuer %d times", p.asked-asked)
	}
	now = now.Add(10 * time.Second)
	p.addKey("fourth")
	accepted("a new key ten seconds later", p.token("fourth", nil))
}
