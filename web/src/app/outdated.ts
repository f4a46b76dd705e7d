const key = 'ashlar.reloaded-at';
const quietMs = 10_000;

/** A page that was opened before the server was replaced asks for files that are gone: it is loaded anew, but
 *  not over and over when the files are missing for another reason. */
export function reloadWhenOutdated(now: () => number = Date.now): void {
  window.addEventListener('vite:preloadError', (event) => {
    const last = Number(sessionStorage.getItem(key) ?? 0);
    if (now() - last < quietMs) return;
    event.preventDefault();
    sessionStorage.setItem(key, String(now()));
    window.location.reload();
  });
}
