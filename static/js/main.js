// Loads the module of each data attribute that the page uses, and no other.
import "./csrf.js";
import "./once.js";
import "./sent.js";

const MODULES = {
  "data-autosave": "autosave",
  "data-counter": "counter",
  "data-confirm": "confirm",
  "data-dialog": "dialog",
  "data-shortcut": "shortcuts",
  "data-reorder": "reorder",
  "data-dirty-guard": "dirty",
  "data-file": "file",
  "data-localtime": "localtime",
  "data-poll": "poll",
  "data-theme-switch": "theme",
  "data-select-all": "select",
  "data-autosubmit": "autosubmit",
  "data-copy": "copy",
  "data-show-when": "show",
  "data-menu": "menu",
  "data-toast": "toast",
  "data-focus": "focus",
  "data-schedule-editor": "schedule-editor",
  "data-agenda": "agenda",
  "data-scores": "scores",
  "data-current": "current",
  "data-rows": "rows",
  "data-own-zone": "zone",
  "data-sign-out": "signout",
};

const done = new WeakMap();

function isNew(element, attribute) {
  const seen = done.get(element) ?? new Set();
  if (seen.has(attribute)) return false;
  done.set(element, seen.add(attribute));
  return true;
}

function fitting(root, attribute) {
  const found = [...root.querySelectorAll(`[${attribute}]`)];
  if (root instanceof Element && root.hasAttribute(attribute)) found.unshift(root);
  return found.filter((element) => isNew(element, attribute));
}

export function enhance(root) {
  const loads = [];
  for (const [attribute, name] of Object.entries(MODULES)) {
    const elements = fitting(root, attribute);
    if (!elements.length) continue;
    loads.push(import(`./${name}.js`).then((module) => elements.forEach(module.enhance)).catch(reportError));
  }
  return Promise.all(loads);
}

// The page says when its keys and controls are at work.
enhance(document).then(() => {
  document.documentElement.dataset.enhanced = "";
});
document.addEventListener("htmx:load", (event) => enhance(event.detail.elt));
document.addEventListener("rostrum:added", (event) => enhance(event.target));
