/** The README's tables of inputs and outputs, made from action.yml, so that they cannot say something else. */
import { parse } from 'yaml';

interface Described {
  readonly description: string;
  readonly default?: string;
  readonly required?: boolean;
}

interface Action {
  readonly inputs: Readonly<Record<string, Described>>;
  readonly outputs: Readonly<Record<string, Described>>;
}

/** What an output looks like; a test holds the names to action.yml. */
export const OUTPUT_EXAMPLES: Readonly<Record<string, string>> = {
  'image-cache-id': 'imc-2zebxkiifuyzzlhl',
  'image-cache-name': 'shop-v1-2-3-3f1c9a0b7e',
  'image-cache-size': '20',
  'container-group-id': 'eci-2zelg8vwnlzdhf8hv',
  'request-id': '6D0F1A2B-3C4D-5E6F-8A9B-0C1D2E3F4A5B',
  status: 'Ready',
  result: 'created',
  'snapshot-id': 's-2zec5oj8e1yhxijt',
  images: '["registry-vpc.cn-hangzhou.aliyuncs.com/acme/shop:v1.2.3"]',
  digests: '{"registry-vpc.cn-hangzhou.aliyuncs.com/acme/shop:v1.2.3":"sha256:9f86…0a08"}',
  'deleted-image-cache-ids': '["imc-2ze0g4p1m8q5h7d3"]',
};

/**
 * The README with both tables as action.yml has them now.
 *
 * @throws Error where a marker is missing
 */
export function withTables(readme: string, actionYml: string): string {
  const action = parse(actionYml) as Action;
  return replaced(replaced(readme, 'inputs', inputTable(action)), 'outputs', outputTable(action));
}

function inputTable({ inputs }: Action): string[] {
  const rows = Object.entries(inputs).map(([name, { description, default: value, required }]) => [
    code(name),
    required === true ? '**required**' : value === undefined ? '' : code(value),
    prose(description),
  ]);
  return table(['Input', 'Default', 'What it is'], rows);
}

function outputTable({ outputs }: Action): string[] {
  const rows = Object.entries(outputs).map(([name, { description }]) => [
    code(name),
    prose(description),
    code(OUTPUT_EXAMPLES[name] ?? ''),
  ]);
  return table(['Output', 'What it is', 'Example'], rows);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
}

function code(text: string): string {
  return `\`${text}\``;
}

/** Lines are kept apart by a tag; outside of code a `<` would start one. */
function prose(description: string): string {
  const parts = description.trim().replaceAll('|', '\\|').split('`');
  const escaped = parts.map((part, index) => (index % 2 === 0 ? part.replaceAll('<', '&lt;') : part));
  return escaped.join('`').split('\n').join('<br>');
}

/** Between the markers of a name; prettier would pad the columns to their longest cell. */
function replaced(readme: string, name: string, lines: readonly string[]): string {
  const [start, end] = [`<!-- ${name}: made from action.yml by "npm run docs" -->`, `<!-- /${name} -->`];
  const [before, rest] = readme.split(start);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined) throw new Error(`README.md has no markers for ${name}`);
  const made = ['<!-- prettier-ignore-start -->', '', ...lines, '', '<!-- prettier-ignore-end -->'];
  return [`${before}${start}`, '', ...made, '', `${end}${after}`].join('\n');
}
