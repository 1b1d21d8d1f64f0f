import { describe, expect, test } from 'vitest';
import { HttpFailure } from '../runtime/http.ts';
import { memoryHttp, type Reply } from '../runtime/testing/memory-http.ts';
import { type Alert, type DestinationSpec, NotifyError } from './contract.ts';
import type { NotifierFactory } from './factory.ts';

export interface NotifierConformance {
  readonly name: string;
  readonly factory: NotifierFactory;
  /** Finds the colour in a payload; absent for services that show no severity. */
  readonly colorOf?: (payload: unknown) => unknown;
  /** Colours by severity. */
  readonly colors?: Readonly<Record<Alert['severity'], string>>;
  /** Finds the fields in a payload as `name=value`. */
  readonly fieldsOf: (payload: unknown) => readonly string[];
  /** Whether the token is sent as a bearer. */
  readonly usesToken: boolean;
  /** What a URL that can't work is called in the error. */
  readonly invalid: string;
}

const spec: DestinationSpec = {
  type: 'any',
  address: 'https://chat.example/hooks/s3cret-path?key=s3cret-key',
  channel: 'on-call',
  username: 'bot',
  proxy: undefined,
  token: 's3cret-token',
};

const alert: Alert = {
  subject: 'podinfo.test',
  text: 'New revision detected <now> & "here"',
  severity: 'info',
  fields: [
    { name: 'Target', value: 'Deployment/podinfo.test' },
    { name: 'Cluster', value: 'east' },
    { name: 'Another', value: '1' },
  ],
};

/** What every chat service must do alike. Call it in a test file of its own or beside the service's own tests. */
export function describeNotifier(subject: NotifierConformance): void {
  const { name, factory } = subject;

  async function send(reply: Reply, given: Partial<DestinationSpec> = {}, sent: Partial<Alert> = {}) {
    const http = memoryHttp([reply]);
    const error: unknown = await factory({ ...spec, ...given }, { http })
      .send({ ...alert, ...sent })
      .then(
        () => undefined,
        (reason: unknown) => reason,
      );
    return { error, request: http.only(), payload: JSON.parse(http.only().body ?? '') as unknown };
  }

  describe(`the notifier for ${name}`, () => {
    test('posts JSON and has five seconds', async () => {
      const { request, error } = await send(200);
      expect(error).toBeUndefined();
      expect(request).toMatchObject({ method: 'POST', timeoutMs: 5000 });
      expect(request.headers).toMatchObject({ 'Content-Type': 'application/json' });
      expect(request.url.startsWith('https://chat.example/hooks/s3cret-path')).toBe(true);
    });

    test('shows subject and text as they are', async () => {
      const text = JSON.stringify((await send(200)).payload);
      expect(text).toContain('podinfo.test');
      expect(text).toContain(JSON.stringify(alert.text).slice(1, -1));
    });

    test('shows the fields in their order', async () => {
      const { payload } = await send(200);
      expect(subject.fieldsOf(payload)).toEqual(['Target=Deployment/podinfo.test', 'Cluster=east', 'Another=1']);
    });

    test('shows no fields when there are none', async () => {
      expect(subject.fieldsOf((await send(200, {}, { fields: [] })).payload)).toEqual([]);
    });

    const { colors, colorOf } = subject;
    if (colors && colorOf) {
      test.each(['info', 'warn', 'error'] as const)('has a colour for %s', async (severity) => {
        const { payload } = await send(200, {}, { severity });
        expect(colorOf(payload)).toBe(colors[severity]);
      });
    }

    test(subject.usesToken ? 'sends the token as a bearer' : 'sends no token', async () => {
      const { request } = await send(200);
      expect(request.headers?.['Authorization']).toBe(subject.usesToken ? 'Bearer s3cret-token' : undefined);
      expect((await send(200, { token: undefined })).request.headers).not.toHaveProperty('Authorization');
    });

    test('goes through the proxy of the destination, else through that of the environment', async () => {
      const proxy = 'http://proxy:3128';
      expect((await send(200, { proxy })).request.proxy).toBe(proxy);
      expect((await send(200)).request).not.toHaveProperty('proxy');
    });

    test.each([200, 201, 204, 299])('takes %i for success', async (status) => {
      expect((await send(status)).error).toBeUndefined();
    });

    test.each([199, 302, 400, 404, 429, 500])('takes %i for a refusal, at once', async (status) => {
      const { error } = await send({ status, body: 'no_service' });
      expect(error).toBeInstanceOf(NotifyError);
      expect(String(error)).toContain(`${status}: no_service`);
    });

    test('never shows address or token, not even when the answer repeats them', async () => {
      const leak = `${spec.address} ${spec.token} /hooks/s3cret-path/slack?key=s3cret-key /hooks/s3cret-path`;
      for (const reply of [{ status: 500, body: leak }, new HttpFailure(leak, true)]) {
        const { error } = await send(reply);
        if (!(error instanceof NotifyError)) throw new Error(`expected a NotifyError, got ${String(error)}`);
        expect(`${error.message} ${error.stack} ${String(error.cause)}`).not.toContain('s3cret');
      }
    });

    test('says why no answer came', async () => {
      const { error } = await send(new HttpFailure('connection refused', true));
      expect(error).toBeInstanceOf(NotifyError);
      expect(String(error)).toContain('connection refused');
    });

    test('hands the way to cancel on', async () => {
      const http = memoryHttp([200]);
      const { signal } = new AbortController();
      await factory(spec, { http }).send(alert, signal);
      expect(http.only().signal).toBe(signal);
    });

    test.each(['s3cret', 'ftp://s3cret', '/s3cret'])('refuses the address %j without repeating it', (address) => {
      const make = () => factory({ ...spec, address }, { http: memoryHttp([200]) });
      expect(make).toThrow(NotifyError);
      expect(make).toThrow(`invalid ${subject.invalid} URL`);
      expect(make).not.toThrow('s3cret');
    });
  });
}
