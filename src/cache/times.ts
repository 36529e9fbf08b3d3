/** `2024-05-01T08:00:00Z`, with or without seconds, fractions and offset; a time without an offset is UTC. */
const ISO = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)\s*(Z|[+-]\d{2}:?\d{2})?)?$/i;
/** `Wed, 01 May 2024 08:00:00 GMT` (RFC 1123), also with an offset in digits. */
const RFC_1123 = /^(?:[a-z]{3},\s*)?\d{1,2} [a-z]{3} \d{4} \d{2}:\d{2}(?::\d{2})? (?:GMT|UTC?|Z|[+-]\d{4})$/i;
/** Seconds have 10 digits from 2001 to 2286, milliseconds 13. */
const EPOCH = /^\d{10}(?:\d{3})?$/;

/**
 * A time of the service in milliseconds since 1970. The API documents ISO 8601; other products of the vendor answer in
 * the form of RFC 1123 or in numbers.
 *
 * @returns undefined if the text is none of these
 */
export function parseTime(text: string): number | undefined {
  const trimmed = text.trim();
  if (EPOCH.test(trimmed)) return Number(trimmed) * (trimmed.length === 10 ? 1000 : 1);
  const iso = ISO.exec(trimmed);
  if (iso) {
    const [, date = '', time = '00:00', offset = 'Z'] = iso;
    return finite(
      Date.parse(`${date}T${time}${offset.replace(/^([+-]\d{2})(\d{2})$/, '$1:$2').toUpperCase()}`),
    );
  }
  return RFC_1123.test(trimmed) ? finite(Date.parse(trimmed)) : undefined;
}

function finite(milliseconds: number): number | undefined {
  return Number.isFinite(milliseconds) ? milliseconds : undefined;
}
