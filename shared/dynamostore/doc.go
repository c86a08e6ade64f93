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
// DynamoDB deletes items some time after their ttl, which is in Unix seconds; this package treats
// them as missing as soon as it has passed. Other times are Unix milliseconds. The attribute f of
// integrations, versions and dispatches is the format in which they were written. Items of a newer
// format are an error and are left unchanged.
//
// A successful dispatch costs one write unit if the item, with its event and its log, fits in 1 KB,
// as the product page's example does easily. For this reason its attribute names are short.
package dynamostore
