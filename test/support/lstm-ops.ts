import * as tf from "@tensorflow/tfjs-core";

/**
 * TensorFlow's ops BlockLSTMV2 and BlockLSTMGradV2 written out number by number, from their documentation
 * (tensorflow/core/ops/rnn_ops.cc, and the equations in core/kernels/rnn/lstm_ops.h): gates i, f, c, o side by side,
 * no peephole, no clipping, no forget bias of their own. Stands in for TensorFlow where it is not installed.
 */
export function offerLstmOps(backend: object): { readonly calls: () => readonly string[] } {
  const calls: string[] = [];
  const lengths = new Map<object, { readonly id: number }>();
  Object.assign(backend, {
    executeMultipleOutputs: (
      name: string,
      attributes: { name: string }[],
      inputs: Handle[],
      outputs: number,
    ) => {
      calls.push(`${name}(${attributes.map((one) => one.name).join()})`);
      const steps = lengths.get(inputs[0]!.dataId)?.id;
      const tensors = inputs.slice(1) as unknown as tf.Tensor[];
      const found = name === "BlockLSTMV2" ? forward(steps!, tensors) : backward(steps!, tensors);
      if (found.length !== outputs) throw new Error(`${name} has ${found.length} outputs, not ${outputs}`);
      return found;
    },
    tensorMap: { set: (handle: object, data: { readonly id: number }) => lengths.set(handle, data) },
    binding: {
      TF_ATTR_TYPE: 1,
      TF_ATTR_BOOL: 2,
      TF_ATTR_FLOAT: 3,
      TF_FLOAT: 4,
      TF_INT64: 5,
      /** Only int64 scalars are made, given as two words; the number itself serves as the handle. */
      createTensor: (_shape: number[], _type: number, [low = 0]: Int32Array) => low,
    },
  });
  return { calls: () => calls };
}

interface Handle {
  readonly dataId: object;
}

/** A tensor's numbers in double precision, addressed by [step, sample, unit]. */
class Block {
  readonly data: Float64Array;
  private readonly shape: readonly [number, number, number];

  constructor(shape: readonly [number, number, number], data?: ArrayLike<number>) {
    this.shape = shape;
    this.data =
      data === undefined ? new Float64Array(shape[0] * shape[1] * shape[2]) : Float64Array.from(data);
  }

  static of(tensor: tf.Tensor): Block {
    const [a = 1, b = 1, c = 1] = [...Array(3 - tensor.rank).fill(1), ...tensor.shape] as number[];
    return new Block([a, b, c], tensor.dataSync());
  }

  at(t: number, b: number, u: number): number {
    return this.data[this.index(t, b, u)]!;
  }

  put(t: number, b: number, u: number, value: number): void {
    this.data[this.index(t, b, u)] = value;
  }

  add(t: number, b: number, u: number, value: number): void {
    this.data[this.index(t, b, u)]! += value;
  }

  tensor(...shape: number[]): tf.Tensor {
    return tf.tensor(Float32Array.from(this.data), shape);
  }

