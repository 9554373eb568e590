// A hatch is a pattern, which a PDF would hold as a large picture once for each bar: draw its lines within the bar instead.
(() => {
  const ns = "http://www.w3.org/2000/svg";
  const make = (name, attributes) => {
    const one = document.createElementNS(ns, name);
    Object.entries(attributes).forEach(([key, value]) => one.setAttribute(key, value));
    return one;
  };
  let number = 0;
  document.querySelectorAll("svg pattern").forEach((pattern) => {
    const ground = pattern.querySelector("rect").getAttribute("fill");
    const lines = pattern.querySelector("path");
    const step = Number(pattern.getAttribute("width"));
    const wanted = `url("#${pattern.id}")`;
    [...pattern.closest("svg").querySelectorAll("path")].filter((one) => getComputedStyle(one).fill === wanted).forEach((shape) => {
      const box = shape.getBBox();
      const clip = make("clipPath", { id: `hatch-${number}` });
      clip.append(make("path", { d: shape.getAttribute("d") }));
      const hatched = make("g", { "clip-path": `url(#hatch-${number})`, stroke: "none" });
      number += 1;
      hatched.append(make("rect", { x: box.x, y: box.y, width: box.width, height: box.height, style: `fill:${ground};stroke:none` }));
      for (let x = Math.floor(box.x / step) * step; x < box.x + box.width; x += step) {
        for (let y = Math.floor(box.y / step) * step; y < box.y + box.height; y += step) {
          const tile = lines.cloneNode();
          tile.setAttribute("transform", `translate(${x} ${y})`);
          hatched.append(tile);
        }
      }
      const within = make("g", shape.hasAttribute("clip-path") ? { "clip-path": shape.getAttribute("clip-path") } : {});
      within.style.opacity = getComputedStyle(shape).opacity;
      within.append(clip, hatched);
      shape.before(within);
      shape.style.fill = "none";
    });
  });
  document.querySelectorAll(".picture svg").forEach((one) => {
    if (one.viewBox.baseVal.height > 1.3 * one.viewBox.baseVal.width) one.classList.add("tall");
  });
  fitTables();
})();
