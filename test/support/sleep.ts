/** For what has no condition to wait for: a fault that lasts so long. */
export async function sleep(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}
