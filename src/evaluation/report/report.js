// Draws the plots of a report. Their data stand in #plot-data, their places are the .plot elements; text and
// tables are there without this file.
"use strict";
(() => {
  const root = document.documentElement;
  const data = JSON.parse(document.getElementById("plot-data").textContent);
  const places = [...document.querySelectorAll(".plot")];
  const drawn = new Map();
  const narrowWidth = 520;

  // Plotly reads a little markup in texts; ours have none.
  const plain = (text) => String(text).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  const brief = (text, most) => plain([...text].length > most ? [...text].slice(0, most - 1).join("") + "…" : text);
  const colour = (name) => getComputedStyle(root).getPropertyValue("--" + name).trim();
  const faded = (name, alpha) => `rgb(${colour(name).split(" ").join(", ")}, ${alpha})`.replace("rgb(", "rgba(");

  const axis = (title, more = {}) => ({
    title: { text: plain(title), standoff: 6, font: { size: 12 } },
    color: colour("muted"), gridcolor: colour("line"), zerolinecolor: colour("line"), linecolor: colour("line"),
    automargin: true, fixedrange: true, ticks: "", ...more,
  });

  const layoutOf = (more) => ({
    autosize: false,
    paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)",
    font: { family: getComputedStyle(document.body).fontFamily, size: 12, color: colour("ink") },
    margin: { l: 8, r: 14, t: 8, b: 8 },
    hoverlabel: { bgcolor: colour("raised"), bordercolor: colour("line"), font: { color: colour("ink") } },
    legend: { orientation: "h", x: 0, y: 1.02, xanchor: "left", yanchor: "bottom", font: { size: 12 } },
    dragmode: false, ...more,
  });

  // ---- Intervals: a row each, the run's value with its interval, best constant and documented figure ----
  const known = (value) => value !== null && value !== undefined;

  function intervalText(plot, row, name) {
    const number = (value) => (plot.percent ? value.toFixed(1) : value.toFixed(4));
    const range = known(row.low) ? ` (${number(row.low)} to ${number(row.high)})` : "";
    return `${brief(row.name, 60)}<br>${name}: ${number(row.value)}${range}`;
  }

  // The values of some rows; `rows` hold their place from the bottom.
  function valueTrace(plot, rows, name, symbol) {
    const side = (key) => rows.map((row) => (known(row[key]) ? Math.abs(row[key] - row.value) : 0));
    return {
      type: "scatter", mode: "markers", name, x: rows.map((row) => row.value), y: rows.map((row) => row.place),
      marker: { color: colour("run"), size: 9, symbol, line: { width: symbol === "circle" ? 0 : 2, color: colour("run") } },
      error_x: { type: "data", symmetric: false, color: colour("run"), thickness: 2, width: 5, array: side("high"), arrayminus: side("low") },
      text: rows.map((row) => intervalText(plot, row, name)), hoverinfo: "text",
    };
  }

  function besideTrace(plot, rows, key, name, marker) {
    const there = rows.filter((row) => known(row[key]));
    return {
      type: "scatter", mode: "markers", name, marker, legendrank: 2000, x: there.map((row) => row[key]), y: there.map((row) => row.place),
      text: there.map((row) => intervalText(plot, { name: row.name, value: row[key] }, name)), hoverinfo: "text",
    };
  }

  function intervalTraces(plot, rows) {
    const name = plot.difference ? "B minus A" : "This run";
    const there = rows.filter((row) => known(row.value));
    return [
      besideTrace(plot, rows, "constant", "Best constant", { color: colour("constant"), size: 14, symbol: "diamond-open", line: { width: 2 } }),
      besideTrace(plot, rows, "documented", "Documented", { color: colour("documented"), size: 20, symbol: "line-ns-open", line: { width: 3 } }),
      valueTrace(plot, there.filter((row) => !row.small), name, "circle"),
      valueTrace(plot, there.filter((row) => row.small), name + ", few", "circle-open"),
    ].filter((trace) => trace.x.length > 0);
  }

  function intervals(plot, width) {
    const narrow = width < narrowWidth;
    const rows = plot.rows.map((row, i) => ({ ...row, place: plot.rows.length - 1 - i }));
    const names = rows.map((row) => {
      const name = brief(row.name, narrow ? 36 : 40) + (row.small ? " (few)" : "");
      return row.total ? `<b>${name}</b>` : name;
    });
    const labels = rows.map((row, i) => ({
      x: 0, xref: "paper", xanchor: "left", xshift: 2, y: row.place, yanchor: "bottom", yshift: 9, showarrow: false, text: names[i],
    }));
    const missing = rows.filter((row) => !known(row.value)).map((row) => ({
      x: 0.5, xref: "paper", y: row.place, showarrow: false, text: "not defined", font: { size: 11, color: colour("muted") },
    }));
    const unit = plot.percent ? (plot.difference ? ", percentage points" : ", %") : "";
    return {
      traces: intervalTraces(plot, rows),
      layout: layoutOf({
        height: rows.length * (narrow ? 48 : 32) + 92,
        xaxis: axis(plot.figure + (plot.difference ? ", B minus A" : "") + unit, { zeroline: !!plot.difference, zerolinecolor: colour("ink"), zerolinewidth: 1.5 }),
        yaxis: axis("", {
          range: [-0.6, rows.length - 1 + (narrow ? 0.8 : 0.6)], zeroline: false, color: colour("ink"), ticklabelstandoff: 8,
          showticklabels: !narrow, tickvals: rows.map((row) => row.place), ticktext: names,
        }),
        annotations: narrow ? [...labels, ...missing] : missing,
        showlegend: !plot.difference,
      }),
    };
  }

  // ---- Grades: truths and answers side by side ----
  function grades(plot) {
    const x = plot.truths.map((_, i) => i);
    const bars = (name, y, marker) => ({ type: "bar", name, x, y, marker, hovertemplate: `grade %{x}<br>${name}: %{y:,}<extra></extra>` });
    return {
      traces: [
        bars("Truths", plot.truths, { color: colour("truth"), pattern: { shape: "/", bgcolor: colour("truth"), fgcolor: colour("paper"), size: 6, solidity: 0.2 } }),
        bars("Answers", plot.answers, { color: colour("run") }),
      ],
      layout: layoutOf({ height: 280, barmode: "group", bargap: 0.25, xaxis: axis("Grade", { dtick: 1 }), yaxis: axis("Crops", { rangemode: "tozero" }) }),
    };
  }

  // ---- Reliability: right against certain, counts below ----
  function reliability(plot) {
    const bins = plot.bins.filter((bin) => bin.count > 0 && bin.accuracy !== null);
    const most = bins.reduce((most, bin) => Math.max(most, bin.count), 1);
    const dotSize = (bin) => 4 + 8 * Math.sqrt(bin.count / most);
    const centre = (bin) => (bin.low + bin.high) / 2;
    return {
      traces: [
        { type: "scatter", mode: "lines", name: "Honest", x: [0, 100], y: [0, 100], line: { color: colour("muted"), dash: "dash", width: 1.5 }, hoverinfo: "skip" },
        {
          type: "scatter", mode: "lines+markers", name: "This run", x: bins.map((b) => b.confidence), y: bins.map((b) => b.accuracy),
          line: { color: colour("run"), width: 2 }, marker: { color: colour("run"), size: bins.map(dotSize), opacity: 1 }, customdata: bins.map((b) => b.count),
          hovertemplate: "certain %{x:.1f} %<br>right %{y:.1f} %<br>%{customdata:,} crops<extra></extra>",
        },
        {
          type: "bar", name: "Crops", x: plot.bins.map(centre), y: plot.bins.map((b) => b.count), yaxis: "y2", width: plot.bins.map((b) => (b.high - b.low) * 0.9),
          marker: { color: colour("truth") }, showlegend: false, hovertemplate: "%{y:,} crops<extra></extra>",
        },
      ],
      layout: layoutOf({
        height: 300,
        xaxis: axis("Stated certainty, %", { range: [0, 100], anchor: "y2" }),
        yaxis: axis("Right, %", { range: [0, 102], domain: [0.34, 1] }),
        yaxis2: axis("Crops", { domain: [0, 0.22], nticks: 3, rangemode: "tozero" }),
      }),
    };
  }

  // ---- Measurements ----
  const unitOf = (plot) => (plot.unit && plot.unit !== "ratio" ? `, ${plot.unit}` : "");
  const dots = (x, y, text) => ({
    type: "scatter", mode: "markers", x, y, showlegend: false, hovertemplate: text + "<extra></extra>",
    marker: { color: faded("run-rgb", 0.35), size: 5 },
  });

  function scatter(plot) {
    const all = [...plot.truths, ...plot.answers];
    const low = all.reduce((a, b) => Math.min(a, b), Infinity);
    const high = all.reduce((a, b) => Math.max(a, b), -Infinity);
    const pad = (high - low || Math.abs(high) || 1) * 0.05;
    const range = [low - pad, high + pad];
    return {
      traces: [
        dots(plot.truths, plot.answers, "truth %{x}<br>answer %{y}"),
        { type: "scatter", mode: "lines", name: "Answer = truth", x: range, y: range, line: { color: colour("ink"), dash: "dash", width: 1.5 }, hoverinfo: "skip" },
      ],
      layout: layoutOf({ height: 340, xaxis: axis("Truth" + unitOf(plot), { range }), yaxis: axis("Answer" + unitOf(plot), { range }) }),
    };
  }

  function differences(plot) {
    const x = plot.truths.map((truth, i) => (truth + plot.answers[i]) / 2);
    const y = plot.truths.map((truth, i) => plot.answers[i] - truth);
    const lines = [["bias", "Bias", "solid"], ["low", "Limits of agreement", "dash"], ["high", "", "dash"]]
      .filter(([key]) => plot[key] !== undefined && plot[key] !== null);
    const low = x.reduce((a, b) => Math.min(a, b), Infinity);
    const high = x.reduce((a, b) => Math.max(a, b), -Infinity);
    return {
      traces: [
        dots(x, y, "mean %{x:.4~g}<br>answer minus truth %{y:.4~g}"),
        ...lines.map(([key, name, dash]) => ({
          type: "scatter", mode: "lines", name, showlegend: name !== "", x: [low, high], y: [plot[key], plot[key]],
          line: { color: colour(key === "bias" ? "ink" : "constant"), dash, width: 2 }, hoverinfo: "skip",
        })),
      ],
      layout: layoutOf({ height: 340, xaxis: axis("Mean of truth and answer" + unitOf(plot)), yaxis: axis("Answer minus truth" + unitOf(plot)) }),
    };
  }

  function spread(plot) {
    const step = (plot.high - plot.low) / plot.truths.length;
    const x = plot.truths.map((_, i) => plot.low + (i + 0.5) * step);
    const line = (name, y, style) => ({ type: "scatter", mode: "lines", name, x, y, hovertemplate: `%{x:.4~g}<br>${name}: %{y:,}<extra></extra>`, ...style });
    return {
      traces: [
        line("Truths", plot.truths, { line: { shape: "hvh", color: colour("truth"), width: 1 }, fill: "tozeroy" }),
        line("Answers", plot.answers, { line: { shape: "hvh", color: colour("run"), width: 2.5 } }),
      ],
      layout: layoutOf({ height: 280, xaxis: axis("Value" + unitOf(plot)), yaxis: axis("Crops", { rangemode: "tozero" }) }),
    };
  }

  const kinds = { intervals, grades, reliability, scatter, differences, spread };

  // A plot is drawn anew only where its width or the colours have changed; `drawn` holds what it was drawn for.
  function draw(place) {
    const width = place.clientWidth;
    if (width === 0) return undefined;
    const state = `${width} ${colour("paper")}`;
    if (drawn.get(place)?.state === state) return drawn.get(place).done;
    const plot = data[Number(place.dataset.plot)];
    const { traces, layout } = kinds[plot.kind](plot, width);
    place.style.minHeight = layout.height + "px";
    const done = Plotly.react(place, traces, { ...layout, width }, { displayModeBar: false, displaylogo: false, showTips: false })
      .then(() => { place.dataset.drawn = "true"; });
    drawn.set(place, { state, done });
    return done;
  }

  const redraw = () => Promise.all([...drawn.keys()].map(draw));
  const openAll = () => document.querySelectorAll("details").forEach((fold) => { fold.open = true; });
  // For tests and for printing: opens every fold and draws every plot.
  async function drawAll() {
    openAll();
    await Promise.all(places.map(draw));
    root.dataset.drawn = "true";
  }

  // ---- Paper: light, of one width, everything open ----
  let folded = [];
  function beforePrint() {
    if (root.classList.contains("printing")) return;
    folded = [...document.querySelectorAll("details:not([open])")];
    root.classList.add("printing");
    drawAll();
  }
  function afterPrint() {
    root.classList.remove("printing");
    folded.forEach((fold) => { fold.open = false; });
    redraw();
  }

  // ---- Drawn when first seen; anew when the width or the colours change ----
  const watcher = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (entry.isIntersecting) draw(entry.target);
    }
  }, { rootMargin: "300px" });
  places.forEach((place) => watcher.observe(place));

  let waiting = 0;
  window.addEventListener("resize", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => { if (!root.classList.contains("printing")) redraw(); }, 150);
  });
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
  window.addEventListener("beforeprint", beforePrint);
  window.addEventListener("afterprint", afterPrint);

  function openTarget() {
    const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target instanceof HTMLDetailsElement) { target.open = true; target.scrollIntoView(); }
  }
  window.addEventListener("hashchange", openTarget);
  openTarget();

  window.skingaugeReport = { drawAll, plots: data.length };
})();
