// data-file on a file input: shows what was chosen and refuses what is too large before it travels.
import { fill, locale } from "./words.js";

export function enhance(input) {
  const line = document.createElement("p");
  line.className = "file-state";
  line.setAttribute("aria-live", "polite");
  input.after(line);
  input.addEventListener("change", () => {
    const limit = Number(input.dataset.fileLimit) || Infinity;
    const files = [...input.files];
    const large = files.find((file) => file.size > limit);
    const sentence = large
      ? fill(input.dataset.fileTooBig, { size: readable(large.size), limit: readable(limit) })
      : files.map((file) => fill(input.dataset.fileText, { name: file.name, size: readable(file.size) })).join("; ");
    input.setCustomValidity(large ? sentence : "");
    line.textContent = sentence;
    line.classList.toggle("field__error", Boolean(large));
    input.form?.toggleAttribute("data-has-upload", files.length > 0);
  });
  if (!input.form) return;
  input.form.addEventListener("submit", (event) => refuse(input, event), { capture: true });
  watchUpload(input.form);
}

// Our forms leave checks to the server (novalidate), so the browser would let the large file travel all the same.
function refuse(input, event) {
  if (!input.validity.customError || !input.offsetParent) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  input.focus();
}

function watchUpload(form) {
  if (form.dataset.uploadWatched) return;
  form.dataset.uploadWatched = "yes";
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented || !form.hasAttribute("data-has-upload")) return;
    const bar = document.createElement("progress");
    bar.setAttribute("aria-label", event.submitter?.textContent.trim() ?? "");
    event.submitter?.closest(".submit-row, .inline-form, form").append(bar);
  });
}

function readable(bytes) {
  const format = (value, unit) =>
    new Intl.NumberFormat(locale(), { style: "unit", unit, maximumFractionDigits: 1 }).format(value);
  if (bytes < 1000) return format(bytes, "byte");
  return bytes < 1e6 ? format(bytes / 1e3, "kilobyte") : format(bytes / 1e6, "megabyte");
}
