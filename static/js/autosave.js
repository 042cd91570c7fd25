// data-autosave="URL" on a form: keeps what is typed, in this browser at every input and on the server soon after.
import { post, renew } from "./csrf.js";
import { forget, isSent, keep, kept, markSent, person } from "./store.js";
import { fill, locale, word } from "./words.js";

const PAUSE_MS = 1200;
const PATIENCE_MS = 30_000;
const RETRY_MS = [2000, 5000, 15000, 30000, 60000];
const OUTLIVING_BYTES_MAX = 50_000;
const NEVER_KEPT = new Set(["password", "file", "hidden", "submit", "button"]);

export function enhance(form) {
  new Autosave(form).start();
}

class Autosave {
  constructor(form) {
    this.form = form;
    this.key = form.dataset.autosaveKey ?? form.dataset.autosave;
    this.line = form.querySelector("[data-save-state]") ?? document.querySelector("[data-save-state]");
    this.timer = 0;
    this.tries = 0;
    this.edits = 0;
    this.isSending = false;
    this.isStopped = false;
    this.isRenewed = false;
    this.request = null;
    this.isSent = false;
  }

  start() {
    this.offerCopy();
    this.form.addEventListener("input", () => this.changed());
    this.form.addEventListener("change", () => this.changed());
    this.form.addEventListener("rostrum:reordered", () => this.changed());
    this.form.addEventListener("submit", () => this.submitted());
    window.addEventListener("online", () => this.edits && this.plan(0));
    window.addEventListener("offline", () => this.say("offline"));
    document.addEventListener("visibilitychange", () => this.looked());
    window.addEventListener("pageshow", (event) => event.persisted && this.isSent && this.cameBack());
    // Typed before this script had come, on a slow line: nobody has heard of it yet.
    if ([...this.form.elements].some(isTypedInto)) this.changed();
  }

  changed() {
    this.edits += 1;
    const isKept = keep(this.key, this.read());
    if (!navigator.onLine) this.say("offline");
    else if (isKept && this.state !== "conflict" && this.state !== "signin") this.say("kept");
    this.tries = 0;
    this.plan(PAUSE_MS);
  }

  plan(delay) {
    clearTimeout(this.timer);
    if (!this.isStopped) this.timer = setTimeout(() => this.send(), delay);
  }

  // A page that goes out of sight may be gone in a moment: what was typed last sets out at once.
  looked() {
    if (document.visibilityState === "hidden" && !this.isStopped) this.send();
    else if (this.edits) this.plan(0);
  }

  async send() {
    if (this.isSending || !this.edits || !navigator.onLine) return;
    const sentEdits = this.edits;
    this.isSending = true;
    this.say("saving");
    const response = await this.attempt();
    this.isSending = false;
    if (!this.isStopped) await this.answered(response, sentEdits);
  }

  // In a tunnel a request can hang for minutes: after a while it counts as lost, and the next one takes its place.
  async attempt() {
    this.request = new AbortController();
    const patience = setTimeout(() => this.request.abort(), PATIENCE_MS);
    try {
      const body = withoutFiles(new FormData(this.form));
      return await post(this.form.dataset.autosave, body, { keepalive: isShort(body), signal: this.request.signal });
    } catch {
      return null;
    } finally {
      clearTimeout(patience);
    }
  }

  async answered(response, sentEdits) {
    if (response?.ok) return this.saved(response, sentEdits);
    if (response?.status === 401 || response?.type === "opaqueredirect") return this.signedOut(response);
    if (response?.status === 409) return this.conflict(response);
    if (response && response.status >= 400 && response.status < 500 && response.status !== 429) return this.refused(response);
    this.say(navigator.onLine ? "failed" : "offline");
    this.plan(RETRY_MS[Math.min(this.tries++, RETRY_MS.length - 1)]);
  }

  async saved(response, sentEdits) {
    const answer = await readJson(response);
    const version = this.form.elements.version;
    if (version && answer.version !== undefined) version.value = answer.version;
    this.tries = 0;
    this.isRenewed = false;
    if (this.edits !== sentEdits) return this.plan(PAUSE_MS);
    this.edits = 0;
    forget(this.key);
    const time = new Intl.DateTimeFormat(locale(), { timeStyle: "short" }).format(new Date());
    this.say("saved", document.createTextNode(time));
    this.form.dispatchEvent(new CustomEvent("rostrum:saved", { bubbles: true }));
  }

  async conflict(response) {
    this.isStopped = true;
    const { href } = await readJson(response);
    this.say("conflict", link(this.text("compare"), href ?? location.href));
  }

