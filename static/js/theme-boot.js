// Runs before the first paint, so that a chosen theme does not flash. Not a module on purpose.
document.documentElement.classList.add("has-script");
try {
  const theme = localStorage.getItem("theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // Storage may be forbidden; then the page follows the device.
}
