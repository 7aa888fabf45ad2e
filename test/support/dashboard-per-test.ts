import { localDashboard } from "./local-dashboard.ts";
import { afterEach, beforeEach, expect } from "vitest";
import {
  startDashboard,
  type Dashboard,
  type DashboardOptions,
} from "../../orchestrator/dashboard/server.ts";
import { db } from "./folder-per-test.ts";
import { readEvents, send, type EventReader } from "./http.ts";

/** To a file that imports these: dashboards and readers of their streams, closed after each test. */
let running: Dashboard[] = [];
let readers: EventReader[] = [];

beforeEach(() => {
  running = [];
  readers = [];
});
afterEach(async () => {
  for (const reader of readers) reader.close();
  for (const dashboard of running) await dashboard.close();
});

export async function start(change: Partial<DashboardOptions> = {}): Promise<string> {
  const dashboard = await startDashboard({
    db,
    ...localDashboard,
    ...change,
  });
  running.push(dashboard);
  return dashboard.address;
}

export function listen(address: string, place: string, headers: Record<string, string> = {}): EventReader {
  const reader = readEvents(address, place, headers);
  readers.push(reader);
  return reader;
}

export async function json(address: string, place: string): Promise<unknown> {
  const answer = await send(address, place);
  expect([place, answer.status, answer.text.slice(0, answer.status === 200 ? 0 : 300)]).toEqual([
    place,
    200,
    "",
  ]);
  return JSON.parse(answer.text);
}
