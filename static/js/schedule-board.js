// The plan on the page: where things are, what the server says, and which card is chosen.
import { post } from "./csrf.js";
import { toast } from "./toast.js";
import { fill, word as pageWord } from "./words.js";

const STEP_MINUTES = 5;
const PARTS = ["tools", "grid", "list", "clashes"];

class Board {
  start(root) {
    this.root = root;
    this.chosen = null;
    this.busy = 0;
    this.acts = 0; // an answer that was asked for before the last one is old
    this.hold = false; // true while something is dragged or picked up
    this.remember(root);
    this.rove();
    root.addEventListener("focusin", (event) => {
      const card = event.target.closest(".talk-card[data-block]");
      if (card) this.choose(card);
    });
    root.addEventListener("click", (event) => this.pressed(event));
  }

  // ---- words
  word(name, values = {}) {
    return fill(document.getElementById("plan-words")?.dataset[name] ?? "", values);
  }
  say(text) {
    const line = document.getElementById("plan-says");
    if (line) line.textContent = text;
  }
  titleOf(card) {
    return card.querySelector(".talk-card__title")?.textContent.trim() ?? "";
  }

  // ---- where things are
  get grid() {
    return this.root.querySelector("[data-grid]");
  }
  get rows() {
    return Number(this.root.dataset.rows);
  }
  card(block) {
    return this.root.querySelector(`.talk-card[data-block="${CSS.escape(block)}"]`);
  }
  cards() {
    return [...this.root.querySelectorAll(".talk-card[data-block]:not([hidden])")];
  }
  rooms() {
    return [...this.grid.querySelectorAll(".schedule-grid__room")];
  }
  room(column) {
    return this.grid.querySelector(`.schedule-grid__room[data-col="${column}"]`);
  }
  isPlaced(card) {
    return card.hasAttribute("data-row");
  }
  // A break or plenary of all rooms has a time and no room of its own; it stays that way wherever it is put down.
  isEverywhere(card) {
    return card.hasAttribute("data-everywhere");
  }
  roomName(card, place) {
    return this.isEverywhere(card) ? this.word("everywhere") : this.room(place.col).dataset.name;
  }
  span(card) {
    return Math.max(1, Math.ceil(Number(card.dataset.length) / STEP_MINUTES));
  }
  time(row) {
    const labels = [...this.grid.querySelectorAll(".schedule-grid__time")];
    const before = labels.filter((label) => Number(label.dataset.row) <= row).pop() ?? labels[0];
    if (!before) return "";
    const [hours, minutes] = before.textContent.split(":").map(Number);
    const total = hours * 60 + minutes + (row - Number(before.dataset.row)) * STEP_MINUTES + 1440;
    return `${String(Math.floor(total / 60) % 24).padStart(2, "0")}:${String(total % 60).padStart(2, "0")}`;
  }
  // The pitch of the rows, measured on two rules, since names of rooms may wrap and zoom may round.
  pitch() {
    const rules = [...this.grid.querySelectorAll(".schedule-grid__rule")];
    if (rules.length < 2) return null;
    const [first, last] = [rules[0], rules[rules.length - 1]];
    const top = first.getBoundingClientRect().top;
    const step = (last.getBoundingClientRect().top - top) / (last.dataset.row - first.dataset.row);
    return { top: top - (first.dataset.row - 1) * step, step };
  }
  cellAt(x, y) {
    const pitch = this.pitch();
    if (!pitch) return null;
    const head = this.rooms().find((cell) => {
      const box = cell.getBoundingClientRect();
      return x >= box.left && x < box.right;
    });
    const row = Math.floor((y - pitch.top) / pitch.step) + 1;
    return head && row >= 1 && row <= this.rows ? { col: Number(head.dataset.col), row } : null;
  }

