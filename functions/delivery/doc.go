// Package delivery takes messages off the queue and delivers them as webhooks: it renders, signs
// and POSTs each one, decides the next step, and records it.
//
// The dispatch record is the source of truth; the queue only schedules. A message stays in the
// queue until the record says that the dispatch has ended, whatever fails. So an attempt may happen
// twice, and none is lost. All requests of a dispatch carry its id, which lets the receiver drop
// repeats.
package delivery
