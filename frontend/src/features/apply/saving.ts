/**
 * Keeps what is typed: on the server soon after, and until then in this browser, so that neither a reload nor a broken
 * line loses a word. Two tabs, or an officer beside the applicant, never overwrite each other unseen.
 */
import type { ApplicationForm, OwnApplication } from "../../sync/applications";
import { Problem } from "../../sync/http";
import { differences } from "./form";

export type SavingState =
  | { name: "saved" }
  | { name: "unsaved" }
  | { name: "saving" }
  /** No answer; it is tried again by itself. */
  | { name: "waiting" }
  /** The server does not take it in this form, as too long a text. */
  | { name: "refused"; code: string }
  /** It was changed elsewhere in the same fields or others; a person decides. */
  | { name: "changed"; newer: OwnApplication; fields: (keyof ApplicationForm)[] }
  /** The cookie of the link has ended. */
  | { name: "ended" }
  /** It may not be changed any more, as it was submitted elsewhere. */
  | { name: "closed"; newer: OwnApplication };

export interface Draft {
  form: ApplicationForm;
  /** `changed_at` of what it was typed over, and that itself. */
  seen: number;
  base: ApplicationForm;
}

/** Where unsaved words wait, by the id of the application. */
export interface Keep {
  read(id: string): Draft | null;
  write(id: string, draft: Draft | null): void;
}

export interface FormServer {
  save(form: ApplicationForm, seen: number): Promise<{ changed_at: number; missing: string[] }>;
  read(): Promise<OwnApplication>;
}

/** After the last key. */
const PAUSE = 700;
/** After a broken line. */
const AGAIN = 5_000;

const broken = new Set(["offline", "server_failed", "bad_answer", "slow_down"]);

export class FormSaving {
  readonly #server: FormServer;
  readonly #keep: Keep;
  readonly #told: () => void;
  readonly #id: string;
  #form: ApplicationForm;
  #base: ApplicationForm;
  #seen: number;
  #missing: readonly string[];
  #state: SavingState = { name: "saved" };
  #timer: ReturnType<typeof setTimeout> | null = null;
  #running: Promise<void> | null = null;
  #ended = false;

  constructor(application: OwnApplication, server: FormServer, keep: Keep, told: () => void) {
    this.#server = server;
    this.#keep = keep;
    this.#told = told;
    this.#id = application.id;
    this.#form = application.form;
    this.#base = application.form;
    this.#seen = application.changed_at;
    this.#missing = application.missing;
    const draft = keep.read(application.id);
    if (draft !== null && !application.editable) {
      keep.write(this.#id, null);
    } else if (draft !== null && differences(draft.form, application.form).length > 0) {
      this.#form = draft.form;
      if (differences(draft.base, application.form).length === 0) {
        this.#state = { name: "unsaved" };
        this.#later(0);
      } else {
        this.#state = this.#changed(application);
      }
    }
  }

  get form(): ApplicationForm {
    return this.#form;
  }
  get state(): SavingState {
    return this.#state;
  }
  get missing(): readonly string[] {
    return this.#missing;
  }
  /** `changed_at` of what was last read or written. */
  get seen(): number {
    return this.#seen;
  }

  change(part: Partial<ApplicationForm>): void {
    this.#form = { ...this.#form, ...part };
    this.#keep.write(this.#id, { form: this.#form, seen: this.#seen, base: this.#base });
    if (this.#state.name !== "changed" && this.#state.name !== "ended" && this.#state.name !== "closed") {
      this.#state = { name: "unsaved" };
      this.#later(PAUSE);
    }
    this.#told();
  }

  /** Saves at once; whether all is saved then. */
  async flush(): Promise<boolean> {
    this.#stopTimer();
    await this.#running;
    if (this.#dirty && this.#savable) {
      await this.#save();
    }
    return this.#state.name === "saved" && !this.#dirty;
  }

  /** What was read anew, as after a document came or went. */
  adopt(application: OwnApplication): void {
    if (application.changed_at < this.#seen || this.#running !== null) {
      return;
    }
    if (!this.#dirty) {
      this.#take(application);
    } else if (!application.editable) {
      this.#state = { name: "closed", newer: application };
    } else if (differences(application.form, this.#base).length > 0) {
      this.#state = this.#changed(application);
    } else {
      this.#seen = application.changed_at;
      this.#missing = application.missing;
    }
    this.#told();
  }

  /** The fields are as they were changed elsewhere; what was typed here is given up. */
  takeNewer(): void {
    if (this.#state.name === "changed" || this.#state.name === "closed") {
      this.#take(this.#state.newer);
      this.#told();
    }
  }

  /** What was typed here is written over what was changed elsewhere. */
  async keepOwn(): Promise<void> {
    if (this.#state.name === "changed") {
      this.#seen = this.#state.newer.changed_at;
      this.#base = this.#state.newer.form;
      this.#state = { name: "unsaved" };
      await this.flush();
    }
  }

  end(): void {
    this.#ended = true;
    this.#stopTimer();
  }

  get #dirty(): boolean {
    return this.#form !== this.#base && differences(this.#form, this.#base).length > 0;
  }

  get #savable(): boolean {
    return this.#state.name !== "changed" && this.#state.name !== "ended" && this.#state.name !== "closed";
  }

