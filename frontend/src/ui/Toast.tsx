/**
 * Short news that needs no act: eight seconds, waiting while pointed at or focused, read aloud politely.
 * Own code: react-aria's toasts are still marked unstable.
 */
import { X } from "lucide-react";
import { useEffect, useState, useSyncExternalStore } from "react";
import { useI18n } from "../i18n";
import { useAnnouncement } from "./announce";
import { IconButton } from "./Button";
import "./Toast.css";

interface ToastItem {
  id: number;
  text: string;
}

const LASTS = 8_000;
let items: readonly ToastItem[] = [];
let next = 1;
const listeners = new Set<() => void>();

function change(to: readonly ToastItem[]): void {
  items = to;
  for (const listener of listeners) {
    listener();
  }
}

/** Shows a sentence that is already translated. */
export function toast(text: string): void {
  const id = next;
  next += 1;
  change([...items.slice(-2), { id, text }]);
}

function dismiss(id: number): void {
  change(items.filter((item) => item.id !== id));
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function ToastLine({ item }: { item: ToastItem }) {
  const { t } = useI18n();
  const [held, setHeld] = useState(false);
  useEffect(() => {
    if (held) {
      return;
    }
    const timer = setTimeout(() => dismiss(item.id), LASTS);
    return () => clearTimeout(timer);
  }, [held, item.id]);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: pointing at it only stops its clock
    <div
      className="toast"
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <span>{item.text}</span>
      <IconButton label={t("common.actions.close")} icon={X} onPress={() => dismiss(item.id)} />
    </div>
  );
}

/** Stands once in the shell. */
export function ToastRegion() {
  const shown = useSyncExternalStore(subscribe, () => items);
  const words = useAnnouncement();
  return (
    <>
      <div className="toasts no-print" role="status">
        {shown.map((item) => (
          <ToastLine key={item.id} item={item} />
        ))}
      </div>
      <div className="visually-hidden" role="status">
        <span key={words.turn}>{words.text}</span>
      </div>
    </>
  );
}
