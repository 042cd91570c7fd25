// data-confirm="Question" on a form, a button or a link: asks before it goes on.
import { button, modal } from "./modal.js";
import { word } from "./words.js";

export function enhance(element) {
  const type = element instanceof HTMLFormElement ? "submit" : "click";
  let isAgreed = false;
  element.addEventListener(
    type,
    (event) => {
      if (isAgreed) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      ask(element, () => {
        isAgreed = true;
        if (type === "submit") element.requestSubmit(event.submitter);
        else element.click();
        isAgreed = false;
      });
    },
    { capture: true },
  );
}

function ask(element, goOn) {
  const { confirm, confirmLabel, confirmTone } = element.dataset;
  const question = document.createElement("p");
  question.textContent = confirm;
  const yes = button(confirmLabel || word("yes"), confirmTone === "danger" ? "danger" : "primary");
  const no = button(word("cancel"), "quiet");
  const dialog = modal(word("sure"), [question], [no, yes]);
  no.addEventListener("click", () => dialog.close());
  yes.addEventListener("click", () => {
    dialog.close();
    goOn();
  });
  no.focus();
}
