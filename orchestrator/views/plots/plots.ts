import { curvesPlot } from "./kinds/curves.ts";
import { edfPlot } from "./kinds/edf.ts";
import { historyPlot } from "./kinds/history.ts";
import { parallelPlot } from "./kinds/parallel.ts";
import { slicePlot } from "./kinds/slice.ts";

/** Every plot of a study, by kind. */
export { curvesPlot, edfPlot, historyPlot, parallelPlot, slicePlot };
