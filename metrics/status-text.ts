import { STATUS_CODES } from 'node:http';
import type { HttpAnswer } from '../src/runtime/http.ts';
import { shown } from './shown.ts';

/** An answer as the reference shows it in errors: `Status 400 Bad Request: <body>`; of a long body the beginning. */
export function describeStatus(answer: HttpAnswer): string {
  return `Status ${`${answer.status} ${STATUS_CODES[answer.status] ?? ''}`.trimEnd()}: ${shown(answer.body)}`;
}
