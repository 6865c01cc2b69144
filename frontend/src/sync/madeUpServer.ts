/**
 * A server of a made-up network for tests: it answers the requests of the core from what was written, and does not
 * answer truly where a test asks for that. It checks little; the real one is met in browser tests.
 */
import { vi } from "vitest";
import { fromBase64, fromUtf8, toBase64, toHex } from "../crypto/encoding";
import { type Header, readItem } from "../crypto/items";
import type { MadeUpNetwork } from "../crypto/madeUp";
import type { MadeUpConversation, Sent } from "../crypto/madeUpTalk";

import type { ItemOut } from "./conversations/composing";

type Answer = unknown;
type Handler = (body: unknown, match: RegExpExecArray, query: URLSearchParams) => Answer | Promise<Answer>;

const headers = new WeakMap<Sent, Header>();

/** Read once: some conversations are long. */
function headerOf(item: Sent): Header {
  const header = headers.get(item) ?? readItem(item.body).header;
  headers.set(item, header);
  return header;
}

export class Refusal {
  readonly status: number;
  readonly code: string;
  readonly extra: object;
  constructor(status: number, code: string, extra: object = {}) {
    this.status = status;
    this.code = code;
    this.extra = extra;
  }
}

/** What the server is given again by browsers. */
export interface HandedBack {
  conversation: string;
  before_head: string;
  items: { sequence: number; received_at: number; body: string; members?: string; boxes?: object }[];
}

export class MadeUpServer {
  readonly network: MadeUpNetwork;
  readonly account: string;
  readonly talks = new Map<string, MadeUpConversation>();
  readonly first = new Map<string, number>();
  readonly read = new Map<string, Record<string, number>>();
  readonly received = new Map<string, Record<string, number>>();
  readonly asked: string[] = [];
  /** No answer at all while this is true. */
  offline = false;
  /** How far the Register is shown; everything when null. */
  shown: number | null = null;
  note: (() => Promise<string>) | null = null;
  /** When the Register key spoke last. */
  now = Date.now();
  /** How much of a conversation an older copy of the database has; null where it has nothing of it. */
  readonly copied = new Map<string, number | null>();
  /** Closed to writing, while browsers hand back what the copy lacks. */
  restoring = false;
  restoredAt: number | null = null;
  readonly notes: { checkpoint: string; first: number; entries: string[]; attachments: object }[] = [];
  readonly handedBack: HandedBack[] = [];
  /** When item 0 was received. */
  begun = 1000;
  readonly #handlers: { method: string; path: RegExp; handle: Handler }[] = [];

  constructor(network: MadeUpNetwork, account: string) {
    this.network = network;
    this.account = account;
    this.#register();
    this.#conversations();
    this.#restoration();
    this.on("GET", /^\/api\/session$/, () => ({ csrf_token: "token" }));
    this.on("GET", /^\/api\/directory$/, () => ({ people: [] }));
    this.on("GET", /^\/api\/bookmark$/, () => new Refusal(404, "not_found"));
    this.on("GET", /^\/api\/account\/keys$/, () => this.#ownKeys());
  }

  /** A later handler for the same request comes first. */
  on(method: string, path: RegExp, handle: Handler): void {
    this.#handlers.unshift({ method, path, handle });
  }

  install(): void {
    vi.stubGlobal("fetch", (path: string, init: RequestInit) => this.#fetch(path, init));
  }

  async #fetch(path: string, init: RequestInit): Promise<Response> {
    const method = init.method ?? "GET";
    this.asked.push(`${method} ${path}`);
    if (this.offline) {
      throw new TypeError("no line");
    }
    const [name = "", query = ""] = path.split("?");
    for (const handler of this.#handlers) {
      const match = handler.method === method ? handler.path.exec(name) : null;
      if (match !== null) {
        const body: unknown = typeof init.body === "string" ? JSON.parse(init.body) : null;
        return respond(await handler.handle(body, match, new URLSearchParams(query)));
      }
    }
    return respond(new Refusal(404, "not_found"));
  }

  get #size(): number {
    return this.shown ?? this.network.size;
  }

