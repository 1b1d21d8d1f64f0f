import { expect, test } from 'vitest';
import { globalDestination } from './global-destination.ts';

const nothing = {
  slackUrl: '',
  slackToken: '',
  slackProxyUrl: '',
  slackUser: 'flagger',
  slackChannel: '',
  msteamsUrl: '',
  msteamsProxyUrl: '',
};
const withSlack = { ...nothing, slackUrl: 'https://slack', slackChannel: 'general' };
const slackSpec = {
  type: 'slack',
  address: 'https://slack',
  channel: 'general',
  username: 'flagger',
  proxy: undefined,
  token: undefined,
};
const teamsSpec = {
  type: 'msteams',
  address: 'https://teams',
  channel: '',
  username: '',
  proxy: undefined,
  token: undefined,
};

test.each([
  { name: 'nothing', options: nothing, result: { kind: 'none' } },
  { name: 'Slack', options: withSlack, result: { kind: 'destination', spec: slackSpec } },
  {
    name: 'Slack with token and proxy',
    options: { ...withSlack, slackToken: 'tok', slackProxyUrl: 'http://proxy' },
    result: { kind: 'destination', spec: { ...slackSpec, token: 'tok', proxy: 'http://proxy' } },
  },
  {
    name: 'Slack without a channel',
    options: { ...withSlack, slackChannel: '' },
    result: { kind: 'disabled', why: 'Notifier empty Slack channel' },
  },
  {
    name: 'Teams',
    options: { ...nothing, msteamsUrl: 'https://teams' },
    result: { kind: 'destination', spec: teamsSpec },
  },
  {
    name: 'Teams and Slack',
    options: { ...withSlack, msteamsUrl: 'https://teams', msteamsProxyUrl: 'http://proxy' },
    result: { kind: 'destination', spec: { ...teamsSpec, proxy: 'http://proxy' } },
  },
])('$name in the flags gives $result.kind', ({ options, result }) => {
  expect(globalDestination(options)).toEqual(result);
});
