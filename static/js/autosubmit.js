// data-autosubmit on a form or a control: sends the form when something changes.
export function enhance(element) {
  element.addEventListener("change", () => (element.form ?? element).requestSubmit());
}
