// data-reorder="name" on a list: its items can be dragged or moved by buttons. Each item has data-value and data-label;
// hidden inputs called "name" carry the order to the server. Without script the page offers number fields instead.
import { fill, word } from "./words.js";

export function enhance(list) {
  const speaker = document.createElement("p");
  speaker.className = "visually-hidden";
  speaker.setAttribute("aria-live", "polite");
  list.after(speaker);
  for (const item of list.children) prepare(list, item, speaker);
  list.querySelectorAll("[data-reorder-fallback]").forEach((element) => element.remove());
  write(list);
}

function prepare(list, item, speaker) {
  const moves = document.createElement("span");
  moves.className = "reorder__moves";
  moves.append(mover(list, item, speaker, "up"), mover(list, item, speaker, "down"));
  item.append(moves);
  const handle = item.querySelector(".reorder__handle");
  if (handle) handle.addEventListener("pointerdown", (event) => drag(list, item, handle, speaker, event));
}

function mover(list, item, speaker, way) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button button--quiet button--small button--icon";
  button.setAttribute("aria-label", `${word(way)}: ${item.dataset.label}`);
  button.textContent = way === "up" ? "↑" : "↓";
  button.addEventListener("click", () => {
    const other = way === "up" ? item.previousElementSibling : item.nextElementSibling;
    if (!other) return;
    if (way === "up") other.before(item);
    else other.after(item);
    button.focus();
    settled(list, item, speaker);
  });
  return button;
}

function drag(list, item, handle, speaker, start) {
  start.preventDefault();
  handle.setPointerCapture(start.pointerId);
  item.classList.add("is-dragging");
  const move = (event) => {
    for (const other of list.children) {
      const box = other.getBoundingClientRect();
      const middle = box.top + box.height / 2;
      if (other === item || event.clientY < box.top || event.clientY > box.bottom) continue;
      if (event.clientY < middle) other.before(item);
      else other.after(item);
    }
  };
  const end = () => {
    handle.removeEventListener("pointermove", move);
    item.classList.remove("is-dragging");
    settled(list, item, speaker);
  };
  handle.addEventListener("pointermove", move);
  handle.addEventListener("lostpointercapture", end, { once: true });
}

function settled(list, item, speaker) {
  write(list);
  const items = [...list.children];
  const values = { name: item.dataset.label, position: items.indexOf(item) + 1, count: items.length };
  speaker.textContent = fill(word("moved"), values);
  list.dispatchEvent(new CustomEvent("rostrum:reordered", { bubbles: true }));
}

function write(list) {
  for (const item of list.children) {
    let input = item.querySelector("input[data-reorder-value]");
    if (!input) {
      input = document.createElement("input");
      input.type = "hidden";
      input.name = list.dataset.reorder;
      input.dataset.reorderValue = "";
      item.append(input);
    }
    input.value = item.dataset.value;
  }
}
