import type { Alert, DestinationSpec } from './contract.ts';

/** Colours of the bar beside a message. */
export interface Colors {
  readonly normal: string;
  readonly error: string;
}

/** The payload that Slack brought up and that Discord and Rocket.Chat understand as well. */
export function slackPayload(spec: DestinationSpec, alert: Alert, colors: Colors) {
  return {
    channel: spec.channel === '' ? 'general' : spec.channel,
    username: spec.username === '' ? 'flagger' : spec.username,
    icon_url: '',
    icon_emoji: ':rocket:',
    attachments: [
      {
        color: alert.severity === 'error' ? colors.error : colors.normal,
        author_name: alert.subject,
        text: alert.text,
        mrkdwn_in: ['text'],
        fields: alert.fields.map(({ name, value }) => ({ title: name, value, short: false })),
      },
    ],
  };
}
