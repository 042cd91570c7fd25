// data-focus: takes the focus when the page opens, so that a summary of errors is read first.
export function enhance(element) {
  element.focus();
}
