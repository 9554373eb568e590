(() => {
  const button = document.getElementById("toggle-code");
  if (button) button.addEventListener("click", () => {
    const show = button.getAttribute("aria-pressed") !== "true";
    document.querySelectorAll("details.code").forEach((one) => { one.open = show; });
    button.setAttribute("aria-pressed", String(show));
    button.textContent = show ? "Hide all code" : "Show all code";
  });
  addEventListener("beforeprint", () => document.querySelectorAll("details:not(.code)").forEach((one) => { one.open = true; }));
})();
