import { z } from "zod";
import type { Study, StudyStore } from "../../storage/store.ts";
import { figure } from "../views/numbers.ts";

/** A bucket's test as the study keeps it. `range`: where the learning rate is searched, `null`: everywhere. */
const recordSchema = z.object({
  bucket: z.string(),
  rate: z.number().nullable(),
  range: z.object({ min: z.number(), max: z.number() }).nullable(),
  /** Why there is no range. */
  reason: z.string().nullable(),
  /** Steps as [learning rate, loss], the loss `null` where it is not finite. */
  curve: z.array(z.tuple([z.number(), z.number().nullable()])),
});
export type RangeRecord = z.infer<typeof recordSchema>;

/** Name of the event that records it. */
export const rangeTestEvent = "lr_range_test";

/** The range tests a study has done, in their order. */
export function rangeRecords(store: StudyStore, study: Study): readonly RangeRecord[] {
  return store.events(study.id).flatMap(({ name, data }) => {
    const read = name === rangeTestEvent ? recordSchema.safeParse(data) : null;
    return read?.success === true ? [read.data] : [];
  });
}

/** `range test of layers 1, hidden 16-31: learning rate 0.002 to 0.03` */
export function rangeText({ bucket, range, reason }: RangeRecord): string {
  const of = bucket === "" ? "range test" : `range test of ${bucket}`;
  if (range === null) return `${of}: the whole range of learning rates is searched, because ${reason ?? "?"}`;
  return `${of}: learning rate ${figure(range.min)} to ${figure(range.max)}`;
}
