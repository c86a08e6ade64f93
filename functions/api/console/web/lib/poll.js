/**
 * Repeats something until the signal aborts. wait() returns the milliseconds until
 * the next time, or null to stop. It pauses while the page is hidden, and continues
 * after errors.
 */
export async function poll(signal, wait, work) {
  for (let after = wait(); after !== null && !signal.aborted; after = wait()) {
    await new Promise((done) => setTimeout(done, after));
    if (!signal.aborted && !document.hidden && navigator.onLine) await work().catch(() => {});
  }
}