  #register(): void {
    this.on(
      "GET",
      /^\/api\/register\/checkpoint$/,
      () => this.note?.() ?? this.network.noteAt(this.now, this.#size),
    );
    this.on("GET", /^\/api\/register\/tile\/entries\/(\d{3})(?:\.p\/(\d+))?$/, (_, match) => {
      const first = 256 * Number(match[1]);
      const entries = this.network.entries.slice(first, first + Number(match[2] ?? 256));
      return bundle(entries);
    });
    this.on("POST", /^\/api\/register\/attachments$/, (body) => {
      const { hashes } = body as { hashes: string[] };
      const found = hashes.flatMap((hash) => {
        const bytes = this.network.attachments.get(hash);
        return bytes === undefined ? [] : [[hash, toBase64(bytes)] as const];
      });
      return { attachments: Object.fromEntries(found) };
    });
    this.on("POST", /^\/api\/register\/append$/, async (body) => {
      if (this.restoring) {
        return new Refusal(503, "restoring", { retry_after: 30 });
      }
      const { entries, attachments } = body as { entries: object[]; attachments: Record<string, string> };
      for (const entry of entries) {
        await this.network.add(new TextEncoder().encode(JSON.stringify(entry)));
      }
      for (const [hash, bytes] of Object.entries(attachments)) {
        this.network.attachments.set(hash, fromBase64(bytes));
      }
      return { checkpoint: await this.network.note() };
    });
  }

  /** From now on it shows what it had at this moment, however much is written. */
  keepCopy(): { putBack(): void } {
    const size = this.#size;
    const held = new Map([...this.talks].map(([id, { view }]) => [id, view.sequence]));
    return {
      putBack: () => {
        this.shown = size;
        for (const id of this.talks.keys()) {
          this.copied.set(id, held.get(id) ?? null);
        }
      },
    };
  }

  /** The operator ends the restoration: what was handed back without a gap is there again. */
  endRestoration(): void {
    for (const [id, sequence] of this.copied) {
      const own = this.handedBack.filter(({ conversation }) => conversation === id);
      const given = new Set(own.flatMap(({ items }) => items.map((item) => item.sequence)));
      let reached = sequence ?? 0;
      while (given.has(reached + 1)) {
        reached += 1;
      }
      this.copied.set(id, reached);
    }
    this.restoring = false;
    this.restoredAt = Date.now();
  }

