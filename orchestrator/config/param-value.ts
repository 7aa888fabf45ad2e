import { z } from "zod";

/** Whatever value a parameter can have. */
export const paramValueSchema = z.union([
  z.string(),
  z.number(),
  z.boolean(),
  z.null(),
  z.array(z.number()),
  z.array(z.string()),
]);
