// data-shortcut="j" on links and buttons; "?" lists them. Keys typed into a control, or with a modifier, are left alone.
import { button, modal } from "./modal.js";
import { word } from "./words.js";

const TYPING = "input:not([type=radio]):not([type=checkbox]), textarea, select, [contenteditable], dialog[open]";

export function enhance(element) {
  element.setAttribute("aria-keyshortcuts", element.dataset.shortcut);
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.closest?.(TYPING) || document.querySelector("dialog[open]")) return;
  if (event.key === "?") return help();
  const element = document.querySelector(`[data-shortcut="${CSS.escape(event.key)}"]`);
  if (!element) return;
  event.preventDefault();
  if (element.matches("input, textarea, select")) element.focus();
  else element.click();
});

function help() {
  const list = document.createElement("dl");
  list.className = "facts";
  for (const element of document.querySelectorAll("[data-shortcut]")) {
    const row = document.createElement("div");
    const term = document.createElement("dt");
    const key = document.createElement("kbd");
    const what = document.createElement("dd");
    key.textContent = element.dataset.shortcut;
    what.textContent = element.dataset.shortcutLabel || element.getAttribute("aria-label") || element.textContent.trim();
    term.append(key);
    row.append(term, what);
    list.append(row);
  }
  const close = button(word("close"), "secondary");
  const dialog = modal(word("shortcuts"), [list], [close]);
  close.addEventListener("click", () => dialog.close());
}
