/** Sends files one after the other, in parts: a broken line costs one part, a reload what was not sent yet. */
import { hashHex } from "../../crypto/seal";
import type { ApplicationDocument } from "../../sync/applications";
import type { Announced, Purpose } from "../../sync/applying";
import { Problem } from "../../sync/http";

export const MOST_FILES = 20;
export const MOST_BYTES = 20 * 1024 * 1024;
export const MOST_IN_ALL = 100 * 1024 * 1024;

export type FileProblem =
  | "empty"
  | "too_large"
  | "not_a_document"
  | "too_many"
  | "too_much"
  | "there_already";

export interface Upload {
  key: number;
  name: string;
  size: number;
  purpose: Purpose;
  /** `waiting`: for the line to come back; `failed`: a person decides. */
  state: "queued" | "reading" | "sending" | "waiting" | "failed";
  /** Bytes. */
  sent: number;
  /** A code, where it failed. */
  problem: string | null;
}

export interface UploadServer {
  announce(file: Announced): Promise<{ id: string; part_size: number }>;
  send(document: string, part: number, bytes: Uint8Array): Promise<void>;
  complete(document: string): Promise<ApplicationDocument>;
  remove(document: string): Promise<void>;
}

/** How far a file came, by the id of its document, kept in this browser. */
export interface Progress {
  partSize: number;
  next: number;
}
export interface ProgressKeep {
  read(document: string): Progress | null;
  write(document: string, progress: Progress | null): void;
}

interface Job extends Upload {
  file: File;
  /** What it is on the server, once announced. */
  document: string | null;
  progress: Progress | null;
  sha256: string | null;
  cancelled: boolean;
}

/** After a broken line. */
const AGAIN = 4_000;
const broken = new Set(["offline", "server_failed", "bad_answer"]);

/** By the first bytes, as the server does it: a name says nothing. */
export async function isDocument(file: Blob): Promise<boolean> {
  const start = new Uint8Array(await file.slice(0, 8).arrayBuffer());
  const begins = (...bytes: number[]) => bytes.every((byte, place) => start[place] === byte);
  return (
    begins(0x25, 0x50, 0x44, 0x46, 0x2d) ||
    begins(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a) ||
    begins(0xff, 0xd8, 0xff)
  );
}

/** The browser digests one piece of memory at a time; twenty megabytes are no burden. */
export async function hashOf(file: Blob): Promise<string> {
  return hashHex(new Uint8Array(await file.arrayBuffer()));
}

/** The server takes names of 200 characters; the ending says what it is. */
function shortened(name: string): string {
  const letters = [...name];
  return letters.length <= 200 ? name : [...letters.slice(0, 180), "…", ...letters.slice(-19)].join("");
}

export class Uploads {
  readonly #server: UploadServer;
  readonly #keep: ProgressKeep;
  readonly #told: () => void;
  readonly #done: (document: ApplicationDocument) => void;
  #jobs: readonly Job[] = [];
  #shown: readonly Upload[] = [];
  #next = 1;
  #running = false;
  #wake: (() => void) | null = null;
  #ended = false;

  constructor(
    server: UploadServer,
    keep: ProgressKeep,
    told: () => void,
    done: (document: ApplicationDocument) => void,
  ) {
    this.#server = server;
    this.#keep = keep;
    this.#told = told;
    this.#done = done;
  }

  /** The same array until something changes. */
  get shown(): readonly Upload[] {
    return this.#shown;
  }

  /** Files that cannot be taken stand in the list with the reason; nothing of them is sent. */
  async add(files: readonly File[], purpose: Purpose, there: readonly ApplicationDocument[]): Promise<void> {
    for (const file of files) {
      const problem = await this.#problemOf(file, there);
      this.#jobs = [...this.#jobs, this.#job(file, purpose, problem)];
      this.#tell();
    }
    void this.#run();
  }

  /** Goes on with a document of which a part is on the server, after the page was left. False: another file. */
  async resume(file: File, document: ApplicationDocument): Promise<boolean> {
    if (file.size !== document.size || (await hashOf(file)) !== document.sha256) {
      return false;
    }
    const job = this.#job(file, document.purpose, null);
    Object.assign(job, { name: document.name, sha256: document.sha256, document: document.id });
    this.#jobs = [...this.#jobs, job];
    this.#tell();
    void this.#run();
    return true;
  }

  /** Whether the document is one that is being sent here. */
  isSending(document: string): boolean {
    return this.#jobs.some((job) => job.document === document);
  }

  async cancel(key: number): Promise<void> {
    const job = this.#jobs.find((one) => one.key === key);
    if (job === undefined) {
      return;
    }
    job.cancelled = true;
    this.#drop(job);
    this.#wake?.();
    if (job.document !== null) {
      this.#keep.write(job.document, null);
      await this.#server.remove(job.document).catch(() => undefined);
    }
  }

  /** Tries at once what waits or failed. */
  retry(key: number): void {
    const job = this.#jobs.find((one) => one.key === key);
    if (job?.state === "failed") {
      this.#set(job, { state: "queued", problem: null });
    }
    this.#wake?.();
    void this.#run();
  }

