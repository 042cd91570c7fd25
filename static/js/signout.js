// data-sign-out on the form that signs out: the copies of what this person typed leave the browser too (see sent.js).
import { markLeaving } from "./store.js";

export function enhance(form) {
  form.addEventListener("submit", markLeaving);
}
