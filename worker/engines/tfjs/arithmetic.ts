import * as tf from "@tensorflow/tfjs-core";
import type { Arithmetic } from "../../protocol/optimizer-rules.ts";

/** The update rules' operations on tensors. */
export const tensorArithmetic: Arithmetic<tf.Tensor> = {
  add: (a, b) => tf.add(a, b),
  plus: (a, b) => tf.add(a, b),
  times: (a, b) => tf.mul(a, b),
  multiply: (a, b) => tf.mul(a, b),
  divide: (a, b) => tf.div(a, b),
  sqrt: (a) => tf.sqrt(a),
  sign: (a) => tf.sign(a),
};
