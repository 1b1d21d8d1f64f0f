import type { Alert } from './contract.ts';
import type { NotifierFactory } from './factory.ts';
import { post, webhookUrl } from './post.ts';

/** A Microsoft Teams webhook, as a MessageCard. */
export const msteams: NotifierFactory = (spec, { http }) => {
  const { href } = webhookUrl(spec, 'MS Teams webhook');
  return {
    async send(alert, signal) {
      await post(http, spec, { service: 'MS Teams', url: href, payload: card(alert) }, signal);
    },
  };
};

function card(alert: Alert) {
  return {
    '@type': 'MessageCard',
    '@context': 'http://schema.org/extensions',
    themeColor: alert.severity === 'error' ? 'FF0000' : '0076D7',
    summary: alert.subject,
    sections: [{ activityTitle: alert.text, activitySubtitle: alert.subject, facts: alert.fields }],
  };
}
