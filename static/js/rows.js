// data-rows on the form around a table: j and k go from row to row, x ticks the row, a key named by [data-key] presses that
// button of the row. After a row came back from the server the focus is where it was.
const LEAVES_KEYS = "textarea, select, [contenteditable], input:not([type=radio]):not([type=checkbox])";

export function enhance(form) {
  let at = null;
  const rows = () => [...form.querySelectorAll("tbody tr")];
  document.addEventListener("keydown", (event) => {
    if (!form.isConnected || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.closest?.(LEAVES_KEYS) || document.querySelector("dialog[open]")) return;
    const row = document.activeElement?.closest?.("tr");
    const current = row && form.contains(row) ? row : rows()[at ?? -1] ?? null;
    if (event.key === "j" || event.key === "k") return go(event, rows(), current, event.key === "j" ? 1 : -1);
    const control = current && wanted(current, event.key);
    if (!control) return;
    event.preventDefault();
    at = rows().indexOf(current);
    control.click();
  });
  form.addEventListener("htmx:afterSettle", (event) => {
    const row = event.detail.elt?.closest?.("tr") ?? rows()[at];
    if (row && !document.activeElement?.closest?.("tr")) focusOn(row);
  });
  form.addEventListener("click", (event) => {
    const row = event.target.closest("tbody tr");
    if (row) at = rows().indexOf(row);
  });
}

function go(event, rows, current, step) {
  event.preventDefault();
  const next = current ? rows[rows.indexOf(current) + step] : rows[0];
  if (next) focusOn(next);
}

function focusOn(row) {
  (row.querySelector("a.row-link") ?? row.querySelector("input, button"))?.focus();
  row.scrollIntoView({ block: "nearest" });
}

function wanted(row, key) {
  if (key === "x") return row.querySelector("input[type=checkbox]");
  return row.querySelector(`[data-key="${CSS.escape(key)}"]`);
}
