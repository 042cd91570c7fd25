// data-current: a row of links that scrolls sideways begins where the link to the page that is open can be seen.
export function enhance(row) {
  const link = row.querySelector("[aria-current]");
  if (!link) return;
  const outer = row.getBoundingClientRect();
  const inner = link.getBoundingClientRect();
  row.scrollLeft += inner.left + inner.width / 2 - outer.left - outer.width / 2;
}
