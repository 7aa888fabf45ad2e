import type { Graph, Node, Tensor } from "./onnx.ts";

type Values = Map<string, Float64Array>;
type Step = (values: Values) => void;

/**
 * Compiles a feed-forward graph for one row at a time: every tensor is a vector and the batch dimension is left
 * out, so shape operations on it disappear. Throws for an operation it does not know.
 */
export function compile(graph: Graph): (inputs: Readonly<Record<string, Float64Array>>) => Float64Array {
  const steps = graph.nodes.map((node) => compileNode(node, graph.constants));
  const output = graph.nodes.at(-1)!.outputs[0]!;
  return (inputs) => {
    const values: Values = new Map(Object.entries(inputs));
    for (const step of steps) step(values);
    return values.get(output)!;
  };
}

type Kernel = (inputs: readonly Float64Array[]) => Float64Array;

function compileNode(node: Node, constants: ReadonlyMap<string, Tensor>): Step {
  const run = kernel(node, constants);
  const output = node.outputs[0]!;
  return (values) => {
    const inputs = node.inputs.map((name) => values.get(name) ?? constants.get(name)?.data ?? missing(name));
    values.set(output, run(inputs));
  };
}

function kernel(node: Node, constants: ReadonlyMap<string, Tensor>): Kernel {
  switch (node.op) {
    case "Constant": {
      const { data } = node.attributes.get("value")!.tensor!;
      return () => data;
    }
    case "Gather":
      return gather(constants.get(node.inputs[0]!));
    case "Concat":
      return concat;
    case "Shape":
      return ([x]) => Float64Array.of(1, x!.length);
    case "Slice":
      return ([x, start, end]) => x!.subarray(start![0], end![0]);
    case "Cast":
    case "Unsqueeze":
      return ([x]) => x!;
    case "Gemm":
      return gemm(constants.get(node.inputs[1]!)!);
    case "BatchNormalization": {
      const epsilon = node.attributes.get("epsilon")!.number;
      return ([x, scale, bias, mean, variance]) =>
        x!.map((v, i) => ((v - mean![i]!) / Math.sqrt(variance![i]! + epsilon)) * scale![i]! + bias![i]!);
    }
    default:
      return elementwise(node.op);
  }
}

function elementwise(op: string): Kernel {
  switch (op) {
    case "Add":
      return binary((a, b) => a + b);
    case "Sub":
      return binary((a, b) => a - b);
    case "Mul":
      return binary((a, b) => a * b);
    case "Div":
      return binary((a, b) => a / b);
    case "Log":
      return ([x]) => x!.map(Math.log);
    case "Exp":
      return ([x]) => x!.map(Math.exp);
    case "Relu":
      return ([x]) => x!.map((v) => Math.max(v, 0));
    case "Sigmoid":
      return ([x]) => x!.map((v) => 1 / (1 + Math.exp(-v)));
    default:
      throw new Error(`operation ${op} is not implemented`);
  }
}

/** From a table: one row. From a vector of the row's values: some of them. */
function gather(table: Tensor | undefined): Kernel {
  const width = table?.shape[1] ?? 1;
  return ([x, indices]) => {
    const out = new Float64Array(indices!.length * width);
    for (const [i, at] of indices!.entries()) {
      const from = (at < 0 ? at + x!.length : at) * width;
      out.set(x!.subarray(from, from + width), i * width);
    }
    return out;
  };
}

function concat(inputs: readonly Float64Array[]): Float64Array {
  const out = new Float64Array(inputs.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const input of inputs) {
    out.set(input, at);
    at += input.length;
  }
  return out;
}

/** y = W x + b with W [out, in] (the models are written with transB = 1). */
function gemm({ shape, data: weight }: Tensor): Kernel {
  const [rows, columns] = [shape[0]!, shape[1]!];
  return ([x, , bias]) => {
    const y = new Float64Array(rows);
    for (let r = 0; r < rows; r++) y[r] = bias![r]! + dot(weight, r * columns, x!, columns);
    return y;
  };
}

/** Four sums, because one would wait for each addition to finish before the next. */
function dot(a: Float64Array, from: number, b: Float64Array, length: number): number {
  let [s0, s1, s2, s3] = [0, 0, 0, 0];
  let i = 0;
  for (; i + 3 < length; i += 4) {
    s0 += a[from + i]! * b[i]!;
    s1 += a[from + i + 1]! * b[i + 1]!;
    s2 += a[from + i + 2]! * b[i + 2]!;
    s3 += a[from + i + 3]! * b[i + 3]!;
  }
  for (; i < length; i++) s0 += a[from + i]! * b[i]!;
  return s0 + s1 + s2 + s3;
}

function binary(apply: (a: number, b: number) => number): Kernel {
  return ([a, b]) => {
    const [m, n] = [a!.length, b!.length];
    const out = new Float64Array(Math.max(m, n));
    for (let i = 0; i < out.length; i++) out[i] = apply(a![m === 1 ? 0 : i]!, b![n === 1 ? 0 : i]!);
    return out;
  };
}

function missing(name: string): never {
  throw new Error(`input "${name}" of the graph was not given`);
}
