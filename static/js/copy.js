// data-copy="text" on a button: copies it and says so.
import { toast } from "./toast.js";
import { word } from "./words.js";

export function enhance(button) {
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
      toast(word("copied"));
    } catch {
      toast(word("failed"));
    }
  });
}
