// Sentences come from the page, where they are translated; `fill` puts values in.
export function word(name) {
  return document.getElementById("script-words")?.dataset[name] ?? "";
}

export function fill(sentence, values) {
  return sentence.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

// The page's language in the visitor's own variety: en-GB counts 24 hours, en-US twelve.
export function locale() {
  const page = document.documentElement.lang;
  return navigator.languages.find((own) => own.split("-")[0] === page.split("-")[0]) ?? page;
}
