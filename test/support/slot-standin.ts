/** Stands in for the process of a worker's slot: says what it sees of the GPUs, and ends on request. */
import { parentChannel } from "../../worker/protocol/local/process-channel.ts";
import { toSlotSchema, type SlotNews } from "../../worker/protocol/slot.ts";

const seen = ["CUDA_VISIBLE_DEVICES", "CUDA_DEVICE_ORDER", "TF_FORCE_GPU_ALLOW_GROWTH"];

const channel = parentChannel();
channel.onClose(() => process.exit(0));
channel.onFrame((raw) => {
  const frame = toSlotSchema.parse(raw);
  if (frame.kind === "finish") channel.close();
  else {
    const words = [
      `tells gpu ${frame.gpu ?? "none"}`,
      ...seen.map((name) => `${name}=${process.env[name] ?? ""}`),
    ];
    channel.send({ kind: "problem", message: words.join(" ") } satisfies SlotNews);
  }
});
