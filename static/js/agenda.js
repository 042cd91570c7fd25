// The public agenda: search within the view, the line of the present moment, and what is running now.
const STEP_MINUTES = 5;
const LOOK_MS = 30000;

export function enhance(root) {
  const input = root.querySelector("[data-agenda-search]");
  const count = root.querySelector("[data-agenda-count]");
  const words = count?.textContent;
  input?.addEventListener("input", () => search(root, input.value, count, words));
  input?.form?.addEventListener("submit", (event) => document.activeElement === input && event.preventDefault());
  input?.addEventListener("change", (event) => event.stopPropagation());
  now(root);
  setInterval(() => now(root), LOOK_MS);
}

function search(root, typed, count, words) {
  const wanted = typed.trim().toLocaleLowerCase().split(/\s+/).filter(Boolean);
  let found = 0;
  for (const item of root.querySelectorAll(".talk-card, .agenda-entry")) {
    const text = item.textContent.toLocaleLowerCase();
    const fits = wanted.every((word) => text.includes(word));
    item.classList.toggle("is-filtered-out", !fits);
    found += fits ? 1 : 0;
  }
  for (const hour of root.querySelectorAll(".agenda__hour")) {
    hour.hidden = !hour.querySelector(".agenda-entry:not(.is-filtered-out)");
  }
  if (count) count.textContent = wanted.length ? String(found) : words;
}

function now(root) {
  for (const part of root.querySelectorAll("[data-agenda-grid]")) {
    const grid = part.querySelector(".schedule-grid");
    const row = Math.floor((Date.now() / 60000 - Number(part.dataset.start)) / STEP_MINUTES) + 1;
    grid.querySelector(".schedule-grid__now")?.remove();
    const running = row >= 1 && row <= Number(part.dataset.rows);
    for (const card of grid.querySelectorAll(".talk-card")) {
      const start = Number(card.dataset.row);
      card.classList.toggle("is-running", running && start <= row && row < start + Number(card.dataset.span));
    }
    if (!running) continue;
    const line = document.createElement("div");
    line.className = "schedule-grid__now";
    line.setAttribute("aria-hidden", "true");
    Object.assign(line.dataset, { row, col: 1, colspan: grid.querySelectorAll(".schedule-grid__room").length });
    grid.append(line);
  }
}
