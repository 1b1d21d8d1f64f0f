import { createServer, type IncomingMessage } from 'node:http';
import { closeNow, LOOPBACK, listen } from '../../src/runtime/listening.ts';

/** What the controller speaks to besides the cluster: a Prometheus, webhooks and a chat, over real HTTP on loopback. */
export interface Receivers {
  readonly url: string;
  /** Answer to queries that match, the first match counts; `undefined`: no data. */
  metrics: { readonly match: RegExp; readonly value: number | undefined }[];
  /** Status by name of a webhook; 200 unless said otherwise. */
  readonly hooks: Record<string, number>;
  /** Bodies that webhooks received, by name. */
  readonly calls: Record<string, unknown[]>;
  /** Texts that the chat received. */
  readonly alerts: string[];
  /** Called after each request. */
  onRequest: () => void;
  close(): Promise<void>;
}

/** Starts the receivers: every query is 100 % success and 10 ms until said otherwise. */
export async function startReceivers(): Promise<Receivers> {
  const server = createServer(async (request, response) => {
    const { status, body } = answer(new URL(request.url ?? '/', 'http://receivers'), await textOf(request));
    response.writeHead(status, { 'content-type': 'application/json' }).end(body);
    receivers.onRequest();
  });
  const receivers = {
    url: `http://${LOOPBACK}:${await listen(server)}`,
    metrics: [] as Receivers['metrics'],
    hooks: {} as Record<string, number>,
    calls: {} as Record<string, unknown[]>,
    alerts: [] as string[],
    onRequest: () => {},
    close: () => closeNow(server),
  };
  return receivers;

  function answer(url: URL, text: string): { status: number; body: string } {
    const [, kind, name = ''] = url.pathname.split('/');
    if (kind === 'hook') {
      receivers.calls[name] = [...(receivers.calls[name] ?? []), JSON.parse(text)];
      return { status: receivers.hooks[name] ?? 200, body: '' };
    }
    if (kind === 'slack') {
      receivers.alerts.push(text);
      return { status: 200, body: 'ok' };
    }
    const query = url.searchParams.get('query') ?? new URLSearchParams(text).get('query') ?? '';
    return { status: 200, body: JSON.stringify(vector(valueFor(query))) };
  }

  function valueFor(query: string): number | undefined {
    const given = receivers.metrics.find(({ match }) => match.test(query));
    if (given) return given.value;
    return /histogram_quantile|\* 1000/.test(query) ? 0.01 : 100;
  }
}

function vector(value: number | undefined): unknown {
  const result = value === undefined ? [] : [{ metric: {}, value: [Date.now() / 1000, String(value)] }];
  return { status: 'success', data: { resultType: 'vector', result } };
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const part of request.setEncoding('utf8')) text += part;
  return text;
}
