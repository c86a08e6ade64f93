package request

import (
	"net/http"
	"regexp"
	"strings"
)

// mask replaces secret values.
const mask = "********"

var (
	// secretName matches names of headers that contain credentials.
	secretName = regexp.MustCompile(`(?i)auth|cookie|token|secret|passw|pwd|credential|session|bearer|jwt|signing|(api|access|private|app|client|account|subscription|master|function|functions|license)[-_.]?key|^(x[-_])?key$|[-_]pin$|[-_]otp$`)

	// secretValue matches values that look like credentials: with a scheme of HTTP authentication,
	// a JSON Web Token, a URL with a password, a PEM key, or a known prefix of a provider's keys.
	secretValue = regexp.MustCompile(`(?i:^\s*(basic|bearer|digest|negotiate|hmac|token|apikey|aws4-[a-z0-9-]+)\s+\S)|eyJ[\w-]{8,}\.[\w-]+|(?i:\b[a-z][a-z0-9+.-]*://[^/\s@]*:[^/\s@]+@)|-----BEGIN|\b(sk|pk|rk)[-_][\w-]{8,}|\bwhsec_|\bgh[pousr]_\w{8,}|\bgithub_pat_\w+|\bglpat-\w+|\bxox[a-z]-\S+|\b(AKIA|ASIA)[A-Z0-9]{12,}|\bAIza[\w-]{20,}|\bSG\.[\w-]{10,}|\bnpm_\w{20,}|\bdop_v1_\w+|\bhf_\w{16,}`)

	// scheme matches the prefix that stays visible, because it helps to find mistakes.
	scheme = regexp.MustCompile(`(?i)^\s*(basic|bearer|digest|negotiate|hmac|token|apikey)\s+\S`)
)

// Mask returns a copy of the headers in which values that look like credentials, by the header's
// name or by their form, are replaced. The headers set by this program are not masked.
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

// ours reports whether this program sets the header. These headers contain no secrets.
func ours(name string) bool {
	name = strings.ToLower(name)
	return name == "webhook" || strings.HasPrefix(name, "webhook-") || name == "user-agent" || name == "content-type" || name == "request-origin" || name == "host"
}
