import { STATUS_CODES } from 'node:http';
import type { HttpAnswer } from '../src/runtime/http.ts';

/** An answer as the reference shows it in errors: `Status 400 Bad Request: <body>`. */
export function describeStatus(answer: HttpAnswer): string {
  return `Status ${`${answer.status} ${STATUS_CODES[answer.status] ?? ''}`.trimEnd()}: ${answer.body}`;
}
