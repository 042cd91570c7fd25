// data-poll="URL": replaces the element by the fragment of that address until the fragment no longer asks for it.
export function enhance(element) {
  const seconds = Number(element.dataset.pollSeconds) || 2;
  setTimeout(() => look(element), seconds * 1000);
}

async function look(element) {
  if (!element.isConnected) return;
  if (document.hidden) return void document.addEventListener("visibilitychange", () => look(element), { once: true });
  let text = "";
  try {
    const response = await fetch(element.dataset.poll, { headers: { "HX-Request": "true" }, credentials: "same-origin" });
    if (response.ok) text = await response.text();
  } catch {
    text = "";
  }
  const fresh = text ? new DOMParser().parseFromString(text, "text/html").body.firstElementChild : null;
  if (!fresh) return enhance(element);
  const adopted = document.importNode(fresh, true);
  element.replaceWith(adopted);
  adopted.dispatchEvent(new CustomEvent("rostrum:added", { bubbles: true }));
}
