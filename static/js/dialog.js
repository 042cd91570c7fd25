// data-dialog="id" on a link: opens the native dialog with focus kept inside. Without script, :target opens it.
export function enhance(opener) {
  const dialog = document.getElementById(opener.dataset.dialog);
  if (!dialog) return;
  opener.setAttribute("aria-haspopup", "dialog");
  opener.addEventListener("click", (event) => {
    event.preventDefault();
    if (!dialog.open) dialog.showModal();
  });
  dialog.addEventListener("click", (event) => {
    const isClose = event.target.closest("[data-dialog-close]");
    if (isClose) event.preventDefault();
    if (isClose || event.target === dialog) dialog.close();
  });
}
