// The kernels' exports; worker/data/baselines/kernels.ts gives them types on the other side. Addresses are bytes, counts and strides
// are numbers of eight bytes.
export { factor, solve } from "./factors";
export { addLagSums } from "./lag-sums";
export { addOwnProducts, addProducts, writeChanges } from "./products";
export { smooth } from "./smoothing";
