import { defineConfig } from "vitest/config";

// unit: fast, in this process. integration: real child processes, the built command line, real servers, and what takes seconds.
export default defineConfig({
  test: {
    experimental: { fsModuleCache: true, fsModuleCachePath: ".cache/vitest" }, // by content: a third of the time is transforming
    projects: [
      {
        test: {
          name: "unit",
          globalSetup: ["test/support/kernels.ts"],
          setupFiles: ["test/support/plain-text.ts"],
          include: ["test/**/*.test.ts"],
          exclude: ["test/integration/**", "test/faults/**"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          maxWorkers: "100%",
          isolate: false, // they leave nothing behind, and a process a file takes twice the time
        },
      },
      {
        test: {
          name: "integration",
          globalSetup: ["test/support/build.ts", "test/faults/figures-setup.ts"],
          setupFiles: ["test/support/plain-text.ts"],
          include: ["test/integration/**/*.test.ts", "test/faults/**/*.test.ts"],
          // No measure of anything: a machine may be busy, and ten times slower than this one.
          testTimeout: 600_000,
          hookTimeout: 600_000,
          maxWorkers: 2,
        },
      },
    ],
  },
});
