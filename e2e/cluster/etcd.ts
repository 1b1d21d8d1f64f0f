/** One version of an object as etcd keeps it. */
export interface Version {
  /** The whole key: `/registry/<group>/<plural>/<namespace>/<name>`. */
  readonly key: string;
  /** Grows with every write of the whole cluster; the object's `resourceVersion`. */
  readonly revision: number;
  /** JSON for custom resources; empty when this is the deletion. */
  readonly value: string;
}

interface KeyValue {
  readonly key: string;
  readonly mod_revision: string;
  readonly value?: string;
}

interface Watched {
  readonly result?: {
    readonly compact_revision?: string;
    readonly events?: readonly { readonly kv: KeyValue }[];
  };
}

/** What the API server's store knows and the API server doesn't tell: every version, whatever crashes meanwhile. */
export class Etcd {
  readonly #url: string;

  /** `url`: where clients reach it, without TLS. */
  constructor(url: string) {
    this.#url = url;
  }

  /** The revision of the last write. */
  async revision(): Promise<number> {
    const { header } = await this.#call('kv/range', { key: encode('/'), limit: 1, keys_only: true });
    return Number(header.revision);
  }

  /** Forgets all versions before a revision that aren't the last ones: watches that would begin there are refused. */
  async compact(revision: number): Promise<void> {
    await this.#call('kv/compaction', { revision, physical: true });
  }

  /** All versions below a prefix from a revision on, in the order of writing. Rejects when some were forgotten. */
  async history(prefix: string, from: number): Promise<readonly Version[]> {
    const last = await this.#lastRevision(prefix);
    if (last < from) return [];
    const versions: Version[] = [];
    const stop = new AbortController();
    const request = { create_request: { ...range(prefix), start_revision: from } };
    const answer = await this.#post('watch', request, stop.signal);
    try {
      for await (const line of lines(answer)) {
        const { result } = JSON.parse(line) as Watched;
        if (Number(result?.compact_revision ?? 0) > 0) throw new Error(`history from ${from} on was forgotten`);
        for (const { kv } of result?.events ?? []) versions.push(versionOf(kv));
        if ((versions.at(-1)?.revision ?? 0) >= last) return versions;
      }
    } finally {
      stop.abort();
    }
    throw new Error(`etcd ended its answer before revision ${last}`);
  }

  /** Of the objects below a prefix that exist. */
  async #lastRevision(prefix: string): Promise<number> {
    const { kvs = [] } = await this.#call('kv/range', { ...range(prefix), keys_only: true });
    return Math.max(0, ...kvs.map((kv) => Number(kv.mod_revision)));
  }

  async #call(path: string, body: unknown): Promise<{ header: { revision: string }; kvs?: readonly KeyValue[] }> {
    const answer = await this.#post(path, body);
    return (await answer.json()) as { header: { revision: string }; kvs?: readonly KeyValue[] };
  }

  async #post(path: string, body: unknown, signal?: AbortSignal): Promise<Response> {
    const how = { method: 'POST', body: JSON.stringify(body), ...(signal ? { signal } : {}) };
    const answer = await fetch(`${this.#url}/v3/${path}`, how);
    if (!answer.ok) throw new Error(`etcd ${path}: ${answer.status} ${await answer.text()}`);
    return answer;
  }
}

/** From the prefix up to, and without, what follows the last key that begins with it. */
function range(prefix: string): { key: string; range_end: string } {
  const next = prefix.slice(0, -1) + String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1);
  return { key: encode(prefix), range_end: encode(next) };
}

function versionOf({ key, mod_revision, value = '' }: KeyValue): Version {
  return { key: decode(key), revision: Number(mod_revision), value: decode(value) };
}

async function* lines(answer: Response): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  const pieces: string[] = [];
  for await (const chunk of answer.body ?? []) {
    const [first = '', ...others] = decoder.decode(chunk, { stream: true }).split('\n');
    pieces.push(first);
    for (const other of others) {
      yield pieces.splice(0).join('');
      pieces.push(other);
    }
  }
}

function encode(text: string): string {
  return Buffer.from(text).toString('base64');
}

function decode(text: string): string {
  return Buffer.from(text, 'base64').toString('utf8');
}
