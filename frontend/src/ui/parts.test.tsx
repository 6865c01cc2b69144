// @vitest-environment happy-dom
import { act, useState } from "react";
import { afterEach, describe, expect, it, vi } from "vitest";
import {
  announce,
  Button,
  CodeField,
  Count,
  Dialog,
  GroupsField,
  Progress,
  ProofChip,
  Table,
  TextField,
  ToastRegion,
  toast,
} from ".";
import { type Drawn, draw, press, type } from "./testing";

let drawn: Drawn | null = null;
async function show(...given: Parameters<typeof draw>): Promise<Drawn> {
  drawn = await draw(...given);
  return drawn;
}
afterEach(async () => {
  await drawn?.end();
  drawn = null;
});

describe("a dialog that is a form", () => {
  it("is sent once, however often Enter is pressed while it works", async () => {
    const onSubmit = vi.fn();
    const sends = (isBusy: boolean) => (
      <Dialog isOpen isBusy={isBusy} title="Hand over" onSubmit={onSubmit}>
        <input />
      </Dialog>
    );
    const { draw: again } = await show(sends(false));
    const enter = () => act(async () => document.querySelector<HTMLFormElement>("form")?.requestSubmit());
    await enter();
    await again(sends(true));
    await enter();
    expect(onSubmit).toHaveBeenCalledOnce();
  });
});

describe("a button", () => {
  it("does its act", async () => {
    const onPress = vi.fn();
    const { find } = await show(<Button onPress={onPress}>Send</Button>);
    await press(find("button"));
    expect(onPress).toHaveBeenCalledOnce();
  });

  it("that cannot be pressed stays reachable, says why, and does nothing", async () => {
    const onPress = vi.fn();
    const { find } = await show(
      <Button whyDisabled="Type all eight groups" onPress={onPress}>
        Unlock
      </Button>,
    );
    const button = find<HTMLButtonElement>("button");
    expect(button.disabled).toBe(false);
    expect(button.getAttribute("aria-disabled")).toBe("true");
    const why = document.getElementById(button.getAttribute("aria-describedby") ?? "");
    expect(why?.textContent).toBe("Type all eight groups");
    await press(button);
    expect(onPress).not.toHaveBeenCalled();
  });

  it("that works says so, keeps its first label for its width, and cannot be pressed twice", async () => {
    const onPress = vi.fn();
    const { find } = await show(
      <Button isPending pendingLabel="Sending" onPress={onPress}>
        Send
      </Button>,
    );
    const button = find("button");
    await press(button);
    expect(onPress).not.toHaveBeenCalled();
    expect(button.querySelector("[aria-hidden='true'][data-away]")?.textContent).toBe("Send");
    expect(button.textContent).toContain("Sending");
  });
});

describe("a field", () => {
  it("is described by its hint and its error, and marked wrong", async () => {
    const { find } = await show(
      <TextField label="Reference" hint="As they write it." error="This is too short." value="F" />,
    );
    const input = find("input");
    const described = (input.getAttribute("aria-describedby") ?? "")
      .split(" ")
      .map((id) => document.getElementById(id)?.textContent)
      .join(" ");
    expect(described).toContain("As they write it.");
    expect(described).toContain("This is too short.");
    expect(input.getAttribute("aria-invalid")).toBe("true");
  });

  it("shows a password only when asked", async () => {
    const { find } = await show(<TextField label="Password" type="password" value="secret" />);
    expect(find<HTMLInputElement>("input").type).toBe("password");
    await press(find("button"));
    expect(find<HTMLInputElement>("input").type).toBe("text");
  });
});

describe("a one-time code", () => {
  it("takes digits only, and tells when the last one is there", async () => {
    const whole = vi.fn();
    function Once() {
      const [value, setValue] = useState("");
      return <CodeField label="Code" value={value} onChange={setValue} onComplete={whole} />;
    }
    const { find } = await show(<Once />);
    const input = find<HTMLInputElement>("input");
    await type(input, "417 9a");
    expect(input.value).toBe("4179");
    expect(whole).not.toHaveBeenCalled();
    await type(input, "417 9035");
    expect(input.value).toBe("417903");
    expect(whole).toHaveBeenCalledExactlyOnceWith("417903");
  });
});

describe("what is typed with a keyboard for another script", () => {
  it("is a one-time code in Arabic, Persian and full-width digits too", async () => {
    function Once() {
      const [value, setValue] = useState("");
      return <CodeField label="Code" value={value} onChange={setValue} />;
    }
    const { find } = await show(<Once />, "ar");
    for (const written of ["٤١٧٩٠٣", "۴۱۷۹۰۳", "４１７９０３"]) {
      await type(find("input"), "");
      await type(find("input"), written);
      expect(find<HTMLInputElement>("input").value).toBe("417903");
    }
  });

  it("is a group of a recovery code in the same way", async () => {
    function Group() {
      const [values, setValues] = useState<Record<number, string>>({});
      return (
        <GroupsField
          label="Code"
          indexes={[2]}
          values={values}
          onChange={setValues}
          groupLabel={() => "Group"}
        />
      );
    }
    const { find } = await show(<Group />, "ar");
    await type(find("input"), "٥ＭX٩７");
    expect(find<HTMLInputElement>("input").value).toBe("5MX97");
  });
});

