// Package dynamostore is the store on DynamoDB: one table without indexes.
//
//	item                            PK                    SK
//	integration                     USER#<userId>         INTEGRATION#<id>
//	a user's integration count      USER#<userId>         QUOTA
//	idempotency key, ttl            USER#<userId>         KEY#<hash>
//	version of an integration       INTEGRATION#<id>      VERSION#<ten digits>, ttl once it is replaced
//	dispatch, ttl                   INTEGRATION#<id>      DISPATCH#<ulid>
//	waiting index entry, ttl        INTEGRATION#<id>      WAITING#<accepted, 16 digits>#<ulid>
//	line of an integration, ttl     INTEGRATION#<id>      LINE
//	rate of an integration, ttl     INTEGRATION#<id>      RATE
//	due index entry, ttl            DUE#<two digits>      <when, 13 digits>#<integration>#<ulid, none for a line>
//
// The dispatches and waiting index entries of a busy integration are sharded: they are spread over
// INTEGRATION#<id> and INTEGRATION#<id>#1 to at most #31.
//
// DynamoDB deletes items some time after their ttl, which is in Unix seconds; this package treats
// them as missing as soon as it has passed. Other times are Unix milliseconds. The attribute f of
// integrations, versions and dispatches is the format in which they were written. Items of a newer
// format are an error and are left unchanged.
//
// A successful dispatch costs one write unit if the item, with its event and its log, fits in 1 KB,
// as the product page's example does easily. For this reason its attribute names are short.
package dynamostore
