import { Agent, request } from 'undici';
import type { ApiRequest, Transport } from '../../../kube/transport.ts';

function flat(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]),
  );
}

/** The suite's own way over the network, so that it depends on no other part. Certificates aren't checked. */
export function networkTransport(server: string, token?: string): Transport {
  const dispatcher = new Agent({ connect: { rejectUnauthorized: false }, bodyTimeout: 0 });
  const ask = ({ method, path, headers, body, signal }: ApiRequest) =>
    request(`${server}${path}`, {
      method,
      headers: { ...headers, ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
      dispatcher,
      ...(body === undefined ? {} : { body }),
      ...(signal === undefined ? {} : { signal }),
    });
  return {
    async send(asked) {
      const { statusCode, headers, body } = await ask(asked);
      return { status: statusCode, headers: flat(headers), body: await body.text() };
    },
    async stream(asked, onLine) {
      const { statusCode, body } = await ask(asked);
      body.setEncoding('utf8');
      let rest = '';
      for await (const chunk of body) {
        const lines = `${rest}${chunk}`.split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) onLine(line);
      }
      if (rest !== '') onLine(rest);
      return statusCode;
    },
    close: () => dispatcher.destroy(),
  };
}
