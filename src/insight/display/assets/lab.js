(() => {
  const value = (row, at) => row.cells[at].textContent.trim();
  const number = (text) => { const found = parseFloat(text.replace(/[,£%]/g, "")); return Number.isNaN(found) ? null : found; };
  document.querySelectorAll(".insight-table table:not([data-sorts]), .insight-figure table:not([data-sorts])").forEach((table) => {
    table.dataset.sorts = "yes";
    [...table.tHead.rows[0].cells].forEach((head, at) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "insight-sort";
      button.textContent = head.textContent;
      head.textContent = "";
      head.append(button);
      button.addEventListener("click", () => {
        const up = head.getAttribute("aria-sort") !== "ascending";
        [...table.tHead.rows[0].cells].forEach((one) => one.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", up ? "ascending" : "descending");
        const rows = [...table.tBodies[0].rows];
        rows.sort((a, b) => {
          const left = value(a, at), right = value(b, at), x = number(left), y = number(right);
          const order = x !== null && y !== null ? x - y : left.localeCompare(right);
          return up ? order : -order;
        });
        table.tBodies[0].append(...rows);
      });
    });
  });
})();
