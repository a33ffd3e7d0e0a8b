/** The page of f2bctl report as a browser shows it: nothing runs, nothing is fetched, all of it can be read and reached. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { figuresOf } from '../../src/cli/report/figures.js';
import { reportHtml } from '../../src/cli/report/page/report-html.js';
import { MICROS_PER_SECOND } from '../../src/core/time.js';
import { localZone } from '../../src/text/zone.js';
import { NOON } from '../fakes/values.js';
import { noChromium, openPage, type Page } from '../support/chromium.js';
import { HOSTILE_NAMES, reportedWeek } from '../support/reported-week.js';

const zone = localZone('CET-1CEST,M3.5.0,M10.5.0/3');
const since = NOON - 7 * 86_400 * MICROS_PER_SECOND;
const locate = ({ text }: { readonly text: string }) => ({
  country: text.startsWith('2001') ? 'FR' : 'DE',
  owner: `AS64496 ${text.startsWith('192.0.1') ? 'A Company of a Kingdom with Rather a Long Name' : 'Example Net'}`,
});

/** The text with the least contrast with what is behind it, see WCAG 2.2, 1.4.3; and how small any is, in pixels. */
const WORST_TEXT = `(() => {
  const parts = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = (colour) => {
    const [r, g, b] = parts(colour).map((c) => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    for (let one = element; one; one = one.parentElement) {
      const colour = getComputedStyle(one).backgroundColor;
      if (parts(colour)[3] !== 0) return colour;
    }
    return matchMedia('(prefers-color-scheme: dark)').matches ? 'rgb(18, 18, 18)' : 'rgb(255, 255, 255)';
  };
  let least = { contrast: 21, text: '' };
  let smallest = 100;
  const texts = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const { parentElement: element, data } = texts.currentNode;
    const style = getComputedStyle(element);
    if (data.trim() === '' || style.fontSize === '0px' || element.tagName === 'title' || element.getClientRects().length === 0) continue;
    const range = new Range();
    range.selectNodeContents(texts.currentNode);
    smallest = Math.min(smallest, range.getBoundingClientRect().height);
    const colour = element.tagName === 'text' ? style.fill : style.color;
    const [a, b] = [light(colour), light(behind(element))].sort((x, y) => y - x);
    const contrast = (a + 0.05) / (b + 0.05);
    if (contrast < least.contrast) least = { contrast, text: data + ' ' + colour + ' on ' + behind(element) };
  }
  return { ...least, smallest };
})()`;

/** Elements that lie beyond the width of the window. */
const BEYOND = `[...document.querySelectorAll('body *')]
  .filter((one) => one.getBoundingClientRect().right > innerWidth + 0.5 || one.getBoundingClientRect().left < -0.5)
  .map((one) => one.tagName + '.' + one.getAttribute('class') + ': ' + one.textContent.slice(0, 40))`;

async function show(page: Page, path: string): Promise<void> {
  page.forget();
  await page.ask('Page.navigate', { url: `file://${path}` });
  for (let tries = 0; (await page.value('document.readyState')) !== 'complete'; tries += 1)
    assert.ok(tries < 600, 'the page is not shown');
}

/** That the page ran nothing, fetched nothing, and said nothing on the console. */
async function assertInert(page: Page, path: string): Promise<void> {
  for (const event of [
    'Runtime.consoleAPICalled',
    'Runtime.exceptionThrown',
    'Log.entryAdded',
    'Page.javascriptDialogOpening',
  ])
    assert.deepEqual(page.heard(event), [], event);
  const fetched = page.heard('Network.requestWillBeSent').map(({ request }) => JSON.stringify(request));
  assert.equal(fetched.length, 1, fetched.join('\n'));
  assert.ok(fetched[0]?.includes(path));
  assert.equal(await page.value('globalThis.harmed'), undefined);
  assert.equal(await page.value("document.querySelectorAll('script, img, a, iframe, b, [onclick]').length"), 0);
}

