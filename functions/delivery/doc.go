// Package delivery takes messages off the queue and makes webhooks of them: it
// renders, signs and POSTs, decides what follows, and records it.
//
// The record of a dispatch is the truth, the queue is only the clock. Whatever
// fails, and whenever, the message stays in the queue until the record says that
// the dispatch has ended; so an attempt may happen twice, and none gets lost. All
// requests of a dispatch bear its id, by which the receiver drops repeats.
package delivery
