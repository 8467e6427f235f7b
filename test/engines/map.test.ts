/// <reference lib="dom" />
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Page } from 'playwright-core';
import { ManifestPolicy } from '../../lib/compiler';
import { mapOfPolicies } from '../../lib/report/map/from-manifests';
import { MapData } from '../../lib/report/map/map-data';
import { htmlMap } from '../../lib/report/map/page';
import { Replay } from '../../lib/report/map/replay';
import { svgMap } from '../../lib/report/map/svg';
import { companyPolicy, HOSTILE, hostilePolicy, shopPolicy } from '../report/map/policies';
import { Browser, describeWithEngines, WatchedPage } from './harness';

describeWithEngines(['chromium'], 'the map in a browser', () => {
  let browser: Browser;
  let folder: string;
  const opened: WatchedPage[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'microseg-map-'));
    browser = await Browser.start();
  });
  afterAll(async () => {
    await browser.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  // Whatever a test does: nothing is asked of a network, and nothing fails.
  afterEach(async () => {
    const pages = opened.splice(0);
    for (const { page } of pages) await page.close();
    expect(pages.flatMap(({ complaints }) => complaints)).toEqual([]);
  });

  const openFile = async (name: string, content: string): Promise<Page> => {
    writeFileSync(join(folder, name), content);
    const watched = await browser.open(pathToFileURL(join(folder, name)).href);
    opened.push(watched);
    return watched.page;
  };
  const openMap = async (policy: ManifestPolicy, replay?: Replay): Promise<Page> => openFile('map.html', htmlMap(mapOfPolicies([policy], replay)));

  describe('GIVEN a policy of 6 workloads', () => {
    let page: Page;
    const item = (name: string) => page.locator('#map [data-item]', { hasText: name });
    const panel = () => page.locator('#panel');
    const badges = async () => page.locator('#map .badged').evaluateAll((items) => Object.fromEntries(items.map((each) => (
      [each.querySelector('.name')!.textContent, each.querySelector('.badge text')!.textContent]))));

    beforeEach(async () => { page = await openMap(shopPolicy()); });

    test('THEN it shows every workload and every flow, and nothing overlaps', async () => {
      expect((await page.locator('#map .item .name').allTextContents()).sort()).toEqual(['Anywhere', 'api', 'batch', 'cache', 'db', 'edge', 'web']);
      expect(await page.locator('#map .line').count()).toBe(6);
      expect(await overlaps(page, '#map .item .body')).toEqual([]);
      expect(await overlaps(page, '#map .label rect')).toEqual([]);
    });

    test('WHEN a workload is clicked THEN what a breach reaches is lit with its hops, and the panel says how far it goes before and after', async () => {
      await item('web').click();
      expect(await badges()).toEqual({ api: '1', cache: '2', db: '2' });
      expect(await panel().textContent()).toContain('3 of 5 workloads, 1 directly');
      await page.getByRole('button', { name: 'in the flat network' }).click();
      expect(await badges()).toEqual({ api: '1', cache: '1', db: '1', edge: '1' });
      await page.getByRole('button', { name: 'direct flows only' }).click();
      expect(await badges()).toEqual({});
    });

    test('WHEN a flow is clicked THEN its origin, justification, owner and expiry are shown', async () => {
      await page.locator('#map .label', { hasText: 'tcp/5432' }).first().click();
      const text = await panel().innerText();
      for (const known of ['api → db', 'tcp/5432', 'allowed by the policy', 'orders', 'team shop', '2099-12-31', 'App/P']) expect(text).toContain(known);
    });

    test('WHEN searched by label THEN matches are marked; Enter chooses the first', async () => {
      await page.getByRole('searchbox').fill('tier=db');
      expect(await page.locator('#map .found .name').allTextContents()).toEqual(['db']);
      await page.keyboard.press('Enter');
      expect(await panel().locator('h2').textContent()).toBe('db');
    });

    test('WHEN filtered by a label THEN its workloads stay, their peers as context; removing the filter brings all back', async () => {
      await page.locator('#filter').selectOption({ label: 'reports' });
      expect((await page.locator('#map .item .name').allTextContents()).sort()).toEqual(['batch', 'db']);
      expect(await page.locator('#map .context .name').allTextContents()).toEqual(['db']);
      await page.getByRole('button', { name: 'Remove filter app=reports' }).click();
      expect(await page.locator('#map .item').count()).toBe(7);
    });

    test('WHEN grouped otherwise or not at all THEN boxes follow', async () => {
      const titles = async () => (await page.locator('#map .head text').allTextContents()).sort();
      expect(await titles()).toEqual(['Outside: clients', 'reports', 'shop']);
      await page.locator('#group').selectOption('segment');
      expect(await titles()).toEqual(['Cardholder', 'Outside: clients', 'no segment']);
      await page.locator('#group').selectOption('none');
      expect(await titles()).toEqual(['Outside: clients']);
    });

    test('GIVEN only a keyboard THEN arrows walk the map, Enter chooses and closes, Escape takes back, and the focus shows', async () => {
      await page.getByRole('searchbox').focus();
      await page.keyboard.press('Escape');
      for (let stops = 0; stops < 30 && !(await focusedName(page))?.startsWith('item:'); stops += 1) await page.keyboard.press('Tab');
      const first = await focusedName(page);
      expect(first).toMatch(/^item:/);
      expect(await page.locator('#map [tabindex="0"]').count()).toBe(1);
      expect(await page.evaluate(() => getComputedStyle(document.activeElement!.querySelector('.ring')!).stroke)).not.toBe('none');
      await page.keyboard.press('ArrowRight');
      const second = await focusedName(page);
      expect(second).not.toBe(first);
      await page.keyboard.press('Enter');
      expect(`item:${await panel().locator('h2').textContent()}`).toBe(second);
      await page.keyboard.press('Escape');
      expect(await panel().locator('h2').textContent()).toBe('Shop');
      expect(await focusedName(page)).toBe(second);
      await page.keyboard.press('l');
      expect(await page.getByRole('table').count()).toBe(2);
      expect(await page.getByRole('row', { name: /api db tcp\/5432 allowed/ }).count()).toBe(1);
    });

    test('WHEN the head of a group is chosen by keyboard THEN it closes to one item that keeps the focus, and opens again', async () => {
      await page.locator('#map .head', { hasText: 'shop' }).focus();
      await page.keyboard.press('Enter');
      expect(await item('shop').getAttribute('aria-label')).toContain('5 workloads');
      expect(await focusedName(page)).toBe('item:shop');
      await page.keyboard.press('Enter');
      expect(await page.locator('#map .item').count()).toBe(7);
    });

    test('GIVEN a dark system THEN the map is dark, and the switch makes it light', async () => {
      const background = async () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
      expect(await background()).toBe('rgb(244, 246, 248)');
      await page.emulateMedia({ colorScheme: 'dark' });
      expect(await background()).toBe('rgb(15, 21, 27)');
      await page.getByRole('button', { name: /^Theme/ }).click();
      expect(await background()).toBe('rgb(244, 246, 248)');
    });

    test('GIVEN paper THEN the whole map is on it, in light colours and without controls', async () => {
      await page.emulateMedia({ colorScheme: 'dark' });
      for (let i = 0; i < 5; i += 1) await page.getByRole('button', { name: 'Zoom in' }).click();
      await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
      expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe('rgb(255, 255, 255)');
      expect(await page.getByRole('searchbox').isVisible()).toBe(false);
      await page.waitForFunction(everythingSeen, undefined, { timeout: 5_000 });
    });

    test('WHEN the legend is used THEN flows of a verdict are hidden and come back', async () => {
      await page.getByRole('button', { name: 'allowed by the policy' }).click();
      expect(await page.locator('#map .line').count()).toBe(0);
      await page.getByRole('button', { name: 'allowed by the policy' }).click();
      expect(await page.locator('#map .line').count()).toBe(6);
    });
  });

  test('GIVEN the result of a replay THEN unused flows and traffic that would be blocked stand out', async () => {
    const unused = shopPolicy().flows.find(({ client }) => 'workload' in client && client.workload === 'batch')!.id;
    const edge = { client: 'web', server: 'db', protocol: 'tcp', port: 5432, connections: 7, verdict: 'wouldBlock', reason: 'nobody declared it' };
    const page = await openMap(shopPolicy(), { byEdge: [edge], unusedFlows: [unused] });
    expect([await page.locator('#map .line.v-unused').count(), await page.locator('#map .line.v-wouldBlock').count()]).toEqual([1, 1]);
    await page.locator('#map .label.v-wouldBlock').click();
    expect(await page.locator('#panel').innerText()).toContain('nobody declared it');
  });

  test('GIVEN hostile text everywhere THEN it is text: no script runs, no element appears, nothing breaks', async () => {
    const data: MapData = mapOfPolicies([hostilePolicy()]);
    const page = await openFile('hostile.html', htmlMap(data));
    expect(await page.locator('#map .item').count()).toBe(HOSTILE.length);
    for (const index of [0, 1, 5]) {
      await page.locator(`#map [data-item="n${index}"]`).click();
      expect(await page.locator('#panel').innerText()).toContain(HOSTILE[index]);
    }
    await page.keyboard.press('l');
    expect(await page.evaluate(() => (window as { hacked?: number }).hacked)).toBeUndefined();
    expect(await page.evaluate(() => [document.scripts.length, document.images.length])).toEqual([3, 0]);
  });

  test('GIVEN hostile text THEN the drawing for documents is well-formed, and inert when it is opened', async () => {
    const page = await openFile('hostile.svg', svgMap(mapOfPolicies([hostilePolicy()])));
    expect(await page.evaluate(() => [document.documentElement.tagName, document.querySelectorAll('script, image, parsererror').length])).toEqual(['svg', 0]);
    expect(await page.evaluate(() => (window as { hacked?: number }).hacked)).toBeUndefined();
  });

  test('GIVEN a script that was put into the file THEN the security policy of the page stops it', async () => {
    const tampered = htmlMap(mapOfPolicies([shopPolicy()])).replace('</body>', '<script>window.hacked = 1</script></body>');
    const page = await openFile('tampered.html', tampered);
    expect(await page.evaluate(() => (window as { hacked?: number }).hacked)).toBeUndefined();
    expect(opened[0].complaints.splice(0).join()).toMatch(/Content Security Policy/);
  });

  describe('GIVEN 500 workloads', () => {
    test('THEN it is there within seconds as closed groups; one opens, is searched, and all open within seconds', async () => {
      const started = Date.now();
      const page = await openMap(companyPolicy());
      await page.locator('#map .closed').first().waitFor();
      expect(Date.now() - started).toBeLessThan(5_000);
      expect(await page.locator('#map .closed').count()).toBe(25);
      expect(await overlaps(page, '#map .item .body:nth-of-type(3)')).toEqual([]);
      await page.getByRole('searchbox').fill('app-07-db-15');
      await page.keyboard.press('Enter');
      expect(await page.locator('#map .start .name').textContent()).toBe('app-07-db-15');
      expect(await page.locator('#panel').innerText()).toContain('0 of 499 workloads');
      const opening = Date.now();
      await page.evaluate(() => {
        const closed = () => document.querySelector('#map .closed');
        for (let group = closed(); group; group = closed()) group.dispatchEvent(new MouseEvent('click', { bubbles: true }));
      });
      expect(await page.locator('#map .item').count()).toBe(501);
      // 24 drawings, each one larger than the one before.
      expect(Date.now() - opening).toBeLessThan(40_000);
      expect(await overlaps(page, '#map .item .body')).toEqual([]);
    });
  });

  test('GIVEN docs/map.png THEN it is small enough for a README', () => {
    expect(readFileSync(join(__dirname, '../../docs/map.png')).byteLength).toBeLessThan(300_000);
  });
});

