// sessionStorage, or nothing where the browser keeps it from a framed page.

export function get(key) {
  try { return sessionStorage.getItem(key) ?? ""; } catch { return ""; }
}

/** Keeps a value until the tab is closed; "" forgets it. */
export function set(key, value) {
  try {
    if (value) sessionStorage.setItem(key, value);
    else sessionStorage.removeItem(key);
  } catch { /* memory must do */ }
}
