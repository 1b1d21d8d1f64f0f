import { expect, test } from 'vitest';
import { parseHook } from './parse-checks.ts';

function faultOf(url: string): string | undefined {
  const faults: string[] = [];
  parseHook({ name: 'load', url }, 'hooks[0]', (reason, field, fault) => faults.push(`${reason} ${field} ${fault}`));
  return faults[0];
}

test.each([
  ['http://ann:s3cret@tester:port/run', 'is "http://xxxxx@tester:port/run"'],
  ['ann:s3cret@tester/run', 'is "xxxxx@tester/run"'],
  ['http://ann:s3/cret@tester/run', 'is "http://xxxxx@tester/run"'],
  ['ftp://files.test/', 'is "ftp://files.test/"'],
])('a webhook that can not be called at %j is refused without its credentials', (url, fault) => {
  expect(faultOf(url)).toBe(`HookUrlInvalid hooks[0].url ${fault}`);
});
