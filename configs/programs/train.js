/** A training in JavaScript as a trial: the step and the decay of gradient descent in Rosenbrock's valley. */
import { trial } from "seqtune/trial";

const rate = Number(trial.params["rate"] ?? 0.001);
const decay = Number(trial.params["decay"] ?? 0);
let [x, y] = [-1.2, 1];
for (let epoch = 1; epoch <= trial.epochs && !trial.signal.aborted; epoch++) {
  for (let step = 0; step < 200; step++) {
    const slope = [-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)];
    const now = rate / (1 + decay * ((epoch - 1) * 200 + step));
    [x, y] = [x - now * slope[0], y - now * slope[1]];
  }
  if (epoch > trial.fromEpoch) trial.report(epoch, { loss: (1 - x) ** 2 + 100 * (y - x * x) ** 2 });
}