/** What has the focus: `item:NAME` on the map. */
async function focusedName(page: Page): Promise<string | undefined> {
  return page.evaluate(() => {
    const name = document.activeElement?.closest('[data-item]')?.querySelector('.name')?.textContent;
    return name === undefined || name === null ? undefined : `item:${name}`;
  });
}

/** Pairs of elements of which one covers a part of the other. */
async function overlaps(page: Page, selector: string): Promise<string[]> {
  return page.locator(selector).evaluateAll((elements) => {
    const boxes = elements.map((element) => element.getBoundingClientRect());
    const found: string[] = [];
    boxes.forEach((a, i) => boxes.slice(0, i).forEach((b, j) => {
      const parents = elements[i].parentElement === elements[j].parentElement;
      if (!parents && a.left < b.right - 0.5 && b.left < a.right - 0.5 && a.top < b.bottom - 0.5 && b.top < a.bottom - 0.5) found.push(`${i} and ${j}`);
    }));
    return found;
  });
}

/** In the page: whether all of the map is in its frame. */
function everythingSeen(): boolean {
  const frame = document.getElementById('map')!.getBoundingClientRect();
  return [...document.querySelectorAll('#map .item .body')].map((body) => body.getBoundingClientRect()).every((box) => (
    box.left >= frame.left && box.right <= frame.right && box.top >= frame.top && box.bottom <= frame.bottom));
}
