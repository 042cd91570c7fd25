// data-show-when="field=value|other": shows the element while the field has one of the values. A hidden part is disabled, so
// that the server is not sent answers to questions that were not asked.
export function enhance(element) {
  const [name, wanted] = element.dataset.showWhen.split("=");
  const values = wanted.split("|");
  const form = element.closest("form");
  const update = () => {
    const isShown = new FormData(form).getAll(name).some((value) => values.includes(value));
    element.hidden = !isShown;
    element.querySelectorAll("input, select, textarea").forEach((control) => (control.disabled = !isShown));
  };
  form.addEventListener("change", update);
  update();
}
