// The kernels' exports; worker/data/baselines/kernels.ts gives them types on the other side. Addresses are bytes, counts and strides
// are numbers of eight bytes.
export { factor, solve } from "./factors";
export { addLagSums, mirror, writeMoments } from "./lag-sums";
export { addOwnProducts, addProducts, writeChanges } from "./products";
export { addErrors, forecast, smooth } from "./smoothing";
