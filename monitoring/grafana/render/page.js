const palette = ["#7eb26d", "#eab839", "#4fb8cc", "#ef843c", "#e24d42", "#1f78c1", "#ba43a9", "#705da0", "#508642", "#cca300"];
const colors = {green: "#3d9d50", yellow: "#c98f00", red: "#d0334b", blue: "#3274d9"};
const clock = time => new Date(time * 1000).toISOString().slice(11, 16);
const last = values => values.findLast(value => value !== null);
const named = (name, ...children) => {
  const element = document.createElement(name);
  element.append(...children);
  return element;
};
const classed = (name, ...children) => Object.assign(named("div", ...children), {className: name});

// The last step that the value has reached; a value with a mapping has its own color.
function colorOf(value, {mappings, thresholds}) {
  const step = thresholds?.steps.findLast(step => step.value === null || value >= step.value);
  return colors[mappings?.[0]?.options[value]?.color ?? step?.color ?? "green"];
}

const drawn = {
  row() { },

  stat(panel, body, defaults) {
    const values = panel.series.map(series => [series.name, last(series.values)]);
    for (const [name, value] of values) {
      body.append(named("div", written(value, defaults)), ...values.length > 1 ? [named("small", name)] : []);
    }
    body.parentElement.style.background = values.length ? colorOf(Math.max(...values.map(([, value]) => value)), defaults) : "#8e8e8e";
  },

  timeseries(panel, body, defaults) {
    const {custom, thresholds, min, max} = defaults;
    const stacked = custom.stacking?.mode === "normal";
    let lines = panel.series.map((series, index) => ({...series, color: palette[index % palette.length]}));
    body.after(legend(lines));
    if (stacked) {
      // Painted from the highest sum down, so that each area shows above the next.
      const sums = data.times.map(() => 0);
      const added = (value, at) => value === null ? sums[at] || null : sums[at] += value;
      lines = lines.map(line => ({...line, values: line.values.map(added)})).reverse();
    }
    const limits = custom.thresholdsStyle ? thresholds.steps.filter(step => step.value !== null) : [];
    const log = custom.scaleDistribution?.type === "log";
    const highest = Math.max(0, ...lines.flatMap(line => line.values));
    const range = log ? {} : {range: (_, low, high) => {
      const top = max ?? Math.max(high ?? 0, ...limits.map(limit => limit.value).filter(value => value < 3 * highest));
      const bottom = min ?? low ?? 0;
      return [bottom, top > bottom ? bottom + (top - bottom) * (max === undefined ? 1.08 : 1) : bottom + 1];
    }};
    const axis = {stroke: "#6e7277", font: "11px DejaVu Sans", grid: {stroke: "#e4e5e7", width: 1}, ticks: {show: false}};
    new uPlot({
      width: body.clientWidth,
      height: body.clientHeight,
      legend: {show: false},
      cursor: {show: false},
      scales: {x: {range: [data.from, data.to]}, y: {distr: log ? 3 : 1, ...range}},
      axes: [
        {...axis, size: 22, space: 45, values: (_, ticks) => ticks.map(clock)},
        {
          ...axis,
          size: 74,
          values: (_, ticks) => ticks.map(tick => tick === null ? "" : written(tick, {...defaults, decimals: undefined})),
          ...log ? {filter: powersOf10, grid: {...axis.grid, filter: powersOf10}} : {},
        },
      ],
      series: [{}, ...lines.map(({name, color}) => ({
        label: name,
        stroke: color,
        width: 1.5,
        points: {show: false},
        fill: stacked ? `color-mix(in srgb, ${color} 45%, white)` : undefined,
      }))],
      hooks: {draw: [plot => limits.forEach(limit => dashed(plot, limit))]},
    }, [data.times, ...lines.map(line => line.values)], body);
  },

  "state-timeline"(panel, body, defaults) {
    for (const {name, values} of panel.series) {
      const track = classed("track");
      for (let start = 0, end; start < values.length; start = end) {
        end = values.findIndex((value, at) => at > start && value !== values[start]);
        end = end < 0 ? values.length : end;
        if (values[start] !== null) {
          const state = named("b", written(values[start], defaults));
          Object.assign(state.style, {
            left: `${100 * start / values.length}%`,
            width: `calc(${100 * (end - start) / values.length}% - 4px)`,
            background: colorOf(values[start], defaults),
          });
          track.append(state);
        }
      }
      const lane = body.appendChild(classed("lane", named("span", name), track));
      lane.style.height = `${Math.min(28, (body.clientHeight - 18) / panel.series.length)}px`;
    }
    const hours = [0, 0.25, 0.5, 0.75, 1].map(part => named("span", clock(data.from + part * (data.to - data.from))));
    body.append(classed("hours", ...hours));
  },

  bargauge(panel, body, defaults) {
    const highest = defaults.max ?? Math.max(...panel.series.map(({values}) => last(values)));
    for (const {name, values} of panel.series) {
      const bar = named("b", written(last(values), defaults));
      const width = `calc(${100 * Math.max(0, last(values)) / highest}% - 4px)`;
      Object.assign(bar.style, {width, background: colorOf(last(values), defaults)});
      body.append(classed("bar", named("span", name), classed("track", bar)));
    }
  },
};

function legend(lines) {
  return classed("legend", ...lines.map(({name, color}) => {
    const mark = named("i");
    mark.style.background = color;
    return named("span", mark, name);
  }));
}

function powersOf10(_, ticks) {
  return ticks.map(tick => Number.isInteger(Math.log10(tick)) ? tick : null);
}

function dashed({ctx, bbox, valToPos, scales}, {value, color}) {
  if (value > scales.y.max || value < scales.y.min) {
    return;
  }
  const y = valToPos(value, "y", true);
  ctx.save();
  ctx.strokeStyle = colors[color];
  ctx.setLineDash([6, 4]);
  ctx.beginPath();
  ctx.moveTo(bbox.left, y);
  ctx.lineTo(bbox.left + bbox.width, y);
  ctx.stroke();
  ctx.restore();
}

const title = named("h1", data.dashboard.title);
const period = `${clock(data.from)} to ${clock(data.to)} UTC`;
const origin = `Drawn by monitoring/grafana/render from the dashboard's expressions, not by Grafana. ${period}`;
document.body.append(named("header", title, named("span", origin)));
const main = document.body.appendChild(named("main"));
for (const panel of data.dashboard.panels) {
  const {x, y, w, h} = panel.gridPos;
  const section = Object.assign(named("section"), {className: panel.type});
  Object.assign(section.style, {
    left: `${x / 0.24}%`, top: `${y * data.cell}px`, width: `${w / 0.24}%`, height: `${h * data.cell}px`,
  });
  const body = classed("body");
  section.append(panel.type === "row" ? named("h2", panel.title) : classed("panel", named("h2", panel.title), body));
  main.append(section);
  const defaults = panel.fieldConfig?.defaults ?? {};
  if (panel.series.length === 0 && panel.type !== "row") {
    body.append(classed("none", defaults.noValue ?? "No data"));
    body.parentElement.style.background = "";
  } else {
    drawn[panel.type](panel, body, defaults);
  }
}
