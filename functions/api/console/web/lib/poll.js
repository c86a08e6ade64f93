/**
 * Does something again and again until the signal: `wait` says after how many
 * milliseconds, or null to stop. A page that nobody looks at rests; an answer that
 * does not come is asked for again.
 */
export function poll(signal, wait, work) {
  const next = () => {
    const after = signal.aborted ? null : wait();
    if (after === null) return;
    const timer = setTimeout(async () => {
      if (!document.hidden && navigator.onLine) await work().catch(() => {});
      next();
    }, after);
    signal.addEventListener("abort", () => clearTimeout(timer), { once: true });
  };
  next();
}
