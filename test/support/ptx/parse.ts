/** One instruction: `@!p add.s32 a, b, c` */
export interface Instruction {
  readonly guard: { readonly register: string; readonly not: boolean } | null;
  /** `add.s32` as `["add", "s32"]` */
  readonly op: readonly string[];
  /** Vectors keep their braces, addresses their brackets. */
  readonly operands: readonly string[];
  readonly text: string;
}

export interface Kernel {
  readonly name: string;
  /** Names of the parameters, in their order. */
  readonly parameters: readonly string[];
  readonly instructions: readonly Instruction[];
  /** Position of the instruction each label stands before. */
  readonly labels: ReadonlyMap<string, number>;
  /** Where each array lies in shared memory, in bytes. */
  readonly shared: ReadonlyMap<string, number>;
  readonly sharedBytes: number;
}

const entry = /\.entry\s+(\w+)\s*\(([\s\S]*?)\)[^{]*\{([\s\S]*?)\n\}/g;

/** By their source, so that texts that differ in one kernel are not read as a whole again. */
const known = new Map<string, Kernel>();

/** The kernels of a PTX text, by name; throws on what it does not know. */
export function parsePtx(text: string): ReadonlyMap<string, Kernel> {
  const plain = text.replace(/\/\/[^\n]*/g, "");
  const kernels = [...plain.matchAll(entry)].map(([source, name, parameters, body]) => {
    const kernel = known.get(source) ?? parseKernel(name!, parameters!, body!);
    known.set(source, kernel);
    return kernel;
  });
  return new Map(kernels.map((kernel) => [kernel.name, kernel]));
}

function parseKernel(name: string, parameters: string, body: string): Kernel {
  const instructions: Instruction[] = [];
  const labels = new Map<string, number>();
  const shared = new Map<string, number>();
  let sharedBytes = 0;
  for (const statement of body.split(/;|(?<=:)\s/)) {
    const text = statement.trim().replace(/\s+/g, " ");
    if (text === "" || /^\.(reg|pragma)\b/.test(text)) continue;
    const array = /^\.shared \.align (\d+) \.b8 (\w+)\[(\d+)\]$/.exec(text);
    if (array) {
      const align = Number(array[1]);
      const at = Math.ceil(sharedBytes / align) * align;
      shared.set(array[2]!, at);
      sharedBytes = at + Number(array[3]);
    } else if (text.endsWith(":")) labels.set(text.slice(0, -1), instructions.length);
    else instructions.push(parseInstruction(text));
  }
  const names = [...parameters.matchAll(/\.param\s+\.\w+\s+(\w+)/g)].map(([, parameter]) => parameter!);
  return { name, parameters: names, instructions, labels, shared, sharedBytes };
}

function parseInstruction(text: string): Instruction {
  const match = /^(?:@(!?)(%\w+) )?([\w.]+)(?: (.*))?$/.exec(text);
  if (!match) throw new Error(`PTX: cannot read: ${text}`);
  const [, not, register, op, operands = ""] = match;
  return {
    guard: register === undefined ? null : { register, not: not === "!" },
    op: op!.split("."),
    operands: operands.match(/\{[^}]*\}|\[[^\]]*\]|[^,\s]+/g) ?? [],
    text,
  };
}
