import { dig } from '../kube/object.ts';
import type { NotifierFactory } from './factory.ts';
import { post, refusal, webhookUrl } from './post.ts';
import { slackPayload } from './slack-payload.ts';

const colors = { normal: 'good', error: 'danger' };

/**
 * An incoming webhook of Slack, or its `chat.postMessage` with a bot token. The latter answers 200 also when it refuses:
 * then the body says `"ok": false`.
 */
export const slack: NotifierFactory = (spec, { http }) => {
  const { href } = webhookUrl(spec, 'Slack hook');
  const { token } = spec;
  const headers = token === undefined || token === '' ? {} : { Authorization: `Bearer ${token}` };
  return {
    async send(alert, signal) {
      const payload = slackPayload(spec, alert, colors);
      const body = await post(http, spec, { service: 'Slack', url: href, payload, headers }, signal);
      const answer = parse(body);
      if (dig(answer, 'ok') !== false) return;
      throw refusal('Slack', `the message was refused: ${String(dig(answer, 'error'))}`, [href, spec.address, token]);
    },
  };
};

/** Webhooks answer with plain text: `undefined`. */
function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
