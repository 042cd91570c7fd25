// Builds a native dialog from plain parts and removes it when it closes.
export function modal(title, body, buttons) {
  const dialog = document.createElement("dialog");
  dialog.className = "dialog";
  dialog.setAttribute("aria-labelledby", "modal-title");
  const head = document.createElement("div");
  head.className = "dialog__head";
  const heading = document.createElement("h2");
  heading.id = "modal-title";
  heading.textContent = title;
  head.append(heading);
  const inside = document.createElement("div");
  inside.className = "dialog__body stack";
  inside.append(...body);
  if (buttons.length) {
    const row = document.createElement("div");
    row.className = "cluster cluster--end";
    row.append(...buttons);
    inside.append(row);
  }
  dialog.append(head, inside);
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

export function button(label, kind) {
  const element = document.createElement("button");
  element.type = "button";
  element.className = `button button--${kind}`;
  element.textContent = label;
  return element;
}
