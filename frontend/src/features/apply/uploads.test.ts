import { beforeEach, expect, it, vi } from "vitest";
import type { ApplicationDocument } from "../../sync/applications";
import type { Announced } from "../../sync/applying";
import { Problem } from "../../sync/http";
import { madeUpDocument } from "./madeUp";
import { hashOf, MOST_BYTES, type Progress, type ProgressKeep, type UploadServer, Uploads } from "./uploads";

const PART = 4;
const offline = () => new Problem("offline", 0, "");

class MadeUpServer implements UploadServer {
  documents = new Map<string, Announced & { parts: Map<number, Uint8Array> }>();
  sent: number[] = [];
  removed: string[] = [];
  /** Called before a part is taken. */
  before: (part: number) => void | Promise<void> = () => undefined;

  async announce(file: Announced) {
    const there = [...this.documents].find(([, one]) => one.sha256 === file.sha256);
    const id = there?.[0] ?? String(this.documents.size + 1).repeat(32);
    if (there === undefined) this.documents.set(id, { ...file, parts: new Map() });
    return { id, part_size: PART };
  }
  async send(document: string, part: number, bytes: Uint8Array) {
    await this.before(part);
    this.sent.push(part);
    this.documents.get(document)?.parts.set(part, bytes);
  }
  async complete(document: string): Promise<ApplicationDocument> {
    const found = this.documents.get(document);
    if (found === undefined) throw new Problem("not_found", 404, "");
    const whole = new Blob(
      [...found.parts].sort(([a], [b]) => a - b).map(([, bytes]) => new Uint8Array(bytes)),
    );
    if ((await hashOf(whole)) !== found.sha256) throw new Problem("hash_differs", 422, "");
    const { name, purpose, size, sha256 } = found;
    return madeUpDocument({ id: document, name, purpose, size, sha256 });
  }
  async remove(document: string) {
    this.removed.push(document);
    this.documents.delete(document);
  }
}

class MadeUpKeep implements ProgressKeep {
  kept = new Map<string, Progress>();
  read(document: string) {
    return this.kept.get(document) ?? null;
  }
  write(document: string, progress: Progress | null) {
    if (progress === null) this.kept.delete(document);
    else this.kept.set(document, { ...progress });
  }
}

let server: MadeUpServer;
let keep: MadeUpKeep;
let uploads: Uploads;
let done: ApplicationDocument[];
const law = () => new File(["%PDF-1.7 law"], "law.pdf");
const open = () =>
  new Uploads(
    server,
    keep,
    () => undefined,
    (document) => done.push(document),
  );

beforeEach(() => {
  server = new MadeUpServer();
  keep = new MadeUpKeep();
  done = [];
  uploads = open();
});

it("sends a file in parts, one after the other, and takes it off the list when it is whole", async () => {
  await uploads.add([law()], "mandate", []);
  await vi.waitFor(() => expect(done).toHaveLength(1));
  expect(server.sent).toEqual([0, 1, 2]);
  expect(done[0]).toMatchObject({ name: "law.pdf", purpose: "mandate", size: 12 });
  expect(uploads.shown).toEqual([]);
  expect(keep.kept.size).toBe(0);
});

it("says of each file why it cannot be taken, before anything is sent", async () => {
  const large = new File([new Uint8Array(MOST_BYTES + 1)], "large.pdf");
  const words = new File(["words"], "letter.pdf");
  await uploads.add([large, words, new File([], "empty.pdf")], "other", []);
  expect(uploads.shown.map(({ problem }) => problem)).toEqual(["too_large", "not_a_document", "empty"]);
  expect(server.documents.size).toBe(0);
});

it("takes no more files, and no more bytes, than an application may have", async () => {
  const there = Array.from({ length: 20 }, (_, index) =>
    madeUpDocument({ id: String(index), name: `${index}` }),
  );
  await uploads.add([law()], "other", there);
  await uploads.add([law()], "other", [madeUpDocument({ size: 100 * 1024 * 1024 })]);
  await uploads.add([law()], "other", [madeUpDocument({ name: "law.pdf", size: 12 })]);
  expect(uploads.shown.map(({ problem }) => problem)).toEqual(["too_many", "too_much", "there_already"]);
});

it("goes on with the part at which the line broke", async () => {
  let broken = true;
  server.before = (part) => {
    if (part === 1 && broken) throw offline();
  };
  await uploads.add([law()], "mandate", []);
  await vi.waitFor(() => expect(uploads.shown[0]).toMatchObject({ state: "waiting", sent: PART }));
  broken = false;
  uploads.retry(uploads.shown[0]?.key ?? 0);
  await vi.waitFor(() => expect(done).toHaveLength(1));
  expect(server.sent).toEqual([0, 1, 2]);
});

it("goes on after the page was left, with the same file only", async () => {
  server.before = (part) => {
    if (part === 2) throw offline();
  };
  await uploads.add([law()], "mandate", []);
  await vi.waitFor(() => expect(uploads.shown[0]?.state).toBe("waiting"));
  uploads.end();
  server.before = () => undefined;
  const [id, begun] = [...server.documents][0] ?? [];
  const half = madeUpDocument({ ...begun, id: id ?? "", media_type: null });

  uploads = open();
  expect(await uploads.resume(new File(["%PDF-1.7 not"], "law.pdf"), half)).toBe(false);
  expect(await uploads.resume(law(), half)).toBe(true);
  expect(uploads.isSending(half.id)).toBe(true);
  await vi.waitFor(() => expect(done).toHaveLength(1));
  expect(server.sent).toEqual([0, 1, 2]);
});

it("stops at once when it is cancelled, and leaves nothing on the server", async () => {
  let go: () => void = () => undefined;
  server.before = () =>
    new Promise<void>((resolve) => {
      go = resolve;
    });
  await uploads.add([law()], "mandate", []);
  await vi.waitFor(() => expect(uploads.shown[0]?.state).toBe("sending"));
  await uploads.cancel(uploads.shown[0]?.key ?? 0);
  go();
  expect(uploads.shown).toEqual([]);
  expect(server.removed).toHaveLength(1);
  expect(done).toEqual([]);
});

it("sends a file from its beginning when it did not arrive as it left", async () => {
  let turn = 0;
  const complete = server.complete.bind(server);
  server.complete = async (document) => {
    turn += 1;
    if (turn === 1) throw new Problem("hash_differs", 422, "");
    return complete(document);
  };
  await uploads.add([law()], "mandate", []);
  await vi.waitFor(() => expect(uploads.shown[0]?.problem).toBe("hash_differs"));
  uploads.retry(uploads.shown[0]?.key ?? 0);
  await vi.waitFor(() => expect(done).toHaveLength(1));
  expect(server.sent).toEqual([0, 1, 2, 0, 1, 2]);
});
