/** What is wrong with the GPU or its driver, and what to do about it. */
export class CudaTrouble extends Error {
  readonly remedy: string;
  /** The driver's number for it (CUresult); none where the driver was not reached. */
  readonly code?: number;
  constructor(reason: string, remedy: string, code?: number, options?: ErrorOptions) {
    super(reason, options);
    this.name = "CudaTrouble";
    this.remedy = remedy;
    if (code !== undefined) this.code = code;
  }
}

export const outOfMemory = 2;
export const notReady = 600;

interface Words {
  readonly reason: string;
  readonly remedy: string;
}

const mismatch: Words = {
  reason: "the NVIDIA driver's library and its kernel module have different versions",
  remedy:
    "reboot, or load the kernel module again (rmmod nvidia_uvm nvidia; modprobe nvidia); in a container use the host's driver",
};
const tooOld: Words = {
  reason: "the NVIDIA driver is older than these kernels",
  remedy: "install driver 450 or newer (CUDA 11)",
};
const lost: Words = {
  reason: "the GPU no longer answers",
  remedy:
    "look for Xid messages in dmesg, reset the GPU (nvidia-smi --gpu-reset) or reboot, and start the worker again",
};
const ours: Words = {
  reason: "a kernel of seqtune failed on the GPU",
  remedy:
    "start the worker again with another engine (--engine auto) and report this with the output of: seqtune doctor",
};

/** By the driver's number. */
const words: Readonly<Record<number, Words>> = {
  [outOfMemory]: {
    reason: "the GPU is out of memory",
    remedy:
      "see with nvidia-smi which other process uses it, take fewer lanes, or fewer units or a shorter window",
  },
  3: lost,
  34: {
    reason: "libcuda.so.1 is the toolkit's stub, not the driver",
    remedy: "take the toolkit's lib64/stubs out of LD_LIBRARY_PATH",
  },
  46: {
    reason: "another process has the GPU for itself (compute mode exclusive or prohibited)",
    remedy: "end that process (nvidia-smi shows it), or: nvidia-smi -c DEFAULT",
  },
  100: {
    reason: "the NVIDIA driver finds no GPU that this process may use",
    remedy:
      "check nvidia-smi, CUDA_VISIBLE_DEVICES, and in a container --gpus and the permissions of /dev/nvidia*",
  },
  101: {
    reason: "there is no GPU of that number",
    remedy: "check CUDA_VISIBLE_DEVICES against nvidia-smi -L",
  },
  209: {
    reason: "this GPU is older than the kernels",
    remedy: "use a GPU of compute capability 7.5 or newer (Turing, 2018)",
  },
  214: lost,
  218: tooOld,
  222: tooOld,
  304: {
    reason: "the operating system refused the NVIDIA driver's request",
    remedy: "check the permissions of /dev/nvidia* and the memory limits of this process (ulimit -v, cgroup)",
  },
  700: ours,
  702: {
    reason: "the display's watchdog ended a kernel that ran too long",
    remedy: "use a GPU without a display, or a smaller model",
  },
  715: ours,
  716: ours,
  719: ours,
  800: {
    reason: "this process may not use the GPU",
    remedy:
      "check the permissions of /dev/nvidia* (group video or render), and the compute mode with nvidia-smi -q -d COMPUTE",
  },
  802: {
    reason: "the GPU system is not ready yet",
    remedy: "wait for, or start, the NVIDIA fabric manager (systemctl start nvidia-fabricmanager)",
  },
  803: mismatch,
  804: {
    reason: "the CUDA compatibility package does not fit this GPU",
    remedy: "take cuda-compat out of LD_LIBRARY_PATH, or update the NVIDIA driver",
  },
  999: lost,
};

/** What the driver's error means. `what`: what was being done, such as `cuMemAlloc`; `name`: the driver's name of it. */
export function troubleOf(code: number, what: string, name: string): CudaTrouble {
  const known = words[code] ?? { reason: "the NVIDIA driver reports an error", remedy: ours.remedy };
  return new CudaTrouble(`${known.reason} (${what}: ${name}, ${code})`, known.remedy, code);
}
