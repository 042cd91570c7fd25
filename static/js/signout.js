// data-sign-out on the form that signs out: the copies of what this person typed leave the browser too.
import { forgetMine } from "./store.js";

export function enhance(form) {
  form.addEventListener("submit", forgetMine);
}
