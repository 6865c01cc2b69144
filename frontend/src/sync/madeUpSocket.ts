/** A line that says what a test makes it say, and remembers what it was given; for `vi.stubGlobal("WebSocket", …)`. */
export class MadeUpWebSocket extends EventTarget {
  static readonly OPEN = 1;
  static made: MadeUpWebSocket[] = [];
  readyState = 0;
  readonly sent: { type: string; conversation?: string }[] = [];
  constructor() {
    super();
    MadeUpWebSocket.made.push(this);
  }
  send(text: string): void {
    this.sent.push(JSON.parse(text) as { type: string });
  }
  close(): void {
    this.readyState = 3;
  }
  opens(): void {
    this.readyState = 1;
    this.dispatchEvent(new Event("open"));
  }
  says(frame: object): void {
    this.dispatchEvent(new MessageEvent("message", { data: JSON.stringify(frame) }));
  }
  closes(code: number): void {
    this.readyState = 3;
    const event = new Event("close");
    this.dispatchEvent(Object.assign(event, { code }));
  }
}
