// Package sqlitestore keeps the whole state of one machine's system in one
// SQLite file: integrations, dispatches, and the queue of messages.
//
//	store, err := sqlitestore.Open(ctx, "webhooks.db", sqlitestore.Options{})
//	queue, err := store.Queue(ctx, sqlitestore.QueueOptions{})
//	...
//	d, err := queue.Receive(ctx)       // d.Message is an events.SQSMessage
//	queue.Delete(d.Message)            // or Hide and then Release
//
// Every write is on disk when the call returns (write-ahead log, synchronous =
// FULL), but for Queue.Delete and Queue.Release, whose loss only repeats a message.
// One goroutine writes. All calls that wait when it is free go into one transaction, so that
// they share one sync of the disk; what one of them meets does not touch the others.
// Readers have connections of their own and never wait for the writer.
//
// A file belongs to one process at a time, which holds a lock on a file next to
// it, named like the database with ".lock" behind.
package sqlitestore
