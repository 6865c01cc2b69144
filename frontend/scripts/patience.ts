/** Lets every test wait a minute for a state, where vitest would fail it after one second. */
import { vi } from "vitest";

const { waitFor } = vi;
vi.waitFor = (holds, how = 60_000) => waitFor(holds, how);
