// The units of the dashboards, as Grafana writes them, roughly.
function written(value, {unit, decimals, mappings}) {
  const mapped = mappings?.[0]?.options[value];
  if (mapped) {
    return mapped.text;
  }
  const digits = number => number.toLocaleString("en",
    decimals === undefined && Math.abs(number) < 1 ? {maximumSignificantDigits: 2} : {maximumFractionDigits: decimals ?? 2});
  const scaled = (number, steps) => {
    const [size, name] = steps.find(([size]) => Math.abs(number) >= size) ?? steps.at(-1);
    return `${digits(number / size)} ${name}`;
  };
  switch (unit) {
    case "percentunit": return `${digits(value * 100)} %`;
    case "s": return value === 0 ? "0 s" : scaled(value, [[86400, "d"], [3600, "h"], [60, "min"], [1, "s"], [1e-3, "ms"], [1e-6, "µs"]]);
    case "bytes": return value === 0 ? "0 B" : scaled(value, [[2 ** 30, "GiB"], [2 ** 20, "MiB"], [2 ** 10, "KiB"], [1, "B"]]);
    case "d": return `${digits(value)} d`;
    case "currencyUSD": return `$${digits(value)}`;
    case "cps": return `${digits(value)} c/s`;
    case "reqps": return `${digits(value)} req/s`;
    case "ops": return `${digits(value)} ops/s`;
    default: return digits(value);
  }
}