  end(): void {
    this.#ended = true;
    this.#wake?.();
  }

  async #problemOf(file: File, there: readonly ApplicationDocument[]): Promise<FileProblem | null> {
    if (file.size === 0) return "empty";
    if (file.size > MOST_BYTES) return "too_large";
    if (!(await isDocument(file))) return "not_a_document";
    const announced = this.#jobs.filter(
      (job) => job.state !== "failed" && !there.some((one) => one.id === job.document),
    );
    if (there.length + announced.length >= MOST_FILES) return "too_many";
    const size = [...there, ...announced].reduce((sum, one) => sum + one.size, file.size);
    if (size > MOST_IN_ALL) return "too_much";
    const alike = (one: { name: string; size: number }) =>
      one.name === shortened(file.name) && one.size === file.size;
    return there.some((one) => one.media_type !== null && alike(one)) || announced.some(alike)
      ? "there_already"
      : null;
  }

  #job(file: File, purpose: Purpose, problem: FileProblem | null): Job {
    this.#next += 1;
    return {
      key: this.#next,
      name: shortened(file.name),
      size: file.size,
      purpose,
      state: problem === null ? "queued" : "failed",
      sent: 0,
      problem,
      file,
      document: null,
      progress: null,
      sha256: null,
      cancelled: false,
    };
  }

  async #run(): Promise<void> {
    if (this.#running) {
      return;
    }
    this.#running = true;
    let job: Job | undefined;
    // biome-ignore lint/suspicious/noAssignInExpressions: the next one that waits, until there is none
    while (!this.#ended && (job = this.#jobs.find((one) => one.state === "queued")) !== undefined) {
      await this.#sendOne(job);
    }
    this.#running = false;
  }

  async #sendOne(job: Job): Promise<void> {
    while (!job.cancelled && !this.#ended) {
      try {
        const document = await this.#send(job);
        if (document !== null) {
          this.#keep.write(document.id, null);
          this.#drop(job);
          this.#done(document);
        }
        return;
      } catch (thrown) {
        const code = thrown instanceof Problem ? thrown.code : "unreadable";
        if (!broken.has(code)) {
          // What did not arrive whole is sent from its beginning, if a person says so.
          if (job.document !== null) this.#keep.write(job.document, null);
          job.progress = null;
          this.#set(job, { state: "failed", problem: code, sent: 0 });
          return;
        }
        this.#set(job, { state: "waiting" });
        await this.#pause();
      }
    }
  }

  /** Null when it was cancelled meanwhile. */
  async #send(job: Job): Promise<ApplicationDocument | null> {
    if (job.sha256 === null) {
      this.#set(job, { state: "reading" });
      job.sha256 = await hashOf(job.file);
    }
    if (job.document === null || job.progress === null) {
      const { name, purpose, size, sha256 } = job;
      // The same file again is the same document: what is there of it need not be sent twice.
      const begun = await this.#server.announce({ name, purpose, size, sha256 });
      job.document = begun.id;
      const kept = this.#keep.read(begun.id);
      job.progress = kept?.partSize === begun.part_size ? kept : { partSize: begun.part_size, next: 0 };
      if (job.cancelled) {
        await this.#server.remove(begun.id).catch(() => undefined);
        return null;
      }
    }
    const { document, progress } = job;
    const { partSize } = progress;
    this.#set(job, { state: "sending", sent: Math.min(progress.next * partSize, job.size) });
    while (progress.next * partSize < job.size) {
      const start = progress.next * partSize;
      const end = Math.min(start + partSize, job.size);
      const bytes = new Uint8Array(await job.file.slice(start, end).arrayBuffer());
      await this.#server.send(document, progress.next, bytes);
      if (job.cancelled || this.#ended) {
        return null;
      }
      progress.next += 1;
      this.#keep.write(document, progress);
      this.#set(job, { sent: end });
    }
    return this.#server.complete(document);
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#wake?.(), AGAIN);
      this.#wake = () => {
        clearTimeout(timer);
        this.#wake = null;
        resolve();
      };
    });
  }

  #set(job: Job, changes: Partial<Upload>): void {
    Object.assign(job, changes);
    this.#tell();
  }

  #drop(job: Job): void {
    this.#jobs = this.#jobs.filter((one) => one !== job);
    this.#tell();
  }

  #tell(): void {
    if (this.#ended) {
      return;
    }
    this.#shown = this.#jobs.map(({ key, name, size, purpose, state, sent, problem }) => ({
      key,
      name,
      size,
      purpose,
      state,
      sent,
      problem,
    }));
    this.#told();
  }
}

const PREFIX = "entente.apply.parts.";

/** In this browser, beside the words that are not saved yet. */
export const browserProgress: ProgressKeep = {
  read(document) {
    try {
      const kept = localStorage.getItem(PREFIX + document);
      return kept === null ? null : (JSON.parse(kept) as Progress);
    } catch {
      return null;
    }
  },
  write(document, progress) {
    try {
      if (progress === null) {
        localStorage.removeItem(PREFIX + document);
      } else {
        localStorage.setItem(PREFIX + document, JSON.stringify(progress));
      }
    } catch {
      // without it the file is sent from its beginning
    }
  },
};
