import type { Alert } from './contract.ts';
import type { NotifierFactory } from './factory.ts';
import { post, webhookUrl } from './post.ts';

/** A Google Chat webhook, as a card: one section for the message and one for each field. It knows no severity. */
export const gchat: NotifierFactory = (spec, { http }) => {
  const { href } = webhookUrl(spec, 'Google Chat webhook');
  return {
    async send(alert, signal) {
      await post(http, spec, { service: 'Google Chat', url: href, payload: card(alert) }, signal);
    },
  };
};

function card(alert: Alert) {
  const fields = alert.fields.map(({ name, value }) => section(`${name}<br>${strong(value)}`));
  return {
    cards: [
      {
        // title and image of the reference, which filters in chat rooms look for
        header: { title: 'Flagger', subtitle: alert.subject, imageUrl: 'https://flagger.app/favicon.png' },
        sections: [section(strong(alert.text)), ...fields],
      },
    ],
  };
}

function section(text: string) {
  return { widgets: [{ textParagraph: { text } }] };
}

function strong(text: string): string {
  return `<font color=#848484><strong>${text}</strong></font>`;
}
