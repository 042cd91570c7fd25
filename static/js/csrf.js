// Sends the CSRF token with every request that a script makes.
export function token() {
  return document.querySelector('meta[name="csrf-token"]')?.content ?? "";
}

// After a log-in in another window the token of this page is an old one; the answer to a script brings the new one.
export function renew(fresh) {
  const meta = document.querySelector('meta[name="csrf-token"]');
  if (!fresh || !meta || meta.content === fresh) return false;
  meta.content = fresh;
  for (const input of document.querySelectorAll('input[name="csrf_token"]')) input.value = fresh;
  return true;
}

export function post(url, body, options = {}) {
  const headers = { "X-CSRFToken": token(), Accept: "application/json", ...options.headers };
  return fetch(url, { method: "POST", body, credentials: "same-origin", redirect: "manual", ...options, headers });
}

document.addEventListener("htmx:configRequest", (event) => {
  event.detail.headers["X-CSRFToken"] = token();
});
document.addEventListener("htmx:responseError", async () => {
  const [{ toast }, { word }] = await Promise.all([import("./toast.js"), import("./words.js")]);
  toast(word("failed"), "danger");
});
document.addEventListener("htmx:sendError", async () => {
  const [{ toast }, { word }] = await Promise.all([import("./toast.js"), import("./words.js")]);
  toast(word("failed"), "danger");
});
