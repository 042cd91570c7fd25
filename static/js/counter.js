// data-counter="1500" on an input or textarea: says how much is left; never cuts what is typed.
import { fill } from "./words.js";

export function enhance(control) {
  const line = document.getElementById(`${control.id}-count`);
  if (!line) return;
  const limit = Number(control.dataset.counter);
  const isWords = control.dataset.counterUnit === "words";
  const update = () => {
    const left = limit - (isWords ? words(control.value) : [...control.value.trim()].length);
    line.textContent = left < 0 ? fill(line.dataset.countOver, { over: -left }) : fill(line.dataset.countText, { left });
    line.classList.toggle("is-over", left < 0);
    line.setAttribute("aria-live", left < limit / 10 ? "polite" : "off");
  };
  control.addEventListener("input", update);
  update();
}

function words(text) {
  return text.trim() ? text.trim().split(/\s+/).length : 0;
}
