package dynamostore

import "strings"

// reserved are the attribute names that are reserved words of DynamoDB's expression language.
// Expressions write them with a '#' prefix.
var reserved = []string{"status", "ttl", "until"}

// names maps the '#' names in an expression to attribute names. It is nil if there are none,
// because DynamoDB rejects names that the expression does not use.
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

// expression returns nil for an empty string, because DynamoDB rejects empty expressions.
func expression(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
