/** Models and data the rules are measured on: five data sets, three pairs of architecture and optimizer each. */

export interface Problem {
  readonly name: string;
  readonly file: string;
  readonly data: object;
  readonly model: object;
  readonly epochs: number;
}

interface DataSet {
  readonly name: string;
  readonly file: string;
  readonly data: object;
  readonly model: object;
  readonly epochs: number;
}

const dataSets: readonly DataSet[] = [
  {
    name: "ETTh1 S",
    file: "ETTh1.csv",
    data: {
      time: "date",
      targets: ["OT"],
      features: "targets",
      window: 24,
      horizon: 24,
      split: { train: 8640, validation: 2880, test: 2880 },
      stride: 4,
      predict: "change",
    },
    model: { batch_size: 64 },
    epochs: 8,
  },
  {
    name: "Beijing PM2.5",
    file: "beijing_pm25.csv",
    data: {
      time: ["year", "month", "day", "hour"],
      targets: ["pm2.5"],
      features: ["pm2.5", "DEWP", "TEMP", "PRES", "Iws"],
      window: 24,
      horizon: 1,
      missing: "ffill",
      stride: 4,
      rows: 12_000,
      split: { train: 0.7, validation: 0.05 },
    },
    model: { batch_size: 64 },
    epochs: 5,
  },
  {
    name: "Italy power",
    file: "italy_power_demand_wide.csv",
    data: {
      task: "binary",
      layout: "wide",
      targets: ["label"],
      split: { column: "split", validation: 0.3 },
    },
    model: { loss: "binary_crossentropy", batch_size: 8 },
    epochs: 30,
  },
  {
    name: "Japanese vowels",
    file: "japanese_vowels_long.csv",
    data: {
      task: "multiclass",
      layout: "long",
      targets: ["label"],
      series_id: "series_id",
      step: "t",
      split: { column: "split", validation: 0.3 },
    },
    model: { loss: "categorical_crossentropy", batch_size: 16 },
    epochs: 20,
  },
  {
    name: "sunspots",
    file: "sunspots_yearly.csv",
    data: { time: "YEAR", targets: ["SUNACTIVITY"], window: 22, split: { train: 0.7, validation: 0.2 } },
    model: { batch_size: 16 },
    epochs: 20,
  },
];

/** The rules and their settings were chosen looking at these. */
const models = [
  { name: "adam, 1 × 16", model: { optimizer: "adam", layers: 1, hidden: 16 } },
  { name: "rmsprop, 2 × 32", model: { optimizer: "rmsprop", layers: 2, hidden: 32 } },
  { name: "sgd, 1 × 32", model: { optimizer: "sgd", layers: 1, hidden: 32 } },
];

/** Not looked at while choosing. */
const checkModel = {
  name: "nesterov, gru 1 × 24",
  model: { optimizer: "nesterov", cell: "gru", layers: 1, hidden: 24 },
};

function problemsWith(chosen: typeof models): readonly Problem[] {
  return dataSets.flatMap((set) =>
    chosen.map(({ name, model }) => ({
      ...set,
      name: `${set.name}: ${name}`,
      model: { ...set.model, ...model },
    })),
  );
}

export const problems: readonly Problem[] = problemsWith(models);
export const checkProblems: readonly Problem[] = problemsWith([checkModel]);

/** Data sets alone, for whole sweeps. */
export const sweepProblems: readonly Problem[] = dataSets.filter(({ name }) =>
  ["ETTh1 S", "Beijing PM2.5", "Japanese vowels"].includes(name),
);
