declare module "asciichart" {
  export interface PlotConfig {
    readonly min?: number;
    readonly max?: number;
    readonly height?: number;
    readonly offset?: number;
    readonly symbols?: readonly string[];
    readonly format?: (value: number) => string;
  }
  /** Finite numbers only. */
  export function plot(series: readonly number[], config?: PlotConfig): string;
}
