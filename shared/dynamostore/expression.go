package dynamostore

import "strings"

// reserved are the attributes whose names are words of DynamoDB's expression
// language; expressions spell them with a '#' in front.
var reserved = []string{"status", "ttl", "until"}

// names explains the spelling of reserved names in an expression. It is nil if there
// are none: DynamoDB refuses what an expression does not use.
func names(expression string) map[string]string {
	var all map[string]string
	for _, name := range reserved {
		if strings.Contains(expression, "#"+name) {
			if all == nil {
				all = map[string]string{}
			}
			all["#"+name] = name
		}
	}
	return all
}

// expression returns nil for no expression, which is not the same as an empty one.
func expression(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
