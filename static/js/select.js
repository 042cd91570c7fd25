// data-select-all="name": ticks all boxes of that name, shift-click ticks a range, [data-select-count] shows how many.
export function enhance(all) {
  const scope = all.closest("form") ?? document;
  const boxes = () => [...scope.querySelectorAll(`input[type=checkbox][name="${CSS.escape(all.dataset.selectAll)}"]`)];
  let last = null;
  const update = () => {
    const ticked = boxes().filter((box) => box.checked);
    all.checked = ticked.length > 0 && ticked.length === boxes().length;
    all.indeterminate = ticked.length > 0 && !all.checked;
    boxes().forEach((box) => box.closest("tr")?.classList.toggle("is-selected", box.checked));
    scope.querySelectorAll("[data-select-count]").forEach((element) => (element.textContent = ticked.length));
    scope.querySelectorAll("[data-select-needed]").forEach((element) => (element.disabled = ticked.length === 0));
  };
  all.addEventListener("change", () => {
    boxes().forEach((box) => (box.checked = all.checked));
    update();
  });
  scope.addEventListener("click", (event) => {
    const list = boxes();
    const at = list.indexOf(event.target);
    if (at < 0) return;
    if (event.shiftKey && last !== null) {
      const [from, to] = [Math.min(at, last), Math.max(at, last)];
      list.slice(from, to + 1).forEach((box) => (box.checked = event.target.checked));
    }
    last = at;
    update();
  });
  update();
}
