package template

import "github.com/thordata/webhook-integration/shared/jsonscan"

// unescape decodes the content of a JSON string.
func unescape(content string) string {
	return string(jsonscan.AppendUnescaped(nil, []byte(content)))
}
