// Package dynamostore is the store on DynamoDB: one table without indexes.
//
//	item                            PK                    SK
//	integration                     USER#<userId>         INTEGRATION#<id>
//	how many a user has             USER#<userId>         QUOTA
//	an idempotency key, ttl         USER#<userId>         KEY#<hash>
//	an integration's version        INTEGRATION#<id>      VERSION#<ten digits>, ttl once it is replaced
//	a dispatch, ttl                 INTEGRATION#<id>      DISPATCH#<ulid>
//	its place while it waits, ttl   INTEGRATION#<id>      WAITING#<accepted, 16 digits>#<ulid>
//	an integration's line, ttl      INTEGRATION#<id>      LINE
//	its rate, ttl                   INTEGRATION#<id>      RATE
//	what is due, ttl                DUE#<two digits>      <when, 13 digits>#<integration>#<ulid, none for a line>
//
// The dispatches of a busy integration, and their places, are spread over INTEGRATION#<id> and
// INTEGRATION#<id>#1 to #31 at most.
//
// The table forgets items some time after their ttl, in Unix seconds; this
// package takes them for gone at once. Other times are Unix milliseconds. Integrations, versions and dispatches
// bear in f the format in which they were written; those of a newer format are an
// error and stay as they are.
//
// A successful dispatch costs one write unit when it fits 1 KB with its event and its log, as
// the product page's example does with room to spare; so the names of its attributes are short.
package dynamostore
