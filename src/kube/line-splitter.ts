/** Cuts a stream of bytes into lines; a line may come in many pieces, and a character may be cut in two. */
export class LineSplitter {
  readonly #onLine: (line: string) => void;
  readonly #decoder = new TextDecoder();
  #rest = '';

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  push(chunk: Uint8Array): void {
    const text = this.#rest + this.#decoder.decode(chunk, { stream: true });
    let from = 0;
    for (let end = text.indexOf('\n', from); end >= 0; end = text.indexOf('\n', from)) {
      this.#onLine(text.slice(from, end));
      from = end + 1;
    }
    this.#rest = text.slice(from);
  }
}
