// Package eventpattern says whether an event is wanted, by the rules of Amazon EventBridge's event patterns.
//
// A pattern is a JSON object with the structure of the events that it matches. Each field that it names
// has a list of what its value may be; fields that it does not name are ignored.
//
//	{"eventType": ["ACTOR.RUN.SUCCEEDED"], "resource": {"apiCode": [{"numeric": [">=", 400]}]}}
//
// What may be in the list of a field:
//
//	"ok", 300, true, null                                  the value itself; a number as it is written: 300 is not 300.0
//	{"prefix": "spider-"}                                  text that begins with it
//	{"prefix": {"equals-ignore-case": "Spider-"}}          the same in any case
//	{"suffix": ".csv"}                                     text that ends with it
//	{"suffix": {"equals-ignore-case": ".CSV"}}             the same in any case
//	{"equals-ignore-case": "Completed"}                    the text in any case
//	{"wildcard": "https://*.example.com/*"}                text, * is any number of characters; \* and \\ are * and \
//	{"anything-but": "ok"}, {"anything-but": [1, 2]}       a value that is none of these strings, or none of these numbers
//	{"anything-but": {"prefix": ["a", "b"]}}               a value that does not begin so; a string or a list of strings
//	{"anything-but": {"suffix": ".tmp"}}                   a value that does not end so; likewise
//	{"anything-but": {"wildcard": "*/tmp/*"}}              a value that does not look so; likewise
//	{"anything-but": {"equals-ignore-case": ["ok"]}}       a value that is not this text in any case; likewise
//	{"numeric": ["=", 5]}, {"numeric": [">", 0, "<=", 5]}  a number by its value, from -5e9 to 5e9, to six decimals
//	{"exists": true}, {"exists": false}                    any value; no value. An object, [] and {} are not values
//	{"cidr": "10.0.0.0/8"}, {"cidr": "2001:db8::/32"}      an IP address in the network
//
// Fields are combined by and, the values of a list by or. {"$or": [{...}, {...}]}, at any level, is true if
// one of its objects is. If a field of the event is an array, any of its elements may match; if its elements
// are objects, one and the same element must match all that the pattern says about them. A value that the
// event does not have matches {"exists": false} alone.
//
// One rule is not EventBridge's: a pattern may go on inside a string that holds JSON, as placeholders of
// templates do. If resource.url is the string "{\"spider_id\":\"3\"}", this matches:
//
//	{"resource": {"url": {"spider_id": ["3"]}}}
//
// The rules are those of "Amazon EventBridge event patterns" in the AWS EventBridge user guide, with its
// chapters "Event pattern syntax" and "Comparison operators for use in event patterns". Where the guide is
// silent, AWS's implementation, Event Ruler, decides; the tests ask it, and list where this package differs.
//
// Patterns and events may be hostile: matching takes time in proportion to the size of the event, at most
// once for each alternative and level of the pattern, and never backtracks.
package eventpattern
