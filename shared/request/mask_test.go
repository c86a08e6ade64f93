package request_test

import (
	"net/http"
	"testing"

	"github.com/thordata/webhook-integration/shared/request"
)

func TestMaskHidesCredentials(t *testing.T) {
	shown := "Bearer abc" // would be masked under another name
	for name, c := range map[string]struct{ header, value, want string }{
		"ours, Webhook":                   {"Webhook", shown, shown},
		"ours, Webhook-Attempt":           {"Webhook-Attempt", shown, shown},
		"ours, user agent":                {"User-Agent", shown, shown},
		"ours, content type":              {"Content-Type", shown, shown},
		"ours, origin":                    {"Request-Origin", shown, shown},
		"ours, host":                      {"Host", shown, shown},
		"not ours":                        {"X-Webhook", shown, "Bearer ********"},
		"authorization, its scheme stays": {"Authorization", "Bearer abc.def", "Bearer ********"},
		"authorization without a scheme":  {"Authorization", "abc", "********"},
		"several words":                   {"X-Api-Key", "my pass phrase", "********"},
		"api key":                         {"X-Api-Key", "1", "********"},
		"apikey":                          {"Apikey", "1", "********"},
		"cookie":                          {"Cookie", "a=b", "********"},
		"proxy authorization":             {"Proxy-Authorization", "Basic abc", "Basic ********"},
		"token":                           {"X-Hook-Token", "1", "********"},
		"secret":                          {"My-Secret", "1", "********"},
		"password":                        {"X-Password", "1", "********"},
		"session":                         {"X-Session-Id", "1", "********"},
		"functions key":                   {"X-Functions-Key", "1", "********"},
		"subscription key":                {"Ocp-Apim-Subscription-Key", "1", "********"},
		"token by form":                   {"X-Whatever", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc", "********"},
		"scheme by form":                  {"X-Whatever", "Basic dXNlcjpwYXNz", "Basic ********"},
		"provider's key by form":          {"X-Whatever", "ghp_0123456789abcdef", "********"},
		"URL with a password":             {"X-Callback", "https://user:pass@example.com/", "********"},
		"our signing secret":              {"X-Whatever", "whsec_abc", "********"},
		"task id":                         {"X-Task", "2e9ddee0582a40a9b7d2e9ddee0582a4", "2e9ddee0582a40a9b7d2e9ddee0582a4"},
		"idempotency key":                 {"Idempotency-Key", "D-1", "D-1"},
		"plain URL":                       {"X-Callback", "https://example.com/", "https://example.com/"},
		"author":                          {"X-Tokyo", "1", "1"},
		"our signature":                   {"Webhook-Signature", "v1,abc", "v1,abc"},
		"nothing":                         {"Authorization", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			h := http.Header{c.header: {c.value}}
			if got := request.Mask(h).Get(c.header); got != c.want {
				t.Errorf("%s: %s is shown as %q, want %q", c.header, c.value, got, c.want)
			}
			if h.Get(c.header) != c.value {
				t.Error("the headers themselves were changed")
			}
		})
	}
}
