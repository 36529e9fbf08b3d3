/** A reader of Markdown that is strict where hostile text could do something. */

const ENTITIES: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"' };

/** Text as a reader sees it: entities and backslash escapes undone, as CommonMark 2.4 and 2.5 have them. */
export function shownText(markdown: string): string {
  return markdown.replace(
    /\\([!-/:-@[-`{-~])|&#(\d{1,7});|&[a-z]+;/g,
    (whole, escaped: string | undefined, code: string | undefined) => {
      if (escaped !== undefined) return escaped;
      if (code !== undefined) return String.fromCodePoint(Number(code));
      return ENTITIES[whole] ?? whole;
    },
  );
}

/** What a line of Markdown holds that could take effect: everything but escapes and entities. */
export function activeText(markdown: string): string {
  return markdown.replace(/\\[!-/:-@[-`{-~]|&#\d{1,7};/g, '');
}
