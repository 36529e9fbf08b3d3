/**
 * Makes the pictures in docs/pictures: the summaries of real runs of the built action against the local servers, drawn
 * by a browser the way that GitHub draws them. It takes five minutes, since the runs pass in real time.
 *
 * What draws them is no part of the project. Install it elsewhere, and say where:
 *   npm install --prefix FOLDER marked mermaid puppeteer-core sharp
 *   PICTURE_TOOLS=FOLDER CHROMIUM=/path/to/chromium npx tsx dev/pictures.ts
 * PICTURE_SPEED=40 hurries the runs; the times in the pictures are not true then.
 */
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { failedPlan, failures, readyPlan } from './eci/plans.js';
import type { RunResult } from './runner.js';
import { sampleRelease, SHOP_IMAGE } from './sample-release.js';

/** As much of the tools as is used here. */
interface Marked {
  parse(markdown: string): string;
}
interface Page {
  setViewport(viewport: { width: number; height: number; deviceScaleFactor: number }): Promise<void>;
  setContent(html: string): Promise<void>;
  addScriptTag(script: { path: string }): Promise<unknown>;
  evaluate(code: string): Promise<unknown>;
  $(selector: string): Promise<{ screenshot(): Promise<Uint8Array> } | null>;
}
interface Browser {
  newPage(): Promise<Page>;
  close(): Promise<void>;
}
type Sharp = (image: Uint8Array) => {
  png(options: { palette: boolean; colours: number; effort: number }): {
    toFile(file: string): Promise<{ size: number }>;
  };
};
interface Puppeteer {
  launch(options: { executablePath: string; args: string[] }): Promise<Browser>;
}

const FOLDER = fileURLToPath(new URL('../docs/pictures/', import.meta.url));
const STYLE = readFileSync(new URL('pictures/page.css', import.meta.url), 'utf8');
const SPEED = Number(process.env['PICTURE_SPEED'] ?? 1);
const toolbox = createRequire(path.join(needed('PICTURE_TOOLS'), 'package.json'));
const { marked } = (await tool('marked')) as { marked: Marked };
const { default: sharp } = (await tool('sharp')) as { default: Sharp };
const { default: puppeteer } = (await tool('puppeteer-core')) as { default: Puppeteer };

mkdirSync(FOLDER, { recursive: true });
const [{ created, reused }, failed] = await Promise.all([releaseTwice(), releaseInVain()]);
const browser = await puppeteer.launch({ executablePath: needed('CHROMIUM'), args: ['--no-sandbox'] });
try {
  await draw('summary-created', created);
  await draw('summary-reused', reused);
  await draw('summary-failed', failed);
} finally {
  await browser.close();
}

async function releaseTwice(): Promise<{ created: RunResult; reused: RunResult }> {
  const { run, close } = await sampleRelease({ speed: SPEED, plan: () => readyPlan(), baseMiB: 48 });
  try {
    return { created: await run(), reused: await run() };
  } finally {
    await close();
  }
}

async function releaseInVain(): Promise<RunResult> {
  const plan = failedPlan({ ...failures.pull(SHOP_IMAGE), where: 'both' });
  const { run, close } = await sampleRelease({ speed: SPEED, plan: () => plan, baseMiB: 48 });
  try {
    return await run();
  } finally {
    await close();
  }
}

async function draw(name: string, { summary }: RunResult): Promise<void> {
  const html = marked
    .parse(summary)
    .replace(/<pre><code class="language-mermaid">([^]*?)<\/code><\/pre>/g, '<div class="mermaid">$1</div>');
  const page = await browser.newPage();
  await page.setViewport({ width: 1012, height: 600, deviceScaleFactor: 1.5 });
  await page.setContent(`<!doctype html><style>${STYLE}</style><main>${html}</main>`);
  await page.addScriptTag({ path: toolbox.resolve('mermaid/dist/mermaid.min.js') });
  // Rejects where a chart's syntax is wrong.
  await page.evaluate("mermaid.initialize({ startOnLoad: false, theme: 'default' }); mermaid.run()");
  const file = path.join(FOLDER, `${name}.png`);
  const shot = await (await page.$('main'))?.screenshot();
  if (!shot) throw new Error('The page has no main part.');
  // A palette makes a picture of text a third as large, and nobody sees it.
  const { size } = await sharp(shot).png({ palette: true, colours: 128, effort: 10 }).toFile(file);
  console.log(`${path.relative(process.cwd(), file)}: ${size} bytes`);
}

function tool(name: string): Promise<unknown> {
  return import(pathToFileURL(toolbox.resolve(name)).href);
}

function needed(variable: string): string {
  const value = process.env[variable];
  if (!value) throw new Error(`Set ${variable}: how, says the beginning of dev/pictures.ts.`);
  return path.resolve(value);
}
