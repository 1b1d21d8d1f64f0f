const PATTERN = /^([+-]?)(\d+(?:\.\d*)?|\.\d+)(Ki|Mi|Gi|Ti|Pi|Ei|n|u|m|k|M|G|T|P|E|(?:[eE][+-]?\d+))?$/;

const BINARY = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];
const DECIMAL: readonly (readonly [suffix: string, exponent: number])[] = [
  ['n', -9],
  ['u', -6],
  ['m', -3],
  ['', 0],
  ['k', 3],
  ['M', 6],
  ['G', 9],
  ['T', 12],
  ['P', 15],
  ['E', 18],
];
/** Quantities count in billionths; anything finer is rounded up. */
const UNIT = 10n ** 9n;

/** The amount in billionths. */
function amountOf(digits: string, suffix: string): bigint {
  const [whole = '', fraction = ''] = digits.split('.');
  const binary = BINARY.indexOf(suffix);
  const exponent = binary > 0 ? 0 : (DECIMAL.find(([name]) => name === suffix)?.[1] ?? Number(suffix.slice(1)));
  const factor = binary > 0 ? 1024n ** BigInt(binary) : 1n;
  const numerator = BigInt(whole + fraction) * factor * UNIT * 10n ** BigInt(Math.max(exponent, 0));
  const denominator = 10n ** BigInt(fraction.length + Math.max(-exponent, 0));
  return (numerator + denominator - 1n) / denominator;
}

function printBinary(amount: bigint): string {
  let whole = amount / UNIT;
  let step = 0;
  while (step < BINARY.length - 1 && whole !== 0n && whole % 1024n === 0n) {
    whole /= 1024n;
    step++;
  }
  return `${whole}${BINARY[step]}`;
}

function printDecimal(amount: bigint): string {
  for (const [suffix, exponent] of DECIMAL.toReversed()) {
    const unit = 10n ** BigInt(exponent + 9);
    if (amount % unit === 0n) return `${amount / unit}${suffix}`;
  }
  return String(amount);
}

/** The form in which the API server writes a quantity: `0.5` is `500m`, `1024Mi` is `1Gi`. `undefined` when it is none. */
export function canonicalQuantity(text: string): string | undefined {
  const match = PATTERN.exec(text);
  if (!match) return undefined;
  const [, sign, digits = '', suffix = ''] = match;
  const amount = amountOf(digits, suffix);
  if (amount === 0n) return '0';
  const minus = sign === '-' ? '-' : '';
  const scientific = /^[eE][+-]?\d/.test(suffix);
  if (scientific) {
    const [, exponent] = [...DECIMAL].reverse().find(([, power]) => amount % 10n ** BigInt(power + 9) === 0n) ?? [
      '',
      0,
    ];
    return `${minus}${amount / 10n ** BigInt(exponent + 9)}${exponent === 0 ? '' : `e${exponent}`}`;
  }
  // a fraction of the unit can't be told in powers of 1024
  const binary = BINARY.indexOf(suffix) > 0 && amount % UNIT === 0n && amount >= 1024n * UNIT;
  return minus + (binary ? printBinary(amount) : printDecimal(amount));
}
