/** Ways out of the page for what is shown only once: the clipboard and a text file. */

/** False where the browser refuses; then the person selects the text by hand. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

export function saveText(name: string, text: string): void {
  // The mark at the beginning tells every editor that this is UTF-8.
  saveFile(name, new Blob([`\ufeff${text}`], { type: "text/plain;charset=utf-8" }));
}

/** Exactly these bytes. */
export function saveFile(name: string, content: Blob): void {
  const address = URL.createObjectURL(content);
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  // The download has begun by the next turn; the address must not outlive it for long.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
