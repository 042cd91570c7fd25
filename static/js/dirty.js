// data-dirty-guard on a form: the browser asks before leaving while something typed is unsaved.
export function enhance(form) {
  let isDirty = false;
  form.addEventListener("input", () => (isDirty = true));
  form.addEventListener("submit", () => (isDirty = false));
  form.addEventListener("rostrum:saved", () => (isDirty = false));
  window.addEventListener("beforeunload", (event) => {
    if (isDirty) event.preventDefault();
  });
}
