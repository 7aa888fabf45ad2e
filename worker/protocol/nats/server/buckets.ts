import { JsonBucket } from "./bucket.ts";
import type { Link } from "../link/link.ts";
import type { Names } from "./names.ts";

/** The buckets both ends use. */
export interface Buckets {
  readonly claims: JsonBucket;
  readonly control: JsonBucket;
  readonly state: JsonBucket;
}

export async function openBuckets(link: Link, names: Names): Promise<Buckets> {
  return {
    claims: await JsonBucket.open(link, names.claims),
    control: await JsonBucket.open(link, names.control),
    state: await JsonBucket.open(link, names.state),
  };
}