  // ---- where the block fits: shading, asked once for each pick
  async shade(card) {
    this.fits = null;
    const url = new URL(this.root.dataset.fitsUrl, location.href);
    const asked = { block: card.dataset.block, day: this.root.dataset.day, first: this.root.dataset.start, rows: this.rows };
    for (const [name, value] of Object.entries(asked)) url.searchParams.set(name, value);
    const response = await fetch(url, { credentials: "same-origin", headers: { Accept: "application/json" } }).catch(() => null);
    if (!response?.ok || !this.hold) return;
    this.fits = (await response.json()).rooms;
    if (!this.hold) return;
    const marks = document.createDocumentFragment();
    for (const head of this.rooms()) {
      for (const [digit, row, span] of runs(this.fits[head.dataset.room] ?? "")) {
        const mark = document.createElement("div");
        mark.className = `plan-fit plan-fit--${digit}`;
        Object.assign(mark.dataset, { row, span, col: head.dataset.col });
        marks.append(mark);
      }
    }
    this.grid.append(marks);
  }
  fit(place) {
    const digits = this.fits?.[this.room(place.col)?.dataset.room];
    return digits ? (digits[place.row - 1] ?? "2") : "0";
  }
  unshade() {
    this.root.querySelectorAll(".plan-fit, .plan-ghost").forEach((mark) => mark.remove());
    this.root.querySelectorAll(".is-drop-target").forEach((mark) => mark.classList.remove("is-drop-target"));
    this.fits = null;
  }
  ghost(card, place) {
    let mark = this.grid.querySelector(".plan-ghost");
    if (!mark) {
      mark = document.createElement("div");
      mark.append(document.createElement("strong"), document.createElement("span"));
      this.grid.append(mark);
    }
    mark.className = `plan-ghost plan-ghost--${this.fit(place)}`;
    Object.assign(mark.dataset, { row: place.row, span: Math.min(this.span(card), this.rows - place.row + 1), col: place.col });
    if (this.isEverywhere(card)) Object.assign(mark.dataset, { col: 1, colspan: this.rooms().length });
    mark.firstChild.textContent = `${this.time(place.row)} ${this.roomName(card, place)}`;
    mark.lastChild.textContent = this.titleOf(card);
    return mark;
  }

  // ---- acts
  async drop(card, place) {
    const body = new FormData();
    body.set("block", card.dataset.block);
    body.set("version", card.dataset.version);
    body.set("room", this.isEverywhere(card) ? "" : this.room(place.col).dataset.room);
    body.set("start", Number(this.root.dataset.start) + (place.row - 1) * STEP_MINUTES);
    await this.send(this.root.dataset.putUrl, body, card.dataset.block);
  }
  async act(name, card, more = {}) {
    const body = new FormData();
    const fields = { block: card.dataset.block, version: card.dataset.version, ...more };
    for (const [key, value] of Object.entries(fields)) body.set(key, value);
    await this.send(this.root.dataset[`${name}Url`], body, card.dataset.block);
  }
  async send(url, body, block) {
    this.busy += 1;
    this.acts += 1;
    this.root.setAttribute("aria-busy", "true");
    try {
      const response = await post(url, body, { headers: { "HX-Request": "true", Accept: "text/html" } });
      if (response.status === 401) return void location.reload();
      if (![200, 409, 422].includes(response.status)) return toast(pageWord("failed"), "danger");
      this.apply(await response.text(), block);
    } catch {
      toast(pageWord("failed"), "danger");
    } finally {
      this.busy -= 1;
      this.root.removeAttribute("aria-busy");
    }
  }
  async refresh(words, acts = this.acts) {
    const response = await fetch(this.root.dataset.planUrl, { credentials: "same-origin", headers: { "HX-Request": "true" } });
    if (!response.ok) return;
    const text = await response.text();
    if (this.isBusy() || acts !== this.acts) return;
    this.apply(text);
    if (words) toast(words, "info");
  }
  isBusy() {
    return this.busy > 0 || this.hold;
  }

