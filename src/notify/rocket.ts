import type { NotifierFactory } from './factory.ts';
import { post, webhookUrl } from './post.ts';
import { slackPayload } from './slack-payload.ts';

const colors = { normal: '#0076D7', error: '#FF0000' };

/** An incoming webhook of Rocket.Chat, which takes Slack's payload with colours of its own. */
export const rocket: NotifierFactory = (spec, { http }) => {
  const { href } = webhookUrl(spec, 'Rocket hook');
  return {
    async send(alert, signal) {
      const payload = slackPayload(spec, alert, colors);
      await post(http, spec, { service: 'Rocket', url: href, payload }, signal);
    },
  };
};
