// Package sqlitestore stores the whole state of a single-machine deployment in one SQLite file:
// integrations, dispatches, and the message queue.
//
//	store, err := sqlitestore.Open(ctx, "webhooks.db", sqlitestore.Options{})
//	queue, err := store.Queue(ctx, sqlitestore.QueueOptions{})
//	...
//	d, err := queue.Receive(ctx)       // d.Message is an events.SQSMessage
//	queue.Delete(d.Message)            // or Hide and then Release
//
// Every write is on disk when the call returns (write-ahead log, synchronous = FULL). The
// exceptions are Queue.Delete and Queue.Release: losing one only causes a repeated delivery. A
// single goroutine writes. It puts all waiting calls into one transaction, so that they share one
// fsync; an error of one call does not affect the others. Readers have their own connections and
// never wait for the writer.
//
// A file belongs to one process at a time. The process locks a file next to the database, whose
// name is that of the database plus ".lock".
package sqlitestore
