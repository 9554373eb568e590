(() => {
  const menu = document.querySelector("details.menu");
  if (menu && matchMedia("(max-width: 860px)").matches) menu.open = false;

  const button = document.getElementById("toggle-code");
  if (button) button.addEventListener("click", () => {
    const show = button.getAttribute("aria-pressed") !== "true";
    document.querySelectorAll("details.code").forEach((one) => { one.open = show; });
    button.setAttribute("aria-pressed", String(show));
    button.textContent = show ? "Hide all code" : "Show all code";
  });
  addEventListener("beforeprint", () => {
    document.querySelectorAll("details:not(.code):not(.menu)").forEach((one) => { one.open = true; });
    fitTables();
  });
  addEventListener("afterprint", unfitTables);

  // A picture wider than a small screen scrolls, so that its words can be read: then the keyboard must reach it too.
  const reach = () => document.querySelectorAll(".picture").forEach((one) => {
    if (one.scrollWidth <= one.clientWidth) { ["tabindex", "role", "aria-label"].forEach((name) => one.removeAttribute(name)); return; }
    const title = one.closest("figure") && one.closest("figure").querySelector(".figure-title");
    one.tabIndex = 0;
    one.setAttribute("role", "region");
    one.setAttribute("aria-label", `Picture: ${title ? title.textContent : "scrolls"}`);
  });
  addEventListener("resize", reach);
  reach();

  const openTo = () => {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    for (let one = target && target.parentElement; one; one = one.parentElement) if (one.tagName === "DETAILS") one.open = true;
    if (target) target.scrollIntoView();
  };
  addEventListener("hashchange", openTo);
  openTo();

  const labelled = (text, control) => {
    const label = document.createElement("label");
    label.append(text, control);
    return label;
  };
  document.querySelectorAll(".filterable").forEach((box) => {
    const table = box.querySelector("table");
    if (!table) return;
    const heads = [...table.tHead.rows[0].cells].map((cell) => cell.textContent);
    const rows = [...table.tBodies[0].rows];
    const bar = document.createElement("div");
    bar.className = "filters";
    const choices = box.dataset.filter.split("|").map((name) => {
      const at = heads.indexOf(name);
      const select = document.createElement("select");
      const values = [...new Set(rows.map((row) => row.cells[at].textContent))].sort();
      ["all", ...values].forEach((value) => select.add(new Option(value, value)));
      bar.append(labelled(name, select));
      return { at, select };
    });
    const words = document.createElement("input");
    words.type = "search";
    bar.append(labelled("Words", words));
    const said = document.createElement("output");
    said.setAttribute("aria-live", "polite");
    bar.append(said);
    const apply = () => {
      const wanted = words.value.trim().toLowerCase();
      let count = 0;
      rows.forEach((row) => {
        const keep = choices.every(({ at, select }) => select.value === "all" || row.cells[at].textContent === select.value)
          && row.textContent.toLowerCase().includes(wanted);
        row.hidden = !keep;
        count += keep;
      });
      said.textContent = `${count} of ${rows.length} shown`;
    };
    bar.addEventListener("input", apply);
    box.prepend(bar);
    apply();
  });

  const data = document.getElementById("search-index");
  if (!data) return;
  const { pages, kinds, rows } = JSON.parse(data.textContent);
  const index = rows.map(([page, kind, ...rest]) => [pages[page][0], rest[0], pages[page][1], kinds[kind], rest[1], rest[2]]);
  const input = document.getElementById("search-words");
  const list = document.getElementById("search-results");
  const count = document.getElementById("search-count");
  const most = 60;
  const find = () => {
    const wanted = input.value.toLowerCase().split(/\s+/).filter((word) => word.length > 1);
    list.textContent = "";
    if (!wanted.length) { count.textContent = "Type at least two letters."; return; }
    const hits = index.filter((row) => wanted.every((word) => `${row[2]} ${row[4]} ${row[5]}`.toLowerCase().includes(word)))
      .sort((a, b) => wanted.filter((word) => b[4].toLowerCase().includes(word)).length - wanted.filter((word) => a[4].toLowerCase().includes(word)).length);
    count.textContent = `${hits.length} found${hits.length > most ? `, first ${most} shown` : ""}.`;
    hits.slice(0, most).forEach(([page, anchor, pageTitle, kind, title, text]) => {
      const item = document.createElement("li");
      const link = document.createElement("a");
      link.href = `${page}#${anchor}`;
      link.textContent = title;
      const where = document.createElement("span");
      where.className = "kind";
      where.textContent = ` ${kind}, ${pageTitle}`;
      const at = Math.max(0, text.toLowerCase().indexOf(wanted[0]) - 60);
      const piece = document.createElement("p");
      piece.textContent = `${at ? "... " : ""}${text.slice(at, at + 220)}`;
      item.append(link, where, piece);
      list.append(item);
    });
  };
  input.value = new URLSearchParams(location.search).get("q") || "";
  input.addEventListener("input", find);
  input.form.addEventListener("submit", (event) => event.preventDefault());
  find();
})();
