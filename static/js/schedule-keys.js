// The editor by keyboard alone: go between cards, pick one up, move it in steps, put it down.
import { isSame } from "./schedule-pointer.js";

const ARROWS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };
const LEAP_ROWS = 6;
const TYPING = "input, textarea, select, [contenteditable], dialog[open]";

export function watchKeys(board) {
  let held = null;

  document.addEventListener("keydown", (event) => {
    if (event.target.closest?.(TYPING) || event.isComposing) return;
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z") return history(event);
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") return escape(event);
    const card = event.target.closest?.(".talk-card[data-block]");
    if (held) return carry(event);
    if (card && card === event.target) walk(event, card);
  });
  // Whoever leaves the card with the focus has let go of it.
  board.root.addEventListener("focusout", (event) => {
    if (held && event.relatedTarget && event.relatedTarget !== held.card) leave();
  });

  function history(event) {
    event.preventDefault();
    if (held) return leave();
    const url = board.root.dataset[event.shiftKey ? "redoUrl" : "undoUrl"];
    return board.send(url, new FormData());
  }

  function escape(event) {
    if (!held && !board.swapping) return;
    event.preventDefault();
    if (board.swapping) board.endSwap();
    else leave();
  }

  function walk(event, card) {
    const act = { e: "open", p: "pin", x: "swap", Delete: "remove", Backspace: "remove" }[event.key];
    if (event.key in ARROWS) {
      event.preventDefault();
      step(card, ARROWS[event.key]);
    } else if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      if (board.swapping) board.swapWith(card);
      else pick(card);
    } else if (act) {
      event.preventDefault();
      board.perform(act, card);
    }
  }

  function step(card, [dx, dy]) {
    const next = board.isPlaced(card) ? neighbour(board, card, dx, dy) : beside(board, card, dx || dy);
    if (next) {
      next.focus();
      next.scrollIntoView({ block: "nearest", inline: "nearest" });
    }
  }

  function pick(card) {
    const title = board.titleOf(card);
    if (!card.hasAttribute("data-movable") || !board.grid) return board.say(board.word("pinned", { title }));
    const placed = board.isPlaced(card);
    const place = placed ? { col: Number(card.dataset.col), row: Number(card.dataset.row) } : { col: 1, row: firstRow(board) };
    held = { card, place };
    board.hold = true;
    card.classList.add("is-picked");
    board.ghost(card, place).scrollIntoView({ block: "nearest", inline: "nearest" });
    const values = { title, time: board.time(place.row), room: board.roomName(card, place) };
    board.say(board.word(placed ? "picked" : "pickedWaiting", values));
    return board.shade(card).then(() => held && board.ghost(card, held.place));
  }

  function carry(event) {
    if (event.key in ARROWS) {
      event.preventDefault();
      const [dx, dy] = ARROWS[event.key];
      const rows = dy * (event.shiftKey ? LEAP_ROWS : 1);
      const cols = board.isEverywhere(held.card) ? 1 : board.rooms().length;
      const col = Math.min(cols, Math.max(1, held.place.col + dx));
      const row = Math.min(board.rows, Math.max(1, held.place.row + rows));
      held.place = { col, row };
      board.ghost(held.card, held.place).scrollIntoView({ block: "nearest", inline: "nearest" });
      const fit = board.word(`fit${board.fit(held.place)}`);
      board.say(board.word("at", { time: board.time(row), room: board.roomName(held.card, held.place), fit }));
    } else if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      put();
    }
  }

  function put() {
    const { card, place } = held;
    letGo();
    if (board.isPlaced(card) && isSame(card, place)) board.say(board.word("left", { title: board.titleOf(card) }));
    else board.drop(card, place);
  }

  function leave() {
    const { card } = held;
    letGo();
    card.focus({ preventScroll: true });
    board.say(board.word("left", { title: board.titleOf(card) }));
  }

  function letGo() {
    held.card.classList.remove("is-picked");
    held = null;
    board.hold = false;
    board.unshade();
  }
}

// The nearest card in that direction: by time within the column, by column at about the same time.
function neighbour(board, card, dx, dy) {
  const [col, row] = [Number(card.dataset.col), Number(card.dataset.row)];
  let best = null;
  for (const other of board.cards()) {
    if (other === card || !board.isPlaced(other)) continue;
    const across = (Number(other.dataset.col) - col) * dx + (Number(other.dataset.row) - row) * dy;
    const aside = Math.abs(dx ? Number(other.dataset.row) - row : (Number(other.dataset.col) - col) * 1000);
    if (across <= 0) continue;
    const cost = dx ? across * 1000 + aside : across + aside;
    if (!best || cost < best.cost) best = { other, cost };
  }
  return best?.other ?? (dx > 0 ? board.root.querySelector(".unscheduled .talk-card:not([hidden])") : null);
}

function beside(board, card, by) {
  const list = board.cards().filter((other) => !board.isPlaced(other));
  return list[list.indexOf(card) + by] ?? (by < 0 ? board.root.querySelector(".schedule-grid .talk-card") : null);
}

// The first row that is on the screen, so that a talk which waits begins where the chair is looking.
function firstRow(board) {
  const pitch = board.pitch();
  const scroller = board.root.querySelector(".schedule-scroll")?.getBoundingClientRect();
  if (!pitch || !scroller) return 1;
  const row = Math.ceil((Math.max(scroller.top, 0) + 60 - pitch.top) / pitch.step) + 1;
  return Math.min(board.rows, Math.max(1, row));
}
