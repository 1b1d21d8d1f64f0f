import { defaultPlace, type InstallOptions } from '../options.ts';
import { readValues } from '../values.ts';

/** An installation with some values, at the place where it goes by default. */
export function optionsWith(given: unknown = {}, place: Partial<InstallOptions> = {}): InstallOptions {
  const read = readValues(given);
  if (!read.ok) throw new Error(read.problems.join('\n'));
  return { ...defaultPlace, version: '1.2.3', values: read.values, ...place };
}
