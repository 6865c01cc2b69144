import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { ApplicationForm, OwnApplication } from "../../sync/applications";
import { Problem } from "../../sync/http";
import { emptyForm, madeUpApplication } from "./madeUp";
import { type Draft, FormSaving, type FormServer, type Keep } from "./saving";

class MadeUpServer implements FormServer {
  application: OwnApplication = madeUpApplication();
  saved: ApplicationForm[] = [];
  /** The next answers, until there are none. */
  failures: Problem[] = [];

  async save(form: ApplicationForm, seen: number) {
    const failure = this.failures.shift();
    if (failure !== undefined) throw failure;
    if (!this.application.editable) throw new Problem("not_editable", 409, "");
    if (seen !== this.application.changed_at) throw new Problem("application_changed", 409, "");
    this.saved.push(form);
    this.write({ form });
    return { changed_at: this.application.changed_at, missing: this.application.missing };
  }

  async read() {
    return this.application;
  }

  write(changes: Partial<OwnApplication>): void {
    const changed_at = this.application.changed_at + 1;
    const missing = (changes.form ?? this.application.form).name === "" ? ["name"] : [];
    this.application = { ...this.application, changed_at, missing, ...changes };
  }
}

class MadeUpKeep implements Keep {
  kept = new Map<string, Draft>();
  read(id: string) {
    return this.kept.get(id) ?? null;
  }
  write(id: string, draft: Draft | null) {
    if (draft === null) this.kept.delete(id);
    else this.kept.set(id, draft);
  }
}

let server: MadeUpServer;
let keep: MadeUpKeep;
let saving: FormSaving;
const offline = () => new Problem("offline", 0, "");
const open = () => new FormSaving(server.application, server, keep, () => undefined);

beforeEach(() => {
  vi.useFakeTimers();
  server = new MadeUpServer();
  keep = new MadeUpKeep();
  saving = open();
});
afterEach(() => {
  saving.end();
  vi.useRealTimers();
});

it("saves once after a pause in typing, and tells what is missing then", async () => {
  saving.change({ name: "A" });
  saving.change({ name: "Ag" });
  expect(saving.state.name).toBe("unsaved");
  expect(saving.missing).toEqual(["name"]);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(server.saved.map(({ name }) => name)).toEqual(["Ag"]);
  expect(saving.state.name).toBe("saved");
  expect(saving.missing).toEqual([]);
  expect(keep.kept.size).toBe(0);
});

it("keeps what was typed over a reload before it was saved", async () => {
  saving.change({ name: "Agency" });
  saving.end();
  saving = open();
  expect(saving.form.name).toBe("Agency");
  await vi.advanceTimersByTimeAsync(100);
  expect(server.application.form.name).toBe("Agency");
  expect(saving.state.name).toBe("saved");
});

it("goes on by itself after the line was broken", async () => {
  server.failures = [offline(), offline()];
  saving.change({ name: "Agency" });
  await vi.advanceTimersByTimeAsync(1_000);
  expect(saving.state.name).toBe("waiting");
  expect(keep.kept.size).toBe(1);
  saving.change({ name_en: "Typed meanwhile" });
  await vi.advanceTimersByTimeAsync(20_000);
  expect(saving.state.name).toBe("saved");
  expect(server.application.form).toMatchObject({ name: "Agency", name_en: "Typed meanwhile" });
});

it("saves over a change of documents without asking anybody", async () => {
  server.write({});
  saving.change({ name: "Agency" });
  await vi.advanceTimersByTimeAsync(1_000);
  expect(saving.state.name).toBe("saved");
  expect(server.application.form.name).toBe("Agency");
});

it("shows in which fields another tab wrote something else, and writes over it only when told to", async () => {
  server.write({ form: { ...emptyForm, name: "From the other tab" } });
  saving.change({ name: "From here" });
  await vi.advanceTimersByTimeAsync(1_000);
  expect(saving.state).toMatchObject({ name: "changed", fields: ["name"] });
  await vi.advanceTimersByTimeAsync(60_000);
  expect(server.application.form.name).toBe("From the other tab");
  await saving.keepOwn();
  expect(server.application.form.name).toBe("From here");
  expect(saving.state.name).toBe("saved");
});

it("takes the newer form when told to, and gives up what was typed", async () => {
  server.write({ form: { ...emptyForm, name: "From the other tab" } });
  saving.change({ name: "From here" });
  await vi.advanceTimersByTimeAsync(1_000);
  saving.takeNewer();
  expect(saving.form.name).toBe("From the other tab");
  expect(saving.state.name).toBe("saved");
  saving.change({ name: "And on" });
  expect(await saving.flush()).toBe(true);
  expect(server.application.form.name).toBe("And on");
});

it("asks as well when words from before a reload meet a form that was changed since", async () => {
  saving.change({ name: "From here" });
  saving.end();
  server.write({ form: { ...emptyForm, name: "From the other tab" } });
  saving = open();
  expect(saving.state.name).toBe("changed");
  expect(saving.form.name).toBe("From here");
});

it("follows a change from elsewhere while nothing is typed", () => {
  server.write({ form: { ...emptyForm, name: "From the other tab" } });
  saving.adopt(server.application);
  expect(saving.form.name).toBe("From the other tab");
  expect(saving.state.name).toBe("saved");
});

it("says that the right to write has ended, and still keeps the words", async () => {
  server.failures = [new Problem("not_found", 404, "")];
  saving.change({ name: "Agency" });
  expect(await saving.flush()).toBe(false);
  expect(saving.state.name).toBe("ended");
  expect(keep.kept.size).toBe(1);
});

it("says that it was submitted elsewhere", async () => {
  server.write({ editable: false, status: "vetting" });
  saving.change({ name: "Too late" });
  expect(await saving.flush()).toBe(false);
  expect(saving.state.name).toBe("closed");
});

it("says what the server does not take, and saves again once it is changed", async () => {
  server.failures = [new Problem("invalid", 422, "")];
  saving.change({ name: "Too long" });
  expect(await saving.flush()).toBe(false);
  expect(saving.state).toEqual({ name: "refused", code: "invalid" });
  saving.change({ name: "Short" });
  expect(await saving.flush()).toBe(true);
});
