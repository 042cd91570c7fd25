// A short message at the bottom; it stays while the pointer or the focus is on it.
const STAY_MS = 6000;

export function toast(text, tone = "info") {
  const region = document.getElementById("toasts");
  if (!region || !text) return;
  const element = document.createElement("div");
  element.className = "toast";
  element.dataset.tone = tone;
  const words = document.createElement("span");
  words.textContent = text;
  const close = document.createElement("button");
  close.type = "button";
  close.textContent = region.dataset.toastClose;
  close.addEventListener("click", () => element.remove());
  element.append(words, close);
  region.append(element);
  const leave = () => (element.matches(":hover, :focus-within") ? setTimeout(leave, 1000) : element.remove());
  setTimeout(leave, STAY_MS);
}

export function enhance(element) {
  toast(element.textContent.trim(), element.dataset.toast);
  element.remove();
}
