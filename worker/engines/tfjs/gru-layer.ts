import * as tf from "@tensorflow/tfjs-core";
import { layers, type RNN } from "@tensorflow/tfjs-layers";

type GruArgs = Omit<Parameters<typeof layers.gru>[0], "recurrentActivation"> & {
  readonly returnSequences: boolean;
  readonly goBackwards: boolean;
};

/**
 * tf.layers' GRU, with one change when the state is dropped: tf.layers scales the state the update gate carries
 * over as well, so that kept units grow by 1 / (1 - rate) at every step. Here the mask stays in the products.
 *
 * z = σ(x Wz + (h∘m) Uz + bz)   r = σ(x Wr + (h∘m) Ur + br)
 * n = tanh(x Wn + (r∘h∘m) Un + bn)   h' = z∘h + (1 - z)∘n      (Cho et al. 2014, reset before the product)
 */
export function gruLayer(args: GruArgs, mask: () => tf.Tensor2D | null): RNN {
  const gru = { ...args, recurrentActivation: "sigmoid" } as const;
  if (!args.recurrentDropout) return layers.gru(gru);
  const { units } = args;
  const cell = layers.gruCell({ ...gru, recurrentDropout: 0 });
  cell.call = (inputs) =>
    tf.tidy(() => {
      const [x, h] = inputs as [tf.Tensor2D, tf.Tensor2D]; // RNN hands over the input and one state
      const m = mask();
      const dropped = m === null ? h : tf.mul(h, m);
      const fromInput = tf.add(tf.matMul(x, matrix(cell.kernel)), cell.bias.read());
      const [xz, xr, xn] = tf.split(fromInput, 3, 1) as [tf.Tensor2D, tf.Tensor2D, tf.Tensor2D];
      const [gates, candidate] = tf.split(matrix(cell.recurrentKernel), [2 * units, units], 1) as Matrices;
      const [hz, hr] = tf.split(tf.matMul(dropped, gates), 2, 1) as Matrices;
      const z = tf.sigmoid(tf.add(xz, hz));
      const r = tf.sigmoid(tf.add(xr, hr));
      const n = tf.tanh(tf.add(xn, tf.matMul(tf.mul<tf.Tensor2D>(r, dropped), candidate)));
      const next = tf.add(tf.mul(z, h), tf.mul(tf.sub(1, z), n));
      return [next, next];
    });
  return layers.rnn({ cell, returnSequences: args.returnSequences, goBackwards: args.goBackwards });
}

type Matrices = [tf.Tensor2D, tf.Tensor2D];

function matrix(variable: { read(): tf.Tensor }): tf.Tensor2D {
  return variable.read() as tf.Tensor2D; // kernels have two dimensions
}
