// Tables on paper: rows of one line where they fit on the sheet, else smaller letters, then headers turned; no word broken.
const fitTables = (() => {
  const room = 670;
  const steps = [[8, ["level"]], [7, ["level"]], [8, []], [7.5, []], [7, []], [7, ["turned"]], [6, ["turned"]], [6, ["turned", "tight"]]];
  return () => {
    document.documentElement.classList.add("on-paper");
    let waiting = [...document.querySelectorAll("main table")];
    steps.forEach(([size, names]) => {
      waiting.forEach((table) => { table.classList.remove("level"); table.classList.add(...names); table.style.fontSize = `${size}pt`; table.style.width = "0"; });
      const wide = waiting.filter((table) => table.offsetWidth > room);
      waiting.forEach((table) => { table.style.width = ""; });
      waiting = wide;
    });
  };
})();
const unfitTables = () => {
  document.documentElement.classList.remove("on-paper");
  document.querySelectorAll("main table").forEach((table) => { table.classList.remove("level", "turned", "tight"); table.style.fontSize = ""; });
};