  private index(t: number, b: number, u: number): number {
    return (t * this.shape[1] + b) * this.shape[2] + u;
  }
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** x, cs_prev, h_prev, w, wci, wcf, wco, b → i, cs, f, o, ci, co, h. */
function forward(steps: number, inputs: readonly tf.Tensor[]): tf.Tensor[] {
  const [x, csPrev, hPrev, w, , , , b] = inputs as tf.Tensor[];
  const [T, B, F] = x!.shape as [number, number, number];
  if (steps !== T) throw new Error(`seq_len_max is ${steps} and x has ${T} steps`);
  const H = b!.shape[0] / 4;
  const [xs, c0, h0, ws, bs] = [x!, csPrev!, hPrev!, w!, b!].map((one) => Block.of(one));
  const [i, cs, f, o, ci, co, h] = Array.from({ length: 7 }, () => new Block([T, B, H]));
  const gates = new Float64Array(4 * H);
  for (let t = 0; t < T; t++) {
    for (let n = 0; n < B; n++) {
      const before = (k: number): number => (t === 0 ? h0!.at(0, n, k) : h!.at(t - 1, n, k));
      for (let g = 0; g < 4 * H; g++) {
        gates[g] = bs!.at(0, 0, g);
        for (let k = 0; k < F; k++) gates[g]! += xs!.at(t, n, k) * ws!.at(0, k, g);
        for (let k = 0; k < H; k++) gates[g]! += before(k) * ws!.at(0, F + k, g);
      }
      for (let u = 0; u < H; u++) {
        const carried = t === 0 ? c0!.at(0, n, u) : cs!.at(t - 1, n, u);
        i!.put(t, n, u, sigmoid(gates[u]!));
        f!.put(t, n, u, sigmoid(gates[H + u]!));
        ci!.put(t, n, u, Math.tanh(gates[2 * H + u]!));
        o!.put(t, n, u, sigmoid(gates[3 * H + u]!));
        cs!.put(t, n, u, f!.at(t, n, u) * carried + i!.at(t, n, u) * ci!.at(t, n, u));
        co!.put(t, n, u, Math.tanh(cs!.at(t, n, u)));
        h!.put(t, n, u, o!.at(t, n, u) * co!.at(t, n, u));
      }
    }
  }
  return [i, cs, f, o, ci, co, h].map((block) => block!.tensor(T, B, H));
}

/** The eight inputs and seven outputs of the forward op, cs_grad, h_grad → gradients of the eight inputs. */
function backward(steps: number, inputs: readonly tf.Tensor[]): tf.Tensor[] {
  const [x, csPrev, hPrev, w, , , , b] = inputs as tf.Tensor[];
  const [T, B, F] = x!.shape as [number, number, number];
  if (steps !== T) throw new Error(`seq_len_max is ${steps} and x has ${T} steps`);
  const H = b!.shape[0] / 4;
  const [xs, c0, h0, ws] = [x!, csPrev!, hPrev!, w!].map((one) => Block.of(one));
  const [i, cs, f, o, ci, co, h, csGrad, hGrad] = inputs.slice(8).map((one) => Block.of(one));
  const dx = new Block([T, B, F]);
  const dw = new Block([1, F + H, 4 * H]);
  const db = new Block([1, 1, 4 * H]);
  const dc = new Block([1, B, H]);
  let dh = new Block([1, B, H]);
  for (let t = T - 1; t >= 0; t--) {
    const dhBefore = new Block([1, B, H]);
    for (let n = 0; n < B; n++) {
      const gates = new Float64Array(4 * H);
      for (let u = 0; u < H; u++) {
        const at = (block: Block | undefined): number => block!.at(t, n, u);
        const carried = t === 0 ? c0!.at(0, n, u) : cs!.at(t - 1, n, u);
        const fromH = at(hGrad) + dh.at(0, n, u);
        const fromC = at(csGrad) + dc.at(0, n, u) + fromH * at(o) * (1 - at(co) ** 2);
        gates[u] = fromC * at(ci) * at(i) * (1 - at(i));
        gates[H + u] = fromC * carried * at(f) * (1 - at(f));
        gates[2 * H + u] = fromC * at(i) * (1 - at(ci) ** 2);
        gates[3 * H + u] = fromH * at(co) * at(o) * (1 - at(o));
        dc.put(0, n, u, fromC * at(f));
      }
      for (const [g, gate] of gates.entries()) {
        db.add(0, 0, g, gate);
        for (let k = 0; k < F; k++) {
          dx.add(t, n, k, gate * ws!.at(0, k, g));
          dw.add(0, k, g, gate * xs!.at(t, n, k));
        }
        for (let k = 0; k < H; k++) {
          dhBefore.add(0, n, k, gate * ws!.at(0, F + k, g));
          dw.add(0, F + k, g, gate * (t === 0 ? h0!.at(0, n, k) : h!.at(t - 1, n, k)));
        }
      }
    }
    dh = dhBefore;
  }
  const none = (): tf.Tensor => tf.zeros([H]);
  return [
    dx.tensor(T, B, F),
    dc.tensor(B, H),
    dh.tensor(B, H),
    dw.tensor(F + H, 4 * H),
    none(),
    none(),
    none(),
    db.tensor(4 * H),
  ];
}