  // ---- the server's answer: only what differs is replaced, so that scroll and focus stay
  apply(text, block) {
    const fresh = new DOMParser().parseFromString(text, "text/html").getElementById("plan");
    if (!fresh) return toast(pageWord("failed"), "danger");
    const focused = block ?? document.activeElement?.closest?.(".talk-card[data-block]")?.dataset.block;
    const control = focused ? null : document.activeElement?.closest?.("form[data-act]")?.getAttribute("action");
    const typed = this.typed();
    const scroll = this.root.querySelector(".unscheduled")?.scrollTop ?? 0;
    for (const part of PARTS) this.applyPart(part, fresh);
    for (const name of Object.keys(fresh.dataset)) this.root.dataset[name] = fresh.dataset[name];
    this.restore(typed);
    const list = this.root.querySelector(".unscheduled");
    if (list) list.scrollTop = scroll;
    this.rove();
    this.find(focused, control);
    const { problem, done } = this.root.dataset;
    if (problem) toast(problem, "danger");
    this.say(problem || done || "");
  }
  applyPart(part, fresh) {
    const [old, made] = [this.root, fresh].map((root) => root.querySelector(`[data-part="${part}"]`));
    if (part === "grid" && old.dataset.frame === made.dataset.frame && this.grid) return this.applyCards(old, made);
    if (this.source.get(part) === made.outerHTML) return;
    this.source.set(part, made.outerHTML);
    const adopted = document.importNode(made, true);
    old.replaceWith(adopted);
    if (part === "grid") this.rememberCards(adopted);
    adopted.dispatchEvent(new CustomEvent("rostrum:added", { bubbles: true }));
  }
  applyCards(old, made) {
    const grid = old.querySelector("[data-grid]");
    const known = new Map([...grid.querySelectorAll(".talk-card")].map((card) => [card.dataset.block, card]));
    let before = null;
    for (const card of [...made.querySelectorAll(".talk-card")].reverse()) {
      const had = known.get(card.dataset.block);
      known.delete(card.dataset.block);
      let here = had;
      if (!had || this.cardSource.get(had) !== card.outerHTML) {
        here = document.importNode(card, true);
        this.cardSource.set(here, card.outerHTML);
        had?.remove();
      }
      if (here.parentNode !== grid || here.nextElementSibling !== before) grid.insertBefore(here, before);
      before = here;
    }
    for (const card of known.values()) card.remove();
  }
  remember(root) {
    this.source = new Map(PARTS.map((part) => [part, root.querySelector(`[data-part="${part}"]`)?.outerHTML]));
    this.cardSource = new WeakMap();
    this.rememberCards(root);
  }
  rememberCards(root) {
    root.querySelectorAll(".schedule-grid .talk-card").forEach((card) => this.cardSource.set(card, card.outerHTML));
  }
  typed() {
    const form = this.root.querySelector("[data-filter]");
    return form ? { q: form.elements.q.value, track: form.elements.track?.value ?? "", id: document.activeElement?.id } : null;
  }
  restore(typed) {
    const form = this.root.querySelector("[data-filter]");
    if (typed && form) {
      form.elements.q.value = typed.q;
      if (form.elements.track) form.elements.track.value = typed.track;
      if (typed.id?.startsWith("plan-") && document.activeElement === document.body) document.getElementById(typed.id)?.focus();
    }
    this.filter();
  }
  find(block, control) {
    if (control) return void this.root.querySelector(`form[action="${CSS.escape(control)}"] button:not(:disabled)`)?.focus();
    if (!block) return;
    // A talk that waited has another name once it stands in the grid.
    const card = this.card(block) ?? this.fresh();
    if (card) card.focus({ preventScroll: true });
    else this.root.querySelector("[data-unscheduled]")?.focus({ preventScroll: true });
  }
  fresh() {
    return this.lastTitle ? this.cards().find((card) => this.titleOf(card) === this.lastTitle) : null;
  }

