// A double click sends a form once: the second answer would tell only that the first one had done it already.
const APART_MS = 1000;
const pressedAt = new WeakMap();

document.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (!button || event.defaultPrevented || event.target.getAttribute("method") !== "post") return;
  if (event.timeStamp - (pressedAt.get(button) ?? -APART_MS) < APART_MS) event.preventDefault();
  else pressedAt.set(button, event.timeStamp);
});
