// Sentences come from the page, where they are translated; `fill` puts values in.
export function word(name) {
  return document.getElementById("script-words")?.dataset[name] ?? "";
}

export function fill(sentence, values) {
  return sentence.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}
