/** Explanations of messages, from a catalog file as systemd has them (see "Message Catalogs" in its documentation). */
import { textOf } from './configuration-files.js';

/** By MESSAGE_ID: the subject and the text. Empty when there is no such file. */
export function messageCatalog(paths: readonly string[]): ReadonlyMap<string, string> {
  const text = paths.map(textOf).find((found) => found !== undefined) ?? '';
  const sections = text.split(/^-- (?=[0-9a-f]{32}\b)/m).slice(1);
  return new Map(
    sections.map((section) => {
      const [id = '', ...lines] = section.split('\n');
      const kept = lines.filter((line) => !/^(?:Defined-By|Support):/.test(line));
      return [id.slice(0, 32), kept.join('\n').trim()] as const;
    }),
  );
}
