/** Names of the targets of a measurement, from the `first` on; they sort as they are counted. */
export function namesFrom(word: string, first: number, count: number): string[] {
  return Array.from({ length: count }, (_, i) => `${word}-${String(first + i).padStart(5, '0')}`);
}