  // The server's own reason, if it gives one: something is missing, or the form is not open to this person any more.
  async refused(response) {
    const { error } = await readJson(response);
    this.say("refused");
    const why = typeof error === "string" ? error : response.status === 422 ? "" : word("failed");
    if (why && this.line) this.line.textContent = `${why} ${this.text("kept")}`;
  }

  // With a token that was merely old the text is sent again at once; else it waits here for the log-in, as it does while
  // somebody else is signed in.
  async signedOut(response) {
    const { csrf, person: now } = await readJson(response);
    const isOther = now && person() && now !== person();
    if (!isOther && renew(csrf) && !this.isRenewed) {
      this.isRenewed = true;
      return this.plan(0);
    }
    this.isRenewed = false;
    this.say("signin", this.signInLink());
  }

  // A submit can fail on its way: sent.js drops the copy when the page that follows proves that it arrived. What is still
  // on its way must not arrive after it, or an older text would seem to be begun anew.
  submitted() {
    clearTimeout(this.timer);
    this.isStopped = this.isSent = true;
    this.request?.abort();
    keep(this.key, this.read());
    markSent(this.key);
  }

  // The browser shows this page again as it was left. Was the form taken, the server knows more than stands here; else it
  // is written on.
  cameBack() {
    if (!isSent(this.key)) return location.reload();
    this.isStopped = this.isSent = false;
    this.changed();
  }

  read() {
    return [...this.form.elements].filter(isKeepable).map((control) => [control.name, control.value, isOn(control)]);
  }

  offerCopy() {
    const copy = kept(this.key);
    if (!copy) return;
    const isSame = JSON.stringify(copy.value) === JSON.stringify(this.read());
    // A form that came back holds the text, and the server does not.
    if (isSame && this.form.matches("[data-not-stored]")) return;
    if (isSame) return forget(this.key);
    const time = new Intl.DateTimeFormat(locale(), { dateStyle: "medium", timeStyle: "short" });
    this.say("found", action(this.text("restore"), () => this.restore(copy.value)), action(this.text("discard"), () => this.discard()));
    this.line.firstChild.textContent = fill(this.text("found"), { time: time.format(copy.at) });
  }

  restore(values) {
    const left = [...values];
    for (const control of [...this.form.elements].filter(isKeepable)) {
      const at = left.findIndex(([name, value]) => name === control.name && (!isTick(control) || value === control.value));
      if (at < 0) continue;
      const [[, value, on]] = left.splice(at, 1);
      if (isTick(control)) control.checked = on;
      else control.value = value;
      control.dispatchEvent(new Event("input", { bubbles: true }));
      control.dispatchEvent(new Event("change", { bubbles: true }));
    }
  }

  discard() {
    forget(this.key);
    this.line.replaceChildren();
    delete this.line.dataset.state;
  }

  signInLink() {
    const sign = link(this.text("signinLink"), word("signIn"));
    sign.target = "_blank";
    return sign;
  }

  say(state, ...extra) {
    this.state = state;
    if (!this.line) return;
    this.line.dataset.state = state;
    this.line.replaceChildren(document.createTextNode(`${this.text(state)} `), ...extra);
  }

  text(name) {
    return this.line?.dataset[`text${name[0].toUpperCase()}${name.slice(1)}`] ?? "";
  }
}

// Browsers let 64 KiB outlive the page that sends them.
function isShort(data) {
  return new Blob([...data].flat()).size < OUTLIVING_BYTES_MAX;
}

// A file is sent once, when the form is submitted, and not at every pause.
function withoutFiles(data) {
  for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
  return data;
}

function isKeepable(control) {
  return control.name && !NEVER_KEPT.has(control.type) && control.tagName !== "FIELDSET" && control.tagName !== "BUTTON";
}

function isTypedInto(control) {
  return isKeepable(control) && !isTick(control) && "defaultValue" in control && control.value !== control.defaultValue;
}

function isTick(control) {
  return control.type === "checkbox" || control.type === "radio";
}

function isOn(control) {
  return isTick(control) ? control.checked : true;
}

async function readJson(response) {
  try {
    return await response.json();
  } catch {
    return {};
  }
}

function link(text, href) {
  const element = document.createElement("a");
  element.href = href;
  element.textContent = text;
  return element;
}

function action(text, run) {
  const element = document.createElement("button");
  element.type = "button";
  element.textContent = text;
  element.addEventListener("click", run);
  return element;
}
