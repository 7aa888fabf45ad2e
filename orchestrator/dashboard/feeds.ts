import { isStudyLocked } from "../../storage/lock.ts";
import { studyDelta } from "../views/page/study.ts";
import type { StudyList } from "../views/page/studies.ts";
import { readPlace } from "../views/page/wire.ts";
import { Feed, type Followed } from "./feed.ts";
import type { Source } from "./source.ts";

/** The feeds that are listened to: one for the list of studies, one for each study. */
export class Feeds {
  private readonly source: Source;
  private readonly byKey = new Map<string, Feed>();
  readonly studies: Feed;

  constructor(source: Source, list: StudyList) {
    this.source = source;
    this.studies = new Feed(followStudies(source, list));
  }

  ofStudy(key: string): Feed {
    for (const [other, { size }] of this.byKey) if (size === 0) this.byKey.delete(other);
    const feed = this.byKey.get(key) ?? new Feed(followStudy(this.source, key));
    this.byKey.set(key, feed);
    return feed;
  }

  /** How many listen. */
  get size(): number {
    return [...this.byKey.values()].reduce((sum, { size }) => sum + size, this.studies.size);
  }
}

function followStudies(source: Source, list: StudyList): Followed {
  const read = (): string => {
    const store = source.storeIfAny();
    return JSON.stringify(store === null ? [] : list.read(store, (study) => source.isDriven(study)));
  };
  return {
    // A process that dies changes nothing in the database.
    version: read,
    since: () => ({ id: "", event: "studies", data: read() }),
  };
}

function followStudy(source: Source, key: string): Followed {
  let last = "";
  return {
    // A process that dies changes nothing in the database.
    version: () => `${source.store().dataVersion()} ${isStudyLocked(source.file, key)}`,
    since: (place, first) => {
      const study = source.study(key);
      const from = readPlace(place);
      if (study === null || from === null)
        return place === "gone" ? null : { id: "gone", event: "gone", data: "{}" };
      const delta = studyDelta(source.store(), study, source.isDriven(study), from);
      const status = JSON.stringify(delta.status);
      // Other studies write to the same database.
      if (!first && delta.place === place && status === last) return null;
      last = status;
      return { id: delta.place, event: "delta", data: JSON.stringify(delta) };
    },
  };
}
