// sessionStorage, or nothing if the browser denies it to a framed page.

export function get(key) {
  try { return sessionStorage.getItem(key) ?? ""; } catch { return ""; }
}

/** Stores a value until the tab is closed; "" deletes it. */
export function set(key, value) {
  try {
    if (value) sessionStorage.setItem(key, value);
    else sessionStorage.removeItem(key);
  } catch { /* memory must do */ }
}
