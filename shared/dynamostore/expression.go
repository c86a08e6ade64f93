package dynamostore

import (
	"reflect"
	"strings"
)

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

// equal returns the condition that the named attributes have the same values as in it, or are
// missing if they are missing in it. None of the names may be reserved.
func equal(it item, names ...string) (condition string, values item) {
	values = item{}
	var all []string
	for _, name := range names {
		if v, ok := it[name]; ok {
			all = append(all, name+" = :was_"+name)
			values[":was_"+name] = v
		} else {
			all = append(all, "attribute_not_exists("+name+")")
		}
	}
	return strings.Join(all, " AND "), values
}

// set returns the update that gives the named attributes the values that they have in it, and
// removes those that are missing in it. It adds the values to those of a condition.
func set(it item, values item, names ...string) (change string) {
	var sets, removes []string
	for _, name := range names {
		if v, ok := it[name]; ok {
			sets = append(sets, name+" = :is_"+name)
			values[":is_"+name] = v
		} else {
			removes = append(removes, name)
		}
	}
	if len(sets) > 0 {
		change = "SET " + strings.Join(sets, ", ")
	}
	if len(removes) > 0 {
		change += " REMOVE " + strings.Join(removes, ", ")
	}
	return change
}

// matches reports whether the named attributes are equal in both items.
func (it item) matches(other item, names ...string) bool {
	for _, name := range names {
		if !reflect.DeepEqual(it[name], other[name]) {
			return false
		}
	}
	return true
}
