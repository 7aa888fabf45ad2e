/** Ranges as other tools write them, in our words. */

/** `loguniform(1e-4, 0.1)`, `tune.choice([16, 32])`: a call with plain arguments. */
const call = /^(?:\w+\.)*(\w+)\s*\((.*)\)$/s;

/** Is this the beginning of a call, which ended at its first comma? Between braces YAML divides `choice(16, 32)` there. */
export function isCutCall(text: unknown): boolean {
  return typeof text === "string" && /^(?:\w+\.)*\w+\s*\([^)]*$/.test(text.trim());
}

/** What a call in another tool's language means here, as it is written in a sweep file; undefined: nothing known. */
export function fromCall(text: string): string | undefined {
  const [, name, list] = call.exec(text.trim()) ?? [];
  if (name === undefined || list === undefined) return undefined;
  const args = argumentsOf(list);
  // Optuna names the parameter first.
  const own = name.startsWith("suggest_") ? args.slice(1) : args;
  const isLog = own.some((arg) => /^log\s*=\s*true$/i.test(arg));
  const plain = own.filter((arg) => !/^(log|step|q|base)\s*=/.test(arg));
  const step = own.find((arg) => /^(step|q)\s*=/.test(arg))?.replace(/^\w+\s*=\s*/, "");
  const kind = name
    .toLowerCase()
    .replace(/^suggest_/, "")
    .replaceAll("_", "");
  return inOurWords(isLog ? `log${kind}` : kind, step === undefined ? plain : [...plain, step]);
}

/** NNI's `{_type: loguniform, _value: [0.0001, 0.1]}`. */
export function fromTyped(type: unknown, value: unknown): string | undefined {
  if (typeof type !== "string" || !Array.isArray(value)) return undefined;
  const args = value.map((item) => (typeof item === "string" ? item : JSON.stringify(item)));
  return inOurWords(type.toLowerCase().replaceAll("_", ""), args);
}

/** Kinds of range by their names without underscores: how many numbers they take, and whether the last is not included. */
const ranges: Readonly<
  Record<string, { readonly distribution: string; readonly open?: true; readonly step?: true }>
> = {
  uniform: { distribution: "uniform" },
  float: { distribution: "uniform" },
  loguniform: { distribution: "log_uniform" },
  logfloat: { distribution: "log_uniform" },
  quniform: { distribution: "q_uniform", step: true },
  qloguniform: { distribution: "q_log_uniform", step: true },
  int: { distribution: "int" },
  logint: { distribution: "log_int" },
  randint: { distribution: "int", open: true },
  lograndint: { distribution: "log_int", open: true },
  qrandint: { distribution: "int", step: true },
  range: { distribution: "int", open: true },
  interval: { distribution: "uniform" },
};

const normals: Readonly<Record<string, string>> = {
  normal: "normal",
  randn: "normal",
  lognormal: "log_normal",
  qnormal: "q_normal",
  qrandn: "q_normal",
  qlognormal: "q_log_normal",
};

function inOurWords(kind: string, args: readonly string[]): string | undefined {
  if (kind === "choice" || kind === "categorical" || kind === "gridsearch") {
    return `{values: [${args.join(", ").replace(/^\[|\]$/g, "")}]}`;
  }
  const [first, second, third] = args;
  if (first === undefined || second === undefined) return undefined;
  const normal = normals[kind];
  if (normal !== undefined) {
    const q = third === undefined ? "" : `, q: ${third}`;
    return `{distribution: ${normal}, mu: ${first}, sigma: ${second}${q}}`;
  }
  const range = ranges[kind];
  if (range === undefined) return undefined;
  const max = range.open === true && /^-?\d+$/.test(second) ? String(Number(second) - 1) : second;
  const step = third === undefined ? "" : `, step: ${third}`;
  return `{min: ${first}, max: ${max}, distribution: ${range.distribution}${step}}`;
}

/** The arguments between commas, those inside brackets left whole. */
function argumentsOf(list: string): string[] {
  const args: string[] = [];
  let depth = 0;
  let from = 0;
  for (const [at, character] of `${list},`.split("").entries()) {
    if ("[({".includes(character)) depth++;
    else if ("])}".includes(character)) depth--;
    else if (character === "," && depth <= 0) {
      args.push(list.slice(from, at).trim());
      from = at + 1;
    }
  }
  return args.filter((arg) => arg !== "");
}
