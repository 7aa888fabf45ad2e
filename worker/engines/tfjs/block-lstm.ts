import * as tf from "@tensorflow/tfjs-core";

/** x [T, B, F] with an LSTM's weights in tf.layers' layout → outputs of all steps [T, B, H]. */
export type BlockLstm = (
  x: tf.Tensor3D,
  kernel: tf.Tensor2D,
  recurrent: tf.Tensor2D,
  bias: tf.Tensor1D,
) => tf.Tensor3D;

/** What tfjs-node's backend offers for running TensorFlow's own ops. */
interface NativeBackend {
  executeMultipleOutputs(name: string, attributes: object[], inputs: Handle[], outputs: number): tf.Tensor[];
  readonly tensorMap: { set(handle: object, data: object): void };
  readonly binding: {
    readonly TF_ATTR_TYPE: number;
    readonly TF_ATTR_BOOL: number;
    readonly TF_ATTR_FLOAT: number;
    readonly TF_FLOAT: number;
    readonly TF_INT64: number;
    createTensor(shape: number[], type: number, values: Int32Array): number;
  };
}

interface Handle {
  readonly dataId: object;
}

/**
 * All steps of an LSTM layer in one TensorFlow op, and all of its gradient in another (BlockLSTMV2 and
 * BlockLSTMGradV2, tensorflow/core/ops/rnn_ops.cc): the same numbers as tf.layers.lstm, without a JavaScript call
 * per gate and step. Null where TF.js does not run on TensorFlow.
 */
export function blockLstm(): BlockLstm | null {
  const backend: object = tf.backend();
  return isNative(backend) ? createBlockLstm(backend) : null;
}

function isNative(backend: object): backend is NativeBackend {
  return "executeMultipleOutputs" in backend && "tensorMap" in backend && "binding" in backend;
}

function createBlockLstm(backend: NativeBackend): BlockLstm {
  const lengthOf = stepCounts(backend);
  const lstm = (x: tf.Tensor3D, w: tf.Tensor2D, b: tf.Tensor1D): tf.Tensor3D =>
    tf.customGrad((...args) => {
      const [x, w, b] = args as [tf.Tensor3D, tf.Tensor2D, tf.Tensor1D];
      const save = args[3] as tf.GradSaveFunc;
      const steps = lengthOf(x.shape[0]);
      const { state, peephole } = nothingBefore(x.shape[1], b.shape[0] / 4);
      const before = [x, state, state, w, peephole, peephole, peephole, b];
      const outputs = forward(backend, [steps, ...before]);
      save([...before, ...outputs]);
      const gradFunc = (gradient: tf.Tensor, saved: tf.Tensor[]): tf.Tensor[] => {
        const [dx, , , dw, , , , db] = backward(backend, steps, saved, gradient);
        return [dx!, dw!, db!];
      };
      return { value: outputs[6]!, gradFunc };
    })(x, w, b) as tf.Tensor3D;
  return (x, kernel, recurrent, bias) => lstm(x, tf.concat([kernel, recurrent], 0), bias);
}

/** i, cs, f, o, ci, co, h, each [T, B, H]. */
function forward(backend: NativeBackend, inputs: Handle[]): tf.Tensor[] {
  const { TF_ATTR_FLOAT } = backend.binding;
  const noClip = { name: "cell_clip", type: TF_ATTR_FLOAT, value: 0 };
  return backend.executeMultipleOutputs("BlockLSTMV2", [noClip, ...common(backend)], inputs, 7);
}

/** Gradients of x, cs_prev, h_prev, w, wci, wcf, wco, b. */
function backward(
  backend: NativeBackend,
  steps: Handle,
  saved: tf.Tensor[],
  gradient: tf.Tensor,
): tf.Tensor[] {
  const none = tf.zerosLike(gradient);
  const inputs = [steps, ...saved, none, gradient];
  return backend.executeMultipleOutputs("BlockLSTMGradV2", common(backend), inputs, 8);
}

function common({ binding }: NativeBackend): object[] {
  return [
    { name: "use_peephole", type: binding.TF_ATTR_BOOL, value: false },
    { name: "T", type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT },
  ];
}

function nothingBefore(samples: number, units: number): { state: tf.Tensor; peephole: tf.Tensor } {
  return { state: tf.zeros([samples, units]), peephole: tf.zeros([units]) };
}

/** The number of steps as the op wants it, an int64 scalar, which TF.js has not; one is kept for each number. */
function stepCounts(backend: NativeBackend): (steps: number) => Handle {
  const known = new Map<number, Handle>();
  return (steps) => {
    const handle = known.get(steps) ?? int64(backend, steps);
    known.set(steps, handle);
    return handle;
  };
}

function int64(backend: NativeBackend, value: number): Handle {
  const dtype = backend.binding.TF_INT64;
  const id = backend.binding.createTensor([], dtype, Int32Array.of(value, 0)); // little endian
  const dataId = {};
  backend.tensorMap.set(dataId, { shape: [], dtype, id, values: null, refCount: 1 });
  return { dataId };
}
