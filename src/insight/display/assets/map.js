function insightMap(map, data) {
  const features = topojson.feature(data.topology, data.topology.objects[data.object]).features;
  const escapeText = (text) => { const p = document.createElement("p"); p.textContent = text; return p.innerHTML; };
  const legend = L.control({ position: "bottomleft" });
  legend.onAdd = () => { const box = L.DomUtil.create("div", "map-legend"); box.setAttribute("aria-live", "polite"); return box; };
  legend.addTo(map);
  const showLegend = (spec) => {
    const items = spec.labels.map((label, i) => `<li><span class="swatch" style="background:${spec.colours[i]}"></span>${escapeText(label)}</li>`);
    if (spec.classes.includes(null)) spec.missing.forEach((why) => items.push(`<li><span class="swatch none"></span>${escapeText(why)}</li>`));
    legend.getContainer().innerHTML = `<p>${escapeText(spec.title)}</p><ul>${items.join("")}</ul>` + (data.note ? `<small>${escapeText(data.note)}</small>` : "");
  };
  const quiet = (layer) => { const path = layer.getElement && layer.getElement(); if (path) { path.setAttribute("tabindex", "-1"); path.setAttribute("focusable", "false"); path.setAttribute("aria-hidden", "true"); } };
  const hatch = (tries) => {
    const svg = map.getPane("overlayPane").querySelector("svg");
    if (!svg) { if (tries) setTimeout(() => hatch(tries - 1), 50); return; }
    if (svg.querySelector("#nodata")) return;
    svg.insertAdjacentHTML("afterbegin", '<defs><pattern id="nodata" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="6" height="6" fill="#fff"></rect><line x1="0" y1="0" x2="0" y2="6" stroke="#8a9196" stroke-width="2"></line></pattern></defs>');
  };
  const layers = {};
  data.layers.forEach((spec) => {
    layers[spec.title] = L.geoJSON({ type: "FeatureCollection", features }, {
      style: (feature) => {
        const kind = spec.classes[feature.properties.i];
        return { color: "#505a5f", weight: 0.5, fillOpacity: 1, fillColor: kind === null ? "url(#nodata)" : spec.colours[kind] };
      },
      onEachFeature: (feature, layer) => {
        const i = feature.properties.i;
        layer.bindTooltip(`<span class="map-tooltip"><strong>${escapeText(data.names[i])}</strong><br>${escapeText(spec.title)}: ${escapeText(spec.texts[i])}</span>`, { sticky: true });
        layer.on("add", () => quiet(layer));
      },
    });
    layers[spec.title].on("add", () => { showLegend(spec); hatch(40); });
  });
  const first = layers[data.layers[0].title];
  map.fitBounds(first.getBounds(), { padding: [8, 8] });
  first.addTo(map);
  first.eachLayer(quiet);
  if (data.layers.length > 1) L.control.layers(layers, {}, { collapsed: false }).addTo(map);
  if (data.outlines) {
    map.createPane("outlines");
    map.getPane("outlines").style.zIndex = 450;
    map.getPane("outlines").style.pointerEvents = "none";
    L.geoJSON(data.outlines, { pane: "outlines", interactive: false, style: { color: "#0b0c0c", weight: 2, fill: false },
      onEachFeature: (feature, layer) => layer.on("add", () => quiet(layer)) }).addTo(map).eachLayer(quiet);
  }
  if (data.lines) {
    // Barriers are dashed and crossings are open circles, so that neither rests on colour alone.
    map.createPane("lines");
    map.getPane("lines").style.zIndex = 460;
    // A pale casing, so that the line stands out from dark areas too.
    L.geoJSON(data.lines, { pane: "lines", interactive: false, filter: (feature) => feature.geometry.type !== "Point",
      style: { color: "#ffffff", weight: 6, opacity: 0.9, fill: false },
      onEachFeature: (feature, layer) => layer.on("add", () => quiet(layer)) }).addTo(map).eachLayer(quiet);
    L.geoJSON(data.lines, {
      pane: "lines",
      style: { color: "#4c2c92", weight: 3, dashArray: "8 4", fill: false },
      pointToLayer: (_, place) => L.circleMarker(place, { pane: "lines", radius: 4, color: "#0b0c0c", weight: 1.5,
        fillColor: "#ffffff", fillOpacity: 1 }),
      onEachFeature: (feature, layer) => { layer.bindTooltip(feature.properties.t, { sticky: true });
        layer.on("add", () => quiet(layer)); }
    }).addTo(map).eachLayer(quiet);
  }
  const box = map.getContainer();
  box.setAttribute("role", "region");
  box.setAttribute("aria-label", data.label);
}
