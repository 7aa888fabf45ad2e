/** A thread's numbers, as the kernels ask for them. */
export interface Thread {
  readonly tid: Numbers3;
  readonly ctaid: Numbers3;
  readonly nctaid: Numbers3;
  readonly ntid: Numbers3;
}

export interface Numbers3 {
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

/** What a kernel did that no kernel may do. */
export class KernelFault extends Error {
  override readonly name = "KernelFault";
}

type Space = "global" | "shared";

const several = 0xffff;
const State = { outside: 0, unwritten: 1, written: 2 } as const;

/** Who last wrote and read each word, to find races. Marks are phases: numbers that grow at each barrier of each block. */
class Watch {
  readonly state: Uint8Array;
  private readonly ofBlocks: boolean;
  private readonly writer: Uint16Array;
  private readonly writePhase: Uint32Array;
  private readonly reader: Uint16Array;
  private readonly readPhase: Uint32Array;
  private readonly readers: Uint32Array;

  /** `ofBlocks`: each block has its own. */
  constructor(words: number, ofBlocks: boolean) {
    this.ofBlocks = ofBlocks;
    this.state = new Uint8Array(words);
    this.writer = new Uint16Array(words);
    this.writePhase = new Uint32Array(words);
    this.reader = new Uint16Array(words);
    this.readPhase = new Uint32Array(words);
    this.readers = new Uint32Array(words);
  }

  /** Why this access is a race, or null. */
  read(word: number, thread: number, now: Moment): string | null {
    if (this.touchedElsewhere(this.writePhase[word]!, now))
      return "another block wrote it in the same launch";
    if (this.writePhase[word] === now.phase && this.writer[word] !== thread)
      return "another thread wrote it since the barrier";
    if (this.touchedElsewhere(this.readPhase[word]!, now)) this.readers[word] = now.launch;
    this.reader[word] = this.readPhase[word] === now.phase && this.reader[word] !== thread ? several : thread;
    this.readPhase[word] = now.phase;
    return null;
  }

  write(word: number, thread: number, now: Moment): string | null {
    if (
      this.touchedElsewhere(this.writePhase[word]!, now) ||
      this.touchedElsewhere(this.readPhase[word]!, now)
    )
      return "another block uses it in the same launch";
    if (this.readers[word] === now.launch) return "other blocks read it in the same launch";
    if (this.writePhase[word] === now.phase && this.writer[word] !== thread)
      return "another thread wrote it since the barrier";
    if (this.readPhase[word] === now.phase && this.reader[word] !== thread)
      return "another thread read it since the barrier";
    this.writer[word] = thread;
    this.writePhase[word] = now.phase;
    this.state[word] = State.written;
    return null;
  }

  /** In this launch, before this block began. */
  private touchedElsewhere(phase: number, now: Moment): boolean {
    return !this.ofBlocks && phase >= now.launch && phase < now.block;
  }
}

/** Phases at which the launch, the block, and the stretch between two barriers began. */
interface Moment {
  launch: number;
  block: number;
  phase: number;
}

/** Global and shared memory. Looks at every access: bounds, alignment, what was never written, races. */
export class Memory {
  private readonly global: DataView;
  private readonly shared: DataView;
  private readonly watches: Readonly<Record<Space, Watch>>;
  private readonly now: Moment = { launch: 1, block: 1, phase: 1 };
  private top = 4096;
  /** Of the kernel that runs, to name an instruction. */
  private textOf: (at: number) => string = String;

  constructor(globalBytes: number, sharedBytes = 49152) {
    this.global = new DataView(new ArrayBuffer(globalBytes));
    this.shared = new DataView(new ArrayBuffer(sharedBytes));
    this.watches = { global: new Watch(globalBytes / 4, false), shared: new Watch(sharedBytes / 4, true) };
  }

  /** With a gap behind it. */
  alloc(bytes: number): number {
    const at = this.top;
    this.top = Math.ceil((at + bytes) / 256) * 256 + 256;
    if (this.top > this.global.byteLength) throw new RangeError("the interpreter's memory is full");
    this.watches.global.state.fill(State.unwritten, at / 4, Math.ceil((at + bytes) / 4));
    return at;
  }

  release(at: number): void {
    const { state } = this.watches.global;
    for (let word = at / 4; state[word] !== State.outside; word++) state[word] = State.outside;
  }

  /** What the host writes or reads. */
  bytes(at: number, count: number, writes: boolean): Uint8Array {
    const { state } = this.watches.global;
    if (writes) state.fill(State.written, at / 4, Math.ceil((at + count) / 4));
    return new Uint8Array(this.global.buffer, at, count);
  }

  beginLaunch(textOf: (at: number) => string): void {
    this.textOf = textOf;
    this.now.launch = this.now.phase + 1;
  }

  beginBlock(sharedBytes: number): void {
    this.now.block = ++this.now.phase;
    const { state } = this.watches.shared;
    state.fill(State.unwritten, 0, Math.ceil(sharedBytes / 4));
    state.fill(State.outside, Math.ceil(sharedBytes / 4));
  }

  barrier(): void {
    this.now.phase++;
  }

  align(at: number, bytes: number, instruction: number): void {
    if (at % bytes !== 0) this.fail(at, instruction, `not a multiple of ${bytes}`);
  }

  load(space: Space, at: number, type: string, thread: Thread, instruction: number): number {
    const view = space === "global" ? this.global : this.shared;
    this.look(space, at, type, thread, instruction, false);
    switch (type) {
      case "f32":
        return view.getFloat32(at, true);
      case "f64":
        return view.getFloat64(at, true);
      case "u64":
        return Number(view.getBigUint64(at, true));
      case "u8":
        return view.getUint8(at);
      case "u16":
        return view.getUint16(at, true);
      default:
        return view.getUint32(at, true);
    }
  }

  store(space: Space, at: number, type: string, thread: Thread, instruction: number, value: number): void {
    const view = space === "global" ? this.global : this.shared;
    this.look(space, at, type, thread, instruction, true);
    if (type === "f32") view.setFloat32(at, value, true);
    else if (type === "f64") view.setFloat64(at, value, true);
    else if (type === "u32") view.setUint32(at, value, true);
    else throw new Error(`PTX: unknown store of ${type}`);
  }

  private look(
    space: Space,
    at: number,
    type: string,
    thread: Thread,
    instruction: number,
    writes: boolean,
  ): void {
    const watch = this.watches[space];
    const words = type.endsWith("64") ? 2 : 1;
    for (let word = at >>> 2, end = word + words; word < end; word++) {
      const state = watch.state[word] ?? State.outside;
      if (at < 0 || state === State.outside) this.fail(at, instruction, `outside of ${space} memory`);
      if (!writes && state === State.unwritten) this.fail(at, instruction, `never written (${space})`);
      const race = writes
        ? watch.write(word, thread.tid.x, this.now)
        : watch.read(word, thread.tid.x, this.now);
      if (race !== null) this.fail(at, instruction, `a race in ${space} memory: ${race}`);
    }
  }

  private fail(at: number, instruction: number, why: string): never {
    throw new KernelFault(`${this.textOf(instruction)} at ${at}: ${why}`);
  }
}
