package template

import "github.com/thordata/webhook-integration/shared/jsonscan"

// unescape returns what the content of a JSON string spells.
func unescape(content string) string {
	return string(jsonscan.AppendUnescaped(nil, []byte(content)))
}
