// After a submit: drops the copy in this browser, unless the page shows that the text did not arrive. After signing out:
// drops all copies of that person.
import { forget, forgetThoseOf, markSent, person, takeLeaving, takeSent } from "./store.js";

const NOT_ARRIVED = "[data-not-stored], input[type=password], input[autocomplete~=username]";

const key = takeSent();
// A page that holds the text and can send it again is not the end of the way.
if (key && document.querySelector("[data-resend]")) markSent(key);
else if (key && !document.querySelector(NOT_ARRIVED) && !hasForm(key)) forget(key);

const leaving = takeLeaving();
if (leaving && person() !== leaving) forgetThoseOf(leaving);

function hasForm(wanted) {
  return [...document.querySelectorAll("form[data-autosave]")].some(
    (form) => (form.dataset.autosaveKey ?? form.dataset.autosave) === wanted,
  );
}
