// Drag and drop with mouse, pen and finger, by pointer events. A finger must rest first, so that scrolling still scrolls.
const SLOP_PIXELS = 5;
const REST_MS = 350;
const EDGE_PIXELS = 48;
const SCROLL_PIXELS = 14;

export function watchPointer(board) {
  let drag = null;

  board.root.addEventListener("pointerdown", (event) => {
    const card = event.target.closest(".talk-card[data-movable]");
    if (!card || event.button !== 0 || board.isBusy() || board.swapping) return;
    drag = { card, id: event.pointerId, x: event.clientX, y: event.clientY, on: false, type: event.pointerType };
    const box = card.getBoundingClientRect();
    drag.grip = board.isPlaced(card) ? event.clientY - box.top : 8;
    if (drag.type === "touch") drag.timer = setTimeout(() => begin(), REST_MS);
  });
  board.root.addEventListener("dragstart", (event) => event.target.closest(".talk-card") && event.preventDefault());
  document.addEventListener("pointermove", move);
  document.addEventListener("pointerup", end);
  document.addEventListener("pointercancel", stop);
  document.addEventListener("touchmove", (event) => drag?.on && event.preventDefault(), { passive: false });
  document.addEventListener("keydown", (event) => event.key === "Escape" && drag?.on && stop());
  // The click that ends a drag must not follow the card's link.
  board.root.addEventListener("click", (event) => {
    if (board.dragged && event.target.closest(".talk-card")) event.preventDefault();
    board.dragged = false;
  }, true);

  function begin() {
    if (!drag) return;
    drag.on = board.hold = true;
    drag.card.classList.add("is-dragging");
    document.body.classList.add("is-dragging-card");
    board.choose(drag.card);
    board.shade(drag.card).then(() => drag?.place && board.ghost(drag.card, drag.place));
    drag.frame = requestAnimationFrame(scroll);
  }

  function move(event) {
    if (!drag || event.pointerId !== drag.id) return;
    const far = Math.hypot(event.clientX - drag.x, event.clientY - drag.y) > SLOP_PIXELS;
    if (!drag.on && far) {
      if (drag.type === "touch") return stop();
      begin();
    }
    if (!drag?.on) return;
    event.preventDefault();
    Object.assign(drag, { atX: event.clientX, atY: event.clientY });
    show();
  }

  function show() {
    const list = board.root.querySelector("[data-unscheduled]");
    const over = document.elementFromPoint(drag.atX, drag.atY);
    drag.out = Boolean(list && over && list.contains(over)) && board.isPlaced(drag.card);
    list?.classList.toggle("is-drop-target", drag.out);
    const scroller = board.root.querySelector(".schedule-scroll")?.getBoundingClientRect();
    const inside = scroller && drag.atX >= scroller.left && drag.atX < scroller.right && drag.atY >= scroller.top && drag.atY < scroller.bottom;
    drag.place = inside && !drag.out ? board.cellAt(drag.atX, Math.max(drag.atY - drag.grip, board.pitch().top) + 1) : null;
    if (drag.place) board.ghost(drag.card, drag.place);
    else board.root.querySelector(".plan-ghost")?.remove();
  }

  function scroll() {
    if (!drag?.on) return;
    const scroller = board.root.querySelector(".schedule-scroll");
    const box = scroller?.getBoundingClientRect();
    if (box && drag.atX !== undefined) {
      const [dx, dy] = [pull(drag.atX, box.left, box.right), pull(drag.atY, box.top, Math.min(box.bottom, innerHeight))];
      if (drag.atX > box.left && drag.atX < box.right && (dx || dy)) {
        scroller.scrollBy(dx, dy);
        show();
      }
    }
    drag.frame = requestAnimationFrame(scroll);
  }

  function end(event) {
    if (!drag || event.pointerId !== drag.id) return;
    const { card, place, out, on } = drag;
    stop();
    if (!on) return;
    board.dragged = true;
    setTimeout(() => { board.dragged = false; }, 0);
    if (out) board.act("remove", card);
    else if (place && !isSame(card, place)) board.drop(card, place);
  }

  function stop() {
    if (!drag) return;
    clearTimeout(drag.timer);
    cancelAnimationFrame(drag.frame);
    drag.card.classList.remove("is-dragging");
    document.body.classList.remove("is-dragging-card");
    drag = null;
    board.hold = false;
    board.unshade();
  }
}

export function isSame(card, place) {
  return Number(card.dataset.row) === place.row && (card.hasAttribute("data-everywhere") || Number(card.dataset.col) === place.col);
}

function pull(at, low, high) {
  if (at < low + EDGE_PIXELS) return -SCROLL_PIXELS;
  return at > high - EDGE_PIXELS ? SCROLL_PIXELS : 0;
}
