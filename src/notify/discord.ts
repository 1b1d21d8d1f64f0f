import type { NotifierFactory } from './factory.ts';
import { post, webhookUrl } from './post.ts';
import { slackPayload } from './slack-payload.ts';

const SUFFIX = '/slack';
const colors = { normal: 'good', error: 'danger' };

/** A Discord webhook, through its endpoint for Slack's payloads. */
export const discord: NotifierFactory = (spec, { http }) => {
  const url = webhookUrl(spec, 'Discord hook');
  if (!url.href.endsWith(SUFFIX)) url.pathname = url.pathname.replace(/\/*$/, SUFFIX);
  return {
    async send(alert, signal) {
      const payload = slackPayload(spec, alert, colors);
      await post(http, spec, { service: 'Discord', url: url.href, payload }, signal);
    },
  };
};
