/**
 * Does something again and again until the signal: wait() says after how many
 * milliseconds, or null to stop. A page that nobody looks at rests; an answer that
 * does not come is asked for again.
 */
export async function poll(signal, wait, work) {
  for (let after = wait(); after !== null && !signal.aborted; after = wait()) {
    await new Promise((done) => setTimeout(done, after));
    if (!signal.aborted && !document.hidden && navigator.onLine) await work().catch(() => {});
  }
}
