import { z } from "zod";

const labelSchema = z
  .string()
  .regex(/^[\w.:/+-]{1,80}$/)
  .meta({ title: "letters, digits and . : / + - _" });

/** How a study shares the workers of a lab (`--nats`); local workers are its own. */
export const labSchema = z
  .strictObject({
    priority: z
      .number()
      .gt(0)
      .max(1000)
      .default(1)
      .describe("Weight against other studies: 2 gets twice the workers of 1"),
    max_workers: z.int().min(1).max(100_000).optional().describe("Maximum number of workers at a time"),
    requires: z
      .record(z.string().regex(/^[A-Za-z][\w.-]{0,39}$/), labelSchema)
      .default({})
      .describe("Labels a worker must have, as in seqtune worker --label gpu=a100"),
  })
  .describe("How the study shares the workers of a lab");

export type LabTerms = z.infer<typeof labSchema>;
