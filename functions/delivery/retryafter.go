package delivery

import (
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// nearNow is how far from now a number may lie, taken for a Unix time, to be one.
const nearNow = 365 * 24 * time.Hour

// retryAfterLayouts are forms of a date that services send, next to HTTP's own three.
var retryAfterLayouts = []string{
	"Mon, 02 Jan 2006 15:04:05 UTC",
	time.RFC1123Z, // +0000 instead of GMT
	time.RFC3339,  // ISO 8601
	"2006-01-02T15:04:05Z0700",
}

// retryAfter returns how long a Retry-After header asks to wait: seconds or a date as in RFC 9110,
// section 10.2.3, and what services send instead: a fraction, "120s", a Unix time in seconds or
// milliseconds (GitHub), dates in UTC, with an offset or in ISO 8601, and a repeated header joined
// to a list, of which the longest counts. A time in the past and what cannot be read ask for
// nothing; what is longer than a duration holds, for the longest.
func retryAfter(value string, now time.Time) time.Duration {
	value = strings.TrimSpace(value)
	if at, ok := parseDate(value); ok {
		return max(at.Sub(now), 0)
	}
	longest := time.Duration(0)
	for entry := range strings.SplitSeq(value, ",") {
		wait, ok := parseWait(strings.TrimSpace(entry), now)
		if !ok {
			return 0
		}
		longest = max(longest, wait)
	}
	return longest
}

func parseDate(value string) (time.Time, bool) {
	if at, err := http.ParseTime(value); err == nil {
		return at, true
	}
	for _, layout := range retryAfterLayouts {
		if at, err := time.Parse(layout, value); err == nil {
			return at, true
		}
	}
	return time.Time{}, false
}

// parseWait reads a number of seconds, or a Unix time that is near now.
func parseWait(value string, now time.Time) (time.Duration, bool) {
	value = strings.TrimSuffix(value, "s")
	if strings.Trim(value, "0123456789.") != "" {
		return 0, false // among them 1e9, 0x10, inf and signs, which ParseFloat reads
	}
	n, err := strconv.ParseFloat(value, 64)
	if err != nil {
		return 0, false
	}
	for _, unit := range []float64{1, 1000} {
		if since := n/unit - float64(now.UnixMilli())/1000; math.Abs(since) < nearNow.Seconds() {
			return duration(max(since, 0)), true
		}
	}
	return duration(n), true
}

// duration is the time of some seconds, the longest there is if they are more.
func duration(seconds float64) time.Duration {
	if seconds >= math.MaxInt64/float64(time.Second) {
		return math.MaxInt64
	}
	return time.Duration(seconds * float64(time.Second)).Round(time.Millisecond)
}
