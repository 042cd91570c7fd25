// Sends the CSRF token with every request that a script makes.
export function token() {
  return document.querySelector('meta[name="csrf-token"]')?.content ?? "";
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
