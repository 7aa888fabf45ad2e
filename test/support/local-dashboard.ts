import type { DashboardOptions } from "../../orchestrator/dashboard/server.ts";

/** A dashboard for this machine alone, at any free port, that only reads. */
export const localDashboard: Omit<DashboardOptions, "db"> = {
  host: "127.0.0.1",
  port: 0,
  orNext: false,
  allowedHosts: [],
  prefix: "",
  token: null,
  actions: false,
};