test('the page of a report in Chromium', { skip: noChromium }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'f2b-page-'));
  const page = await openPage();
  t.after(async () => {
    await page.close();
    rmSync(folder, { recursive: true, force: true });
  });
  for (const domain of ['Page', 'Runtime', 'Log', 'Network']) await page.ask(`${domain}.enable`);
  const write = (name: string, figures: Parameters<typeof reportHtml>[0]) => {
    writeFileSync(join(folder, name), reportHtml(figures, zone));
    return join(folder, name);
  };
  const scope = { since, until: NOON, zone };
  const busy = write('busy.html', figuresOf(reportedWeek(NOON), { ...scope, locate, jail: HOSTILE_NAMES[1] ?? '' }));
  const quiet = write('quiet.html', figuresOf([], scope));

  for (const path of [busy, quiet]) {
    await t.test(
      `runs and fetches nothing, whatever is in it: ${path === busy ? 'a busy week' : 'a quiet one'}`,
      async () => {
        await show(page, path);
        await assertInert(page, path);
      },
    );
    for (const [width, colours, media] of [
      ...[320, 1280].flatMap((width) => ['light', 'dark'].map((colours) => [width, colours, 'screen'] as const)),
      [794, 'dark', 'print'] as const,
    ]) {
      await t.test(
        `fits ${width} pixels and can be read: ${colours}, ${media}, ${path === busy ? 'busy' : 'quiet'}`,
        async () => {
          await page.ask('Emulation.setDeviceMetricsOverride', {
            width,
            height: 800,
            deviceScaleFactor: 1,
            mobile: width < 500,
          });
          await page.ask('Emulation.setEmulatedMedia', {
            media,
            features: [{ name: 'prefers-color-scheme', value: colours }],
          });
          await show(page, path);
          assert.equal(
            await page.value('document.documentElement.scrollWidth - document.documentElement.clientWidth'),
            0,
          );
          assert.deepEqual(await page.value(BEYOND), []);
          const worst = JSON.parse(String(await page.value(`JSON.stringify(${WORST_TEXT})`)));
          assert.ok(worst.contrast >= 4.5 && worst.smallest >= 10, JSON.stringify(worst));
        },
      );
    }
  }

  await t.test('says to a screen reader what its charts show, and has headings in their order', async () => {
    await page.ask('Emulation.setEmulatedMedia', { media: 'screen' });
    await show(page, busy);
    const { nodes } = await page.ask('Accessibility.getFullAXTree');
    const text = (value: unknown) =>
      typeof value === 'object' && value !== null && 'value' in value ? String(value.value) : '';
    const all = (Array.isArray(nodes) ? nodes : []).map(({ role, name }) => `${text(role)} ${text(name)}`);
    const images = all.filter((one) => one.startsWith('image '));
    assert.equal(images.length, 2);
    assert.match(images[0] ?? '', /^image Bans over time, as bars: at most \d+ in one of 48 equal parts$/);
    assert.ok(all.includes('columnheader Network owner') && all.includes('rowheader root'));
    const levels = await page.value("[...document.querySelectorAll('h1, h2, h3')].map((one) => one.tagName).join(' ')");
    assert.match(String(levels), /^H1 H2 H3 H3( H2)+$/);
  });

  await t.test('opens its table of figures by the keyboard alone', async () => {
    await show(page, busy);
    const press = async (key: string, code: number, text?: string) => {
      await page.ask('Input.dispatchKeyEvent', { type: 'keyDown', key, code: key, windowsVirtualKeyCode: code, text });
      await page.ask('Input.dispatchKeyEvent', { type: 'keyUp', key, code: key, windowsVirtualKeyCode: code });
    };
    await press('Tab', 9);
    assert.equal(await page.value('document.activeElement.textContent'), 'The same as a table');
    await press('Enter', 13, '\r');
    assert.equal(await page.value("document.querySelector('details').open"), true);
    assert.equal(await page.value("document.querySelectorAll('details tbody tr').length"), 48);
  });
});
