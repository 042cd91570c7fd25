// data-scores on a review form: the keys 1 to 5 score the group that has the focus, else the first that is empty, and go
// on to the next one; Ctrl+Enter sends from anywhere; Escape leaves a text. [data-score-mean] shows the weighted mean.
const LEAVES_KEYS = "textarea, select, [contenteditable], input:not([type=radio]):not([type=checkbox])";

export function enhance(form) {
  const groups = [...form.querySelectorAll("[data-score-group]")];
  const mean = form.querySelector("[data-score-mean]");
  const show = () => mean && (mean.value = overall(groups) ?? mean.dataset.none);
  form.addEventListener("change", show);
  form.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && event.target.matches("textarea")) event.target.blur();
  });
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.altKey || document.querySelector("dialog[open]")) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) return send(form, event);
    if (event.ctrlKey || event.metaKey || event.target.closest?.(LEAVES_KEYS)) return;
    if (/^[1-9]$/.test(event.key)) score(groups, event);
  });
  show();
}

function send(form, event) {
  event.preventDefault();
  form.querySelector("[data-score-send]:enabled")?.click();
}

function score(groups, event) {
  const group = groups.find((each) => each.contains(document.activeElement)) ?? groups.find((each) => !chosen(each)) ?? groups[0];
  const radio = group?.querySelector(`input[type=radio][value="${event.key}"]`);
  if (!radio) return;
  event.preventDefault();
  radio.checked = true;
  radio.dispatchEvent(new Event("input", { bubbles: true }));
  radio.dispatchEvent(new Event("change", { bubbles: true }));
  const next = groups[groups.indexOf(group) + 1];
  const target = next ? (chosen(next) ?? next.querySelector("input[type=radio]")) : radio;
  target.focus();
  target.closest("fieldset").scrollIntoView({ block: "nearest" });
}

function chosen(group) {
  return group.querySelector("input[type=radio]:checked");
}

function overall(groups) {
  let total = 0;
  let weights = 0;
  for (const group of groups) {
    const weight = Number(group.dataset.scoreGroup);
    const radio = chosen(group);
    if (!weight || !radio) continue;
    total += weight * Number(radio.value);
    weights += weight;
  }
  return weights ? (total / weights).toFixed(1) : null;
}
