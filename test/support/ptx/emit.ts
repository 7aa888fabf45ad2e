import type { Instruction, Kernel } from "./parse.ts";

/**
 * A kernel as the source of a JavaScript generator over one thread: registers are variables, a barrier is a `yield` of its
 * position. 64-bit integers are numbers, since addresses and sizes stay far below 2^53; 32-bit ones are kept unsigned.
 * Its parameters: t (the thread's numbers), m (memory, memory.ts), n (numbers.ts), args (the kernel's).
 */
export function emit(kernel: Kernel): string {
  const registers = new Set(
    kernel.instructions.flatMap(({ text }) => text.match(/%(?:rd|rs|fd|[prf])\d+/g) ?? []),
  );
  const starts = new Set([0, ...kernel.labels.values()]);
  const lines = kernel.instructions.flatMap((instruction, at) => [
    ...(starts.has(at) ? [`case ${at}:`] : []),
    statement(kernel, instruction, at),
  ]);
  const names = [...registers].map((register) => `${variable(register)} = 0`).join(", ");
  return `return (function* (t, m, n, args) { let pc = 0, ${names || "none"};
for (;;) switch (pc) {
${lines.join("\n")}
return; default: throw new Error("PTX: no such place"); } });`;
}

function statement(kernel: Kernel, instruction: Instruction, at: number): string {
  const { guard } = instruction;
  const act = action(kernel, instruction, at);
  return guard === null ? act : `if (${guard.not ? "!" : ""}${variable(guard.register)}) { ${act} }`;
}

function action(kernel: Kernel, instruction: Instruction, at: number): string {
  const { op, operands } = instruction;
  switch (op[0] ?? "") {
    case "bra": {
      const target = kernel.labels.get(operands[0]!);
      return `pc = ${target}; continue;`;
    }
    case "ret":
      return "return;";
    case "bar":
      return `yield ${at};`;
    case "mma":
      return product(kernel, operands, at);
    case "ld":
    case "st":
      return access(kernel, instruction, at);
    default:
      return `${variable(operands[0]!)} = ${value(kernel, instruction)};`;
  }
}

function variable(register: string): string {
  return register.slice(1);
}

/** `mma.m16n8k8` of TF32: a thread's share of a product of its warp (warp.ts). */
function product(kernel: Kernel, operands: readonly string[], at: number): string {
  const [to, ...from] = operands.map((text) => partsOf(text).map((part) => operand(kernel, part)));
  const [a, b, c] = from.map((parts) => parts.join(", "));
  const share = `{ at: ${at}, lane: t.tid.x % 32, factors: [${a}, ${b}], sums: [${c}] }`;
  return `[${to!.join(", ")}] = yield ${share};`;
}

function partsOf(text: string): readonly string[] {
  const parts = text.startsWith("{") ? text.slice(1, -1).split(",") : [text];
  return parts.map((part) => part.trim());
}

/** An operand as an expression. */
function operand(kernel: Kernel, text: string): string {
  const special = /^%(tid|ctaid|nctaid|ntid)\.([xyz])$/.exec(text);
  if (special) return `t.${special[1]}.${special[2]}`;
  if (text.startsWith("%")) return variable(text);
  if (kernel.shared.has(text)) return String(kernel.shared.get(text));
  if (/^0f[0-9A-F]{8}$/i.test(text)) return `n.float32(0x${text.slice(2)})`;
  if (/^0d[0-9A-F]{16}$/i.test(text)) return `n.float64("${text.slice(2)}")`;
  if (/^-?\d+$/.test(text)) return `(${text})`;
  throw new Error(`PTX: unknown operand ${text}`);
}

const bytesOf = (type: string): number => Number(/\d+/.exec(type)![0]) / 8;

function access(kernel: Kernel, { op, operands, text }: Instruction, at: number): string {
  const [kind, space] = op.filter((part) => part !== "volatile");
  const type = op.at(-1)!;
  const loads = kind === "ld";
  const [data, address] = loads ? operands : operands.toReversed();
  const [, base, offset = "0"] = /^\[\s*([%\w]+)(?:\+(-?\d+))?\s*\]$/.exec(address!) ?? [];
  if (space === "param") return `${variable(data!)} = args[${kernel.parameters.indexOf(base!)}];`;
  if (space !== "global" && space !== "shared") throw new Error(`PTX: unknown space in ${text}`);
  const parts = partsOf(data!);
  const size = bytesOf(type);
  const begin = `const at = ${operand(kernel, base!)} + ${offset}; m.align(at, ${size * parts.length}, ${at});`;
  const each = parts.map((part, index) => {
    const where = `"${space}", at + ${index * size}, "${type}", t, ${at}`;
    return loads ? `${variable(part)} = m.load(${where});` : `m.store(${where}, ${operand(kernel, part)});`;
  });
  return `{ ${begin} ${each.join(" ")} }`;
}

type Expression = (a: string, b: string, c: string) => string;

const wrap32: Expression = (a) => `((${a}) >>> 0)`;
const comparisons: Readonly<Record<string, string>> = {
  eq: "===",
  ne: "!==",
  lt: "<",
  le: "<=",
  gt: ">",
  ge: ">=",
};