  #changed(newer: OwnApplication): SavingState {
    return { name: "changed", newer, fields: differences(this.#form, newer.form) };
  }

  #take(application: OwnApplication): void {
    this.#stopTimer();
    this.#form = application.form;
    this.#base = application.form;
    this.#seen = application.changed_at;
    this.#missing = application.missing;
    this.#state = { name: "saved" };
    this.#keep.write(this.#id, null);
  }

  #later(wait: number): void {
    this.#stopTimer();
    this.#timer = setTimeout(() => void this.#save(), wait);
  }

  #stopTimer(): void {
    if (this.#timer !== null) {
      clearTimeout(this.#timer);
      this.#timer = null;
    }
  }

  #save(): Promise<void> {
    this.#stopTimer();
    this.#running ??= this.#saveNow().finally(() => {
      this.#running = null;
      if (!this.#ended) {
        this.#told();
      }
    });
    return this.#running;
  }

  async #saveNow(): Promise<void> {
    while (this.#dirty && this.#savable && !this.#ended) {
      const form = this.#form;
      this.#state = { name: "saving" };
      this.#told();
      try {
        const { changed_at, missing } = await this.#server.save(form, this.#seen);
        this.#seen = changed_at;
        this.#base = form;
        this.#missing = missing;
      } catch (thrown) {
        if (!(await this.#afterFailure(thrown))) {
          return;
        }
      }
    }
    if (!this.#dirty) {
      this.#state = { name: "saved" };
      this.#keep.write(this.#id, null);
    }
  }

  /** Whether it is worth trying again at once. */
  async #afterFailure(thrown: unknown): Promise<boolean> {
    const code = thrown instanceof Problem ? thrown.code : "unexpected";
    if (code === "application_changed" || code === "not_editable") {
      try {
        return this.#compare(await this.#server.read());
      } catch (again) {
        return this.#afterFailure(again);
      }
    }
    if (code === "not_found") {
      this.#state = { name: "ended" };
    } else if (broken.has(code)) {
      this.#state = { name: "waiting" };
      if (!this.#ended) {
        this.#later(AGAIN);
      }
    } else {
      this.#state = { name: "refused", code };
    }
    return false;
  }

  /** Documents change an application as well: only where its form is another one has a person to decide. */
  #compare(newer: OwnApplication): boolean {
    if (!newer.editable) {
      this.#state = { name: "closed", newer };
      return false;
    }
    const moved = newer.changed_at !== this.#seen;
    if (differences(newer.form, this.#base).length === 0 && moved) {
      this.#seen = newer.changed_at;
      return true;
    }
    if (differences(newer.form, this.#form).length === 0) {
      this.#seen = newer.changed_at;
      this.#base = this.#form;
      this.#missing = newer.missing;
      return true;
    }
    this.#state = this.#changed(newer);
    return false;
  }
}

const PREFIX = "entente.apply.";

/** In this browser, so that a link opened in another tab finds them; gone as soon as the server has them. */
export const browserKeep: Keep = {
  read(id) {
    try {
      const kept = localStorage.getItem(PREFIX + id);
      return kept === null ? null : (JSON.parse(kept) as Draft);
    } catch {
      return null;
    }
  },
  write(id, draft) {
    try {
      if (draft === null) {
        localStorage.removeItem(PREFIX + id);
      } else {
        localStorage.setItem(PREFIX + id, JSON.stringify(draft));
      }
    } catch {
      // storage that is full or switched off: the server has it a second later
    }
  },
};
