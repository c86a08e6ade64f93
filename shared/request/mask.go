package request

import (
	"net/http"
	"regexp"
	"strings"
)

// mask stands for a value that is not shown.
const mask = "********"

var (
	// secretName matches the names of headers that carry credentials.
	secretName = regexp.MustCompile(`(?i)auth|cookie|token|secret|passw|pwd|credential|session|bearer|jwt|signing|(api|access|private|app|client|account|subscription|master|function|functions|license)[-_.]?key|^(x[-_])?key$|[-_]pin$|[-_]otp$`)

	// secretValue matches values that are credentials by their form: a scheme of
	// HTTP authentication, a JSON Web Token, a URL with a password, a PEM key, or the
	// well-known beginning of a provider's key.
	secretValue = regexp.MustCompile(`(?i:^\s*(basic|bearer|digest|negotiate|hmac|token|apikey|aws4-[a-z0-9-]+)\s+\S)|eyJ[\w-]{8,}\.[\w-]+|(?i:\b[a-z][a-z0-9+.-]*://[^/\s@]*:[^/\s@]+@)|-----BEGIN|\b(sk|pk|rk)[-_][\w-]{8,}|\bwhsec_|\bgh[pousr]_\w{8,}|\bgithub_pat_\w+|\bglpat-\w+|\bxox[a-z]-\S+|\b(AKIA|ASIA)[A-Z0-9]{12,}|\bAIza[\w-]{20,}|\bSG\.[\w-]{10,}|\bnpm_\w{20,}|\bdop_v1_\w+|\bhf_\w{16,}`)

	// scheme is kept in front of what is masked: it helps to find a mistake.
	scheme = regexp.MustCompile(`(?i)^\s*(basic|bearer|digest|negotiate|hmac|token|apikey)\s+\S`)
)

// Mask returns a copy of the headers to show to people: values that look like
// credentials, by the name of the header or by their form, are replaced. What the
// product itself sets is shown.
func Mask(h http.Header) http.Header {
	shown := make(http.Header, len(h))
	for name, values := range h {
		masked := make([]string, len(values))
		for i, v := range values {
			masked[i] = maskValue(name, v)
		}
		shown[name] = masked
	}
	return shown
}

func maskValue(name, value string) string {
	switch {
	case value == "" || ours(name):
		return value
	case !secretName.MatchString(name) && !secretValue.MatchString(value):
		return value
	}
	if m := scheme.FindStringSubmatch(value); m != nil {
		return m[1] + " " + mask
	}
	return mask
}

// ours reports the headers that the product sets: none of their values is a secret.
func ours(name string) bool {
	name = strings.ToLower(name)
	return name == "webhook" || strings.HasPrefix(name, "webhook-") || name == "user-agent" || name == "content-type" || name == "request-origin" || name == "host"
}