function value(kernel: Kernel, { op, operands, text }: Instruction): string {
  const [name] = op;
  const type = op.at(-1)!;
  const [a = "", b = "", c = ""] = operands.slice(1).map((each) => operand(kernel, each));
  if (name === "setp") return compare(op[1]!, type, a, b);
  if (name === "selp") return `(${c} ? ${a} : ${b})`;
  if (name === "cvt") return convert(op, a);
  if (name === "mov") return move(operands, type, a);
  if (name === "cvta") return a;
  const family = /^[bsu]64$/.test(type) ? integers64 : /^[bsu](16|32)$/.test(type) ? integers32 : other[type];
  const key = [name, ...op.slice(1, -1).filter((part) => /^(lo|hi|wide|rm|rz)$/.test(part))].join(".");
  const expression = family?.[key];
  if (!expression) throw new Error(`PTX: unknown instruction: ${text}`);
  return expression(a, b, c);
}

const integers32: Readonly<Record<string, Expression>> = {
  add: (a, b) => wrap32(`${a} + ${b}`, "", ""),
  sub: (a, b) => wrap32(`${a} - ${b}`, "", ""),
  "mul.lo": (a, b) => wrap32(`Math.imul(${a}, ${b})`, "", ""),
  "mul.hi": (a, b) => `n.high(${a}, ${b})`,
  "mul.wide": (a, b) => `(${a} * ${b})`,
  "mad.lo": (a, b, c) => wrap32(`Math.imul(${a}, ${b}) + ${c}`, "", ""),
  div: (a, b) => `Math.floor(${a} / ${b})`,
  rem: (a, b) => `(${a} % ${b})`,
  min: (a, b) => `Math.min(${a}, ${b})`,
  max: (a, b) => `Math.max(${a}, ${b})`,
  and: (a, b) => wrap32(`${a} & ${b}`, "", ""),
  or: (a, b) => wrap32(`${a} | ${b}`, "", ""),
  xor: (a, b) => wrap32(`${a} ^ ${b}`, "", ""),
  not: (a) => wrap32(`~${a}`, "", ""),
  shl: (a, b) => wrap32(`${a} << ${b}`, "", ""),
  shr: (a, b) => `(${a} >>> ${b})`,
};

const integers64: Readonly<Record<string, Expression>> = {
  add: (a, b) => `(${a} + ${b})`,
  sub: (a, b) => `(${a} - ${b})`,
  "mul.lo": (a, b) => `(${a} * ${b})`,
  shl: (a, b) => `(${a} * 2 ** ${b})`,
  neg: (a) => `(-${a})`,
};

const doubles: Readonly<Record<string, Expression>> = {
  add: (a, b) => `(${a} + ${b})`,
  sub: (a, b) => `(${a} - ${b})`,
  mul: (a, b) => `(${a} * ${b})`,
  div: (a, b) => `(${a} / ${b})`,
  fma: (a, b, c) => `(${a} * ${b} + ${c})`,
  neg: (a) => `(-${a})`,
  abs: (a) => `Math.abs(${a})`,
  sqrt: (a) => `Math.sqrt(${a})`,
  rcp: (a) => `(1 / ${a})`,
  ex2: (a) => `(2 ** ${a})`,
  lg2: (a) => `Math.log2(${a})`,
};

const rounded = Object.entries(doubles).map(([name, expression]): [string, Expression] => [
  name,
  (a, b, c) => `Math.fround(${expression(a, b, c)})`,
]);

const other: Readonly<Record<string, Readonly<Record<string, Expression>>>> = {
  f64: doubles,
  f32: {
    ...Object.fromEntries(rounded),
    "fma.rm": (a, b, c) => `n.down(${a} * ${b} + ${c})`,
    "add.rz": (a, b) => `n.towardZero(${a} + ${b})`,
  },
  pred: {
    and: (a, b) => `(${a} && ${b})`,
    or: (a, b) => `(${a} || ${b})`,
    xor: (a, b) => `(!${a} !== !${b})`,
    not: (a) => `(!${a})`,
  },
};

/** `leu` and its like hold for NaN. */
function compare(how: string, type: string, a: string, b: string): string {
  const unordered = type.startsWith("f") && how.endsWith("u");
  const sign = comparisons[unordered ? how.slice(0, -1) : how];
  if (sign === undefined) throw new Error(`PTX: unknown comparison ${how}`);
  if (unordered) return `(${a} !== ${a} || ${b} !== ${b} || ${a} ${sign} ${b})`;
  if (type === "s32") return `((${a} | 0) ${sign} (${b} | 0))`;
  if (type === "u32" || type === "b32") return `((${a} >>> 0) ${sign} (${b} >>> 0))`;
  return `(${a} ${sign} ${b})`;
}

function convert(op: readonly string[], a: string): string {
  const [to, from] = [op.at(-2)!, op.at(-1)!];
  if (op.includes("sat")) return `n.saturate(${a})`;
  if (to === "tf32" && op.includes("rna")) return `n.tf32(${a})`;
  if (to === "f32") return `Math.fround(${from === "s32" ? `(${a} | 0)` : a})`;
  if (to === "f64") return a;
  if (to === "u32" && from.endsWith("64")) return `n.low(${a})`;
  if (to === "u64" && from === "u32") return a;
  if (to === "u16" && from === "u32") return `(${a} & 0xffff)`;
  throw new Error(`PTX: unknown conversion ${op.join(".")}`);
}

/** Between registers of floats and of integers a move keeps the bits. */
function move([to = "", from = ""]: readonly string[], type: string, a: string): string {
  if (type === "b32" && /^%r\d/.test(to) && /^%f\d/.test(from)) return `n.bits(${a})`;
  if (type === "b32" && /^%f\d/.test(to) && /^%r\d/.test(from)) return `n.float32(${a})`;
  return /^[bsu]32$/.test(type) && from.startsWith("-") ? `(${a} >>> 0)` : a;
}
