const step = 5;

/** Asks a Prometheus over one range of time, with the dashboard's variables replaced. */
export class Prometheus {
  constructor(address, from, to, variables) {
    this.address = address;
    this.from = Math.floor(from / step) * step;
    this.to = Math.floor(to / step) * step;
    this.times = Array.from({length: (this.to - this.from) / step + 1}, (_, index) => this.from + index * step);
    this.variables = variables;
  }

  /** The series of a panel's target: name, and a value or null for each of the times. */
  async series({expr, legendFormat, instant}) {
    const query = expr.replace(/\$(\w+)/g, (whole, name) => this.variables[name] ?? whole);
    const parameters = new URLSearchParams({query, start: instant ? this.to : this.from, end: this.to, step});
    const answer = await (await fetch(`${this.address}/api/v1/query_range`, {method: "POST", body: parameters})).json();
    if (answer.status !== "success") {
      throw new Error(`${query}: ${answer.error}`);
    }
    return answer.data.result.map(({metric, values}) => {
      const at = new Map(values.map(([time, value]) => [time, Number(value)]));
      return {
        name: legendFormat.replace(/\{\{\s*(\w+)\s*\}\}/g, (_, label) => metric[label] ?? ""),
        values: this.times.map(time => Number.isFinite(at.get(time)) ? at.get(time) : null),
      };
    });
  }
}