  // ---- one card is chosen; Tab reaches the cards once, arrows go between them
  rove() {
    const cards = this.cards();
    const current = (this.chosen && this.card(this.chosen)) || cards[0];
    for (const card of this.root.querySelectorAll(".talk-card[data-block]")) {
      card.tabIndex = card === current ? 0 : -1;
      card.setAttribute("role", "group");
      card.setAttribute("aria-label", `${this.titleOf(card)}, ${card.querySelector(".talk-card__top span")?.textContent ?? ""}`);
      const link = card.querySelector("a");
      if (link) link.tabIndex = -1;
    }
    this.showChosen();
  }
  choose(card) {
    if (this.swapping) return;
    this.chosen = card.dataset.block;
    this.lastTitle = this.titleOf(card);
    this.rove();
  }
  showChosen() {
    const bar = this.root.querySelector("[data-selection]");
    const card = this.chosen && this.card(this.chosen);
    this.root.querySelectorAll(".is-chosen").forEach((other) => other.classList.remove("is-chosen"));
    if (!bar) return;
    bar.hidden = !card;
    if (!card) return;
    card.classList.add("is-chosen");
    bar.querySelector("[data-chosen]").textContent = this.titleOf(card);
    bar.querySelector("[data-chosen-time]").textContent = card.querySelector(".talk-card__top span")?.textContent ?? "";
    for (const button of bar.querySelectorAll("[data-do]")) button.hidden = button.dataset.do !== "open" && !this.isPlaced(card);
  }
  pressed(event) {
    const other = this.swapping && event.target.closest(".talk-card[data-block]");
    if (other) {
      event.preventDefault(); // Its title is a link, which leads away from here.
      return this.swapWith(other);
    }
    const button = event.target.closest("[data-do]");
    const card = button && this.chosen && this.card(this.chosen);
    if (card) this.perform(button.dataset.do, card);
  }
  perform(what, card) {
    if (what === "open") return void location.assign(card.querySelector("a").href);
    if (!this.isPlaced(card)) return undefined;
    if (what === "pin") return this.act("pin", card, { pinned: card.hasAttribute("data-pinned") ? "" : "1" });
    if (what === "swap") return this.beginSwap(card);
    if (what === "later") return this.act("shift", card, { minutes: STEP_MINUTES });
    if (what === "earlier") return this.act("shift", card, { minutes: -STEP_MINUTES });
    return this.act("remove", card);
  }
  beginSwap(card) {
    this.swapping = card;
    card.classList.add("is-picked");
    this.say(this.word("swap", { title: this.titleOf(card) }));
    toast(this.word("swap", { title: this.titleOf(card) }), "info");
  }
  endSwap() {
    this.swapping?.classList.remove("is-picked");
    this.swapping = null;
  }
  swapWith(other) {
    const card = this.card(this.swapping.dataset.block);
    if (card === other || !this.isPlaced(other)) return;
    this.endSwap();
    if (card) this.act("swap", card, { other: other.dataset.block, other_version: other.dataset.version });
  }

  // ---- filter by track and words, without asking the server
  filter() {
    const form = this.root.querySelector("[data-filter]");
    if (!form) return;
    const words = form.elements.q.value.trim().toLocaleLowerCase();
    const track = form.elements.track?.value ?? "";
    for (const card of this.root.querySelectorAll(".talk-card[data-block]")) {
      const fits = (!track || card.dataset.track === track) && (!words || card.textContent.toLocaleLowerCase().includes(words));
      card.classList.toggle("is-dimmed", !fits && this.isPlaced(card) && card.dataset.kind === "talk");
      if (!this.isPlaced(card)) card.hidden = !fits;
    }
  }
}

function* runs(digits) {
  for (let start = 0, end = 0; start < digits.length; start = end) {
    while (end < digits.length && digits[end] === digits[start]) end += 1;
    yield [digits[start], start + 1, end - start];
  }
}

export const board = new Board();