describe("the groups of a recovery code", () => {
  const groups = ["7QK4M", "M2XB9", "9TRDC", "P0WHV", "C6VNE", "3JZEQ", "F8YGA", "52SAK"];

  function Groups({ onValues }: { onValues: (values: Record<number, string>) => void }) {
    const [values, setValues] = useState<Record<number, string>>({});
    return (
      <GroupsField
        label="Recovery code"
        values={values}
        onChange={(next) => {
          setValues(next);
          onValues(next);
        }}
        groupLabel={(number) => `Group ${number}`}
      />
    );
  }

  async function paste(field: HTMLElement, text: string) {
    const event = new Event("paste", { bubbles: true, cancelable: true });
    Object.assign(event, { clipboardData: { getData: () => text } });
    await act(async () => {
      field.dispatchEvent(event);
    });
  }

  it("are all filled by one paste, with spaces, dashes and small letters", async () => {
    const onValues = vi.fn();
    const { all } = await show(<Groups onValues={onValues} />);
    const [first] = all("input");
    await paste(first as HTMLElement, groups.join("-").toLowerCase().replace("-", " \n"));
    expect(all("input").map((input) => (input as HTMLInputElement).value)).toEqual(groups);
  });

  it("are filled from the first one on wherever the whole code is pasted", async () => {
    const { all } = await show(<Groups onValues={() => undefined} />);
    await paste(all("input")[4] as HTMLElement, groups.join(" "));
    expect(all("input").map((input) => (input as HTMLInputElement).value)).toEqual(groups);
  });

  it("hand the caret on when one is full", async () => {
    const { all } = await show(<Groups onValues={() => undefined} />);
    const [first, second] = all("input");
    await type(first as HTMLElement, "7qk4");
    expect(document.activeElement).not.toBe(second);
    await type(first as HTMLElement, "7qk4m");
    expect(document.activeElement).toBe(second);
    expect((first as HTMLInputElement).value).toBe("7QK4M");
  });

  it("are read from left to right in Arabic too", async () => {
    const { find, all } = await show(<Groups onValues={() => undefined} />, "ar");
    expect(find("[role='group']").getAttribute("aria-label")).toBe("Recovery code");
    expect(all("input").every((input) => input.dir === "ltr")).toBe(true);
  });
});

describe("small marks", () => {
  it("count nothing when nothing waits, and say what waits", async () => {
    const { page, draw: again } = await show(<Count value={0} label="0 unread" />);
    expect(page.textContent).toBe("");
    await again(<Count value={120} label="120 unread" />);
    expect(page.textContent).toContain("99+");
    expect(page.textContent).toContain("120 unread");
  });

  it("say how we know who it is, in the language of the page", async () => {
    const { page } = await show(<ProofChip proof="changed" />, "fr");
    expect(page.textContent).toContain("Nouvelle clé");
  });

  it("show progress in numbers only when the whole is known", async () => {
    const { find, page, draw: again } = await show(<Progress label="Sealing" done={6} total={9} />);
    expect(page.textContent).toContain("6 of 9");
    expect(find("progress").getAttribute("value")).toBe("6");
    await again(<Progress label="Sealing" done={0} total={null} />);
    expect(find("progress").hasAttribute("value")).toBe(false);
  });
});

describe("a table", () => {
  it("tells each cell its column for small screens", async () => {
    const { all } = await show(
      <Table
        label="Sessions"
        columns={[
          { id: "where", title: "Browser" },
          { id: "act", title: "Action", hideTitle: true, end: true },
        ]}
        rows={[{ id: "1", cells: { where: "Firefox", act: "End" } }]}
      />,
    );
    expect(all("td").map((cell) => cell.dataset.column)).toEqual(["Browser", undefined]);
    expect(all("th").map((cell) => cell.textContent)).toEqual(["Browser", "Action"]);
  });
});

describe("an announcement", () => {
  it("is said each time, also in the same words, and by a button that begins to work", async () => {
    const { page, draw: again } = await show(
      <>
        <ToastRegion />
        <Button pendingLabel="Sending">Send</Button>
      </>,
    );
    const spoken = () => [...page.querySelectorAll("[role='status']")].at(-1)?.firstElementChild;
    await again(
      <>
        <ToastRegion />
        <Button isPending pendingLabel="Sending">
          Send
        </Button>
      </>,
    );
    expect(spoken()?.textContent).toBe("Sending");
    const before = spoken();
    await act(async () => announce("Sending"));
    expect(spoken()?.textContent).toBe("Sending");
    expect(spoken()).not.toBe(before);
  });

  it("that is seen too goes by itself, but waits while pointed at", async () => {
    vi.useFakeTimers();
    try {
      const { page } = await show(<ToastRegion />);
      await act(async () => toast("Saved"));
      expect(page.textContent).toContain("Saved");
      const line = page.querySelector(".toast");
      await act(async () => line?.dispatchEvent(new Event("focusin", { bubbles: true })));
      await act(async () => vi.advanceTimersByTime(20_000));
      expect(page.textContent).toContain("Saved");
      await act(async () => line?.dispatchEvent(new Event("focusout", { bubbles: true })));
      await act(async () => vi.advanceTimersByTime(8_100));
      expect(page.textContent).not.toContain("Saved");
    } finally {
      vi.useRealTimers();
    }
  });
});
