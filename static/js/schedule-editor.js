// The schedule editor: one module for the board, one for the pointer, one for the keys. Without them the forms do it all.
import { board } from "./schedule-board.js";
import { watchKeys } from "./schedule-keys.js";
import { watchPointer } from "./schedule-pointer.js";

const LOOK_MS = 4000;
let started = false;

export function enhance(root) {
  if (started) return;
  started = true;
  board.start(root);
  watchPointer(board);
  watchKeys(board);
  watchForms(root);
  watchFilter(root);
  setInterval(look, LOOK_MS);
  document.addEventListener("visibilitychange", () => document.hidden || look());
}

// Others' changes: a small question every few seconds, the whole answer only when something is new.
async function look() {
  if (document.hidden || board.isBusy()) return;
  const { acts } = board;
  try {
    const response = await fetch(board.root.dataset.versionUrl, { credentials: "same-origin", headers: { Accept: "application/json" } });
    if (!response.ok) return;
    const { version } = await response.json();
    if (version !== board.root.dataset.version && acts === board.acts) await board.refresh(board.word("changed"), acts);
  } catch {
    return; // Offline: the next look finds out.
  }
}

function watchForms(root) {
  root.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-act]")) return;
    event.preventDefault();
    board.send(event.target.action, new FormData(event.target));
  });
  root.addEventListener("click", (event) => {
    const link = event.target.closest("[data-show]");
    const card = link && board.card(link.dataset.show);
    if (!card) return;
    event.preventDefault();
    board.choose(card);
    card.scrollIntoView({ block: "center", inline: "center" });
    card.focus({ preventScroll: true });
  });
}

function watchFilter(root) {
  root.addEventListener("input", (event) => event.target.closest("[data-filter]") && board.filter());
  root.addEventListener("submit", (event) => {
    if (event.target.matches("[data-filter]")) event.preventDefault();
  });
  board.filter();
}
