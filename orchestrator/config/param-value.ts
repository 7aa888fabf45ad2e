import { z } from "zod";
import type { Params } from "../../search/space.ts";

/** Whatever value a parameter can have. */
export const paramValueSchema = z.union([
  z.string(),
  z.number(),
  z.boolean(),
  z.null(),
  z.array(z.number()),
  z.array(z.string()),
]);

export const paramsSchema: z.ZodType<Params> = z.record(z.string(), paramValueSchema);