  #shownOf(talk: MadeUpConversation): number {
    const copied = this.copied.get(talk.view.id);
    return copied === undefined ? talk.view.sequence : (copied ?? 0);
  }

  #restoration(): void {
    this.on("GET", /^\/api\/restoration$/, () => ({
      ...{ restoring: this.restoring, since: this.restoring ? 1 : null, restored_at: this.restoredAt },
      ...{ size: this.#size, known: this.#size, came: 1, expected: 2 },
    }));
    this.on("POST", /^\/api\/restoration\/register$/, (body) => {
      const given = body as (typeof this.notes)[number];
      this.notes.push(given);
      const size = Number(given.checkpoint.split("\n")[1]);
      if (size > this.#size) {
        this.restoring = true;
        this.shown = given.entries.length > 0 ? size : this.#size;
      }
      return { size: this.#size, known: size };
    });
    this.on("POST", /^\/api\/restoration\/conversations$/, (body) => {
      const given = body as HandedBack;
      const talk = this.#talk(given.conversation);
      if (!this.restoring && this.restoredAt === null) {
        return new Refusal(409, "not_restoring");
      }
      if (talk === null) {
        return new Refusal(404, "not_found");
      }
      this.handedBack.push(given);
      if (!this.restoring) {
        this.endRestoration();
      }
      const sequence = this.#shownOf(talk);
      return { sequence, head: talk.view.headAt(sequence) ?? "0".repeat(64), taken: true };
    });
  }

  #conversations(): void {
    this.on("POST", /^\/api\/conversations\/sync$/, (body) => {
      const { held, limit, newest } = body as {
        held: Record<string, number>;
        limit: number;
        newest?: boolean;
      };
      const pages = [...this.talks.values()].map((talk) => {
        const has = held[talk.view.id] ?? 0;
        return newest === true ? this.newest(talk, has, limit) : this.page(talk, has);
      });
      return { conversations: pages.filter(({ items }) => items.length > 0) };
    });
    this.on("GET", /^\/api\/conversations$/, () =>
      [...this.talks.values()].flatMap((talk) => {
        const { view } = talk;
        const sequence = this.#shownOf(talk);
        return sequence === 0 ? [] : [this.headOf(view, sequence)];
      }),
    );
    this.on("GET", /^\/api\/conversations\/([0-9a-f]{64})\/skeleton$/, (_, match) => {
      const talk = this.#talk(match[1]);
      if (talk === null) {
        return new Refusal(404, "not_found");
      }
      const first = this.first.get(talk.view.id) ?? 1;
      const { sequence, head } = talk.view;
      return { items: this.skeleton(talk, first, sequence), first, sequence, head };
    });
    this.on("GET", /^\/api\/conversations\/([0-9a-f]{64})\/items$/, (_, match, query) => {
      const talk = this.#talk(match[1]);
      return talk === null ? new Refusal(404, "not_found") : this.before(talk, query);
    });
    this.on("GET", /^\/api\/conversations\/([0-9a-f]{64})\/epochs$/, (_, match, query) => {
      const talk = this.#talk(match[1]);
      return talk === null ? new Refusal(404, "not_found") : this.epochs(talk, query);
    });
    this.on("POST", /^\/api\/conversations\/([0-9a-f]{64})\/items$/, (body, match) => {
      const talk = this.#talk(match[1]);
      if (this.restoring) {
        return new Refusal(503, "restoring", { retry_after: 30 });
      }
      return talk === null
        ? new Refusal(404, "not_found")
        : this.append(talk, (body as { items: ItemOut[] }).items);
    });
    this.on("POST", /^\/api\/conversations\/([0-9a-f]{64})\/read$/, () => null);
  }

  headOf(view: MadeUpConversation["view"], sequence: number) {
    return {
      id: view.id,
      sequence,
      head: view.headAt(sequence) ?? view.head,
      epoch: view.epoch?.number ?? 0,
      due: false,
      administrators: view.administrators,
      participants: view.participants,
      created: 1,
      last_at: 1,
      received: this.received.get(view.id) ?? this.read.get(view.id) ?? {},
      read: this.read.get(view.id) ?? {},
      first_sequence: this.first.get(view.id) ?? 1,
    };
  }

  #talk(id: string | undefined): MadeUpConversation | null {
    return this.talks.get(id ?? "") ?? null;
  }

  add(talk: MadeUpConversation): void {
    this.talks.set(talk.view.id, talk);
  }

  page(talk: MadeUpConversation, held: number) {
    const { view, items } = talk;
    const last = this.#shownOf(talk);
    const first = Math.max(held + 1, this.first.get(view.id) ?? 1);
    return {
      id: view.id,
      before_head: view.headAt(first - 1) ?? "",
      items: items
        .filter(({ sequence }) => sequence >= first && sequence <= last)
        .map((item) => asWire(item, this.begun)),
      sequence: last,
      head: view.headAt(last) ?? view.head,
      more: false,
    };
  }

  /** The newest items that are lacked, at most so many, and the skeleton of what lies between. */
  newest(talk: MadeUpConversation, held: number, limit: number) {
    const page = this.page(talk, held);
    const items = page.items.slice(-limit);
    const [from, before] = [page.items[0]?.sequence ?? 1, (items[0]?.sequence ?? 1) - 1];
    const first = this.first.get(talk.view.id) ?? 1;
    const before_head = talk.view.headAt(before) ?? "";
    return { ...page, items, before_head, first, skeleton: this.skeleton(talk, from, before), epochs: [] };
  }

  skeleton(talk: MadeUpConversation, first: number, last: number) {
    let opened = false;
    return talk.items
      .filter((item) => {
        const { sequence } = item;
        const header = headerOf(item);
        const opening = header.kind === "message" && !opened;
        opened ||= opening;
        const concerns = header.kind !== "late_box" || header.account_for === this.account;
        return sequence >= first && sequence <= last && (opening || (header.kind !== "message" && concerns));
      })
      .map((item) => asWire(item, this.begun));
  }

  before(talk: MadeUpConversation, query: URLSearchParams) {
    const { view, items } = talk;
    const first = this.first.get(view.id) ?? 1;
    const before = Number(query.get("before"));
    const readable = items.filter(({ sequence }) => sequence >= first && sequence < before);
    const page = readable.slice(-Number(query.get("limit")));
    const before_head = view.headAt((page[0]?.sequence ?? first) - 1) ?? "";
    const shown = page.map((item) => asWire(item, this.begun));
    return { before_head, items: shown, sequence: view.sequence, head: view.head };
  }

  epochs(talk: MadeUpConversation, query: URLSearchParams) {
    const [first, last] = [Number(query.get("first")), Number(query.get("last"))];
    return talk.items.flatMap((item) => {
      const { table, boxes } = item;
      const header = headerOf(item);
      if (header.kind !== "epoch" || table === undefined || header.number < first || header.number > last) {
        return [];
      }
      const box = boxes?.get(this.account);
      return [
        {
          number: header.number,
          members: toBase64(table),
          box: box === undefined ? null : toBase64(box),
          late: false,
          other_boxes: this.#lateBoxes(talk, header.number),
        },
      ];
    });
  }

  #lateBoxes(talk: MadeUpConversation, epoch: number): string[] {
    return talk.items.flatMap((item) => {
      const { boxes } = item;
      const header = headerOf(item);
      const box = boxes?.get(String(epoch));
      const mine = header.kind === "late_box" && header.account_for === this.account;
      return mine && box !== undefined ? [toBase64(box)] : [];
    });
  }

  /** As the real one: what is there already keeps its place, all or none, and messages only under what is not due. */
  async append(talk: MadeUpConversation, items: readonly ItemOut[]): Promise<Answer> {
    const results = [];
    for (const given of items) {
      const item = { body: fromBase64(given.body), signature: fromBase64(given.signature) };
      const { header } = readItem(item.body);
      const known = talk.items.find((one) => readItem(one.body).header.client_id === header.client_id);
      if (known !== undefined && toHex(known.signature) !== toHex(item.signature)) {
        return new Refusal(422, "refused", { reason: "used_client_id" });
      }
      if (header.kind === "message" && known === undefined && talk.view.isDue(this.network.state)) {
        return new Refusal(409, "epoch_due");
      }
      if (header.kind === "message" && known === undefined && header.epoch !== talk.view.epoch?.number) {
        return new Refusal(422, "refused", { reason: "old_epoch" });
      }
      if (header.kind === "epoch" && header.number <= (talk.view.epoch?.number ?? 0)) {
        return new Refusal(409, "epoch_exists", { epoch: talk.view.epoch?.number });
      }
      if (known === undefined) {
        const boxes = new Map(Object.entries(given.boxes ?? {}).map(([to, box]) => [to, fromBase64(box)]));
        const table = given.members === undefined ? undefined : fromBase64(given.members);
        const taken = await talk.put(item, table, boxes);
        if (taken.kind === "refused") {
          return new Refusal(422, "refused", { reason: taken.reason });
        }
      }
      const sequence = known?.sequence ?? talk.view.sequence;
      const head = talk.view.headAt(sequence) ?? "";
      results.push({ client_id: header.client_id, sequence, head, received_at: this.begun + sequence });
    }
    return { results, sequence: talk.view.sequence, head: talk.view.head };
  }

  #ownKeys() {
    const statements = this.network.entries.flatMap((entry) => {
      const envelope = JSON.parse(fromUtf8(entry)) as { payload: string };
      const said = JSON.parse(fromUtf8(fromBase64(envelope.payload))) as { type: string; account?: string };
      return said.type === "account.keys" && said.account === this.account ? [envelope] : [];
    });
    const attachments = [...this.network.attachments].map(
      ([hash, bytes]) => [hash, toBase64(bytes)] as const,
    );
    return { account: this.account, statements, attachments: Object.fromEntries(attachments) };
  }
}

export function asWire({ sequence, body, signature }: Sent, begun = 1000) {
  return { sequence, received_at: begun + sequence, body: toBase64(body), signature: toBase64(signature) };
}

function bundle(entries: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const parts = entries.map((entry) => [entry.length >> 8, entry.length & 255, ...entry]);
  return Uint8Array.from(parts.flat());
}

async function respond(answer: Answer): Promise<Response> {
  if (answer instanceof Refusal) {
    const { status, code, extra } = answer;
    const problem = JSON.stringify({
      type: "about:blank",
      title: code,
      status,
      code,
      detail: code,
      ...extra,
    });
    return new Response(problem, { status });
  }
  if (answer instanceof Uint8Array) {
    return new Response(answer as Uint8Array<ArrayBuffer>);
  }
  if (answer === null) {
    return new Response(null, { status: 204 });
  }
  return typeof answer === "string" ? new Response(answer) : Response.json(answer);
}
