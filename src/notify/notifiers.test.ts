import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { dig } from '../kube/object.ts';
import { memoryHttp } from '../runtime/testing/memory-http.ts';
import { describeNotifier } from './conformance.ts';
import { type Alert, NotifyError } from './contract.ts';
import { discord } from './discord.ts';
import { gchat } from './gchat.ts';
import { msteams } from './msteams.ts';
import { notifier } from './registry.ts';
import { rocket } from './rocket.ts';
import { slack } from './slack.ts';

const list = (value: unknown) => (Array.isArray(value) ? value : []);
const attachment = (payload: unknown, field: string) => dig(payload, 'attachments', 0, field);
const slackFields = (payload: unknown) =>
  list(attachment(payload, 'fields')).map((field) => `${dig(field, 'title')}=${dig(field, 'value')}`);
const slackColor = (payload: unknown) => attachment(payload, 'color');
const goodOrDanger = { info: 'good', warn: 'good', error: 'danger' };

const slackLike = { fieldsOf: slackFields, colorOf: slackColor };
describeNotifier({
  ...slackLike,
  name: 'Slack',
  factory: slack,
  colors: goodOrDanger,
  usesToken: true,
  invalid: 'Slack hook',
});
describeNotifier({
  ...slackLike,
  name: 'Discord',
  factory: discord,
  colors: goodOrDanger,
  usesToken: false,
  invalid: 'Discord hook',
});
describeNotifier({
  ...slackLike,
  name: 'Rocket.Chat',
  factory: rocket,
  colors: { info: '#0076D7', warn: '#0076D7', error: '#FF0000' },
  usesToken: false,
  invalid: 'Rocket hook',
});
describeNotifier({
  name: 'Microsoft Teams',
  factory: msteams,
  colorOf: (payload) => dig(payload, 'themeColor'),
  colors: { info: '0076D7', warn: '0076D7', error: 'FF0000' },
  fieldsOf: (payload) =>
    list(dig(payload, 'sections', 0, 'facts')).map((fact) => `${dig(fact, 'name')}=${dig(fact, 'value')}`),
  usesToken: false,
  invalid: 'MS Teams webhook',
});
describeNotifier({
  name: 'Google Chat',
  factory: gchat,
  fieldsOf: (payload) =>
    list(dig(payload, 'cards', 0, 'sections'))
      .slice(1)
      .map((section) => String(dig(section, 'widgets', 0, 'textParagraph', 'text')))
      .map((text) => text.replace('<br><font color=#848484><strong>', '=').replace('</strong></font>', '')),
  usesToken: false,
  invalid: 'Google Chat webhook',
});

interface Recorded {
  readonly type: string;
  readonly channel: string;
  readonly username: string;
  readonly token: string | null;
  /** What the reference put behind the path of the address. */
  readonly path: string;
  readonly alert: Alert;
  readonly body: unknown;
}

const recorded: readonly Recorded[] = JSON.parse(
  readFileSync(new URL('testdata/recorded-alerts.json', import.meta.url), 'utf8'),
);

test.each(recorded)('$type receives "$alert.text" as from the reference', async (row) => {
  const { type, channel, username, token, path, alert, body } = row;
  const http = memoryHttp(['ok']);
  const address = 'http://chat/base';
  await notifier({ type, address, channel, username, token: token ?? undefined, proxy: undefined }, { http }).send(
    alert,
  );
  const request = http.only();
  expect(JSON.parse(request.body ?? '')).toEqual(body);
  expect(request.url).toBe(path === '' ? address : `${address}/${path}`);
  expect(request.headers?.['Authorization']).toBe(token === null ? undefined : `Bearer ${token}`);
});

const spec = { type: 'slack', address: 'http://chat/x', channel: '', username: '', token: undefined, proxy: undefined };
const alert: Alert = { subject: 'podinfo.test', text: 'hello', severity: 'info', fields: [] };

test('channel and user have defaults', async () => {
  const http = memoryHttp(['ok']);
  await notifier(spec, { http }).send(alert);
  expect(JSON.parse(http.only().body ?? '')).toMatchObject({ channel: 'general', username: 'flagger' });
});

test('Slack refuses with a 200 as well', async () => {
  const http = memoryHttp(['{"ok":false,"error":"channel_not_found"}']);
  await expect(notifier(spec, { http }).send(alert)).rejects.toThrow(
    new NotifyError('Slack: the message was refused: channel_not_found'),
  );
});

test.each(['ok', '', '{"ok":true}', '{"error":"x"}'])('Slack has taken the message when it says %j', async (body) => {
  await expect(notifier(spec, { http: memoryHttp([body]) }).send(alert)).resolves.toBeUndefined();
});

test.each([
  { address: 'https://d/api/webhooks/1/x', url: 'https://d/api/webhooks/1/x/slack' },
  { address: 'https://d/api/webhooks/1/x/', url: 'https://d/api/webhooks/1/x/slack' },
  { address: 'https://d/api/webhooks/1/x/slack', url: 'https://d/api/webhooks/1/x/slack' },
  { address: 'https://d/api/webhooks/1/x?thread_id=5', url: 'https://d/api/webhooks/1/x/slack?thread_id=5' },
])('Discord is reached from $address at $url', async ({ address, url }) => {
  const http = memoryHttp(['ok']);
  await notifier({ ...spec, type: 'discord', address }, { http }).send(alert);
  expect(http.only().url).toBe(url);
});

test('an empty address sends nothing', async () => {
  const http = memoryHttp(['ok']);
  await notifier({ ...spec, address: '' }, { http }).send(alert);
  expect(http.requests).toEqual([]);
});

test('an unknown type is refused', () => {
  expect(() => notifier({ ...spec, type: 'fax' }, { http: memoryHttp(['ok']) })).toThrow(
    new NotifyError('provider fax not supported'),
  );
});

test('a defect below is not taken for an answer of the service', async () => {
  const http = memoryHttp(() => {
    throw new TypeError('defect');
  });
  await expect(notifier(spec, { http }).send(alert)).rejects.toThrow(TypeError);
});
