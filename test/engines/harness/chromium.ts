import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BrowserContext, chromium, Page } from 'playwright-core';
import { chromiumProgram } from './engines';

const ARGUMENTS = [
  '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync',
];

/** A page, and everything about it that should not have been. */
export interface WatchedPage {
  readonly page: Page;
  /** Errors on the console, uncaught exceptions, and requests for anything but the document itself. */
  readonly complaints: string[];
}

/** A headless browser with a profile of its own. */
export class Browser {
  public static async start(): Promise<Browser> {
    const profile = mkdtempSync(join(tmpdir(), 'microseg-chromium-'));
    const options = { executablePath: chromiumProgram(), headless: true, args: ARGUMENTS, viewport: { width: 1500, height: 860 } };
    return new Browser(await chromium.launchPersistentContext(profile, options), profile);
  }

  private constructor(private readonly context: BrowserContext, private readonly profile: string) {}

  public async open(url: string): Promise<WatchedPage> {
    const page = await this.context.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => { if (message.type() !== 'log') complaints.push(`${message.type()}: ${message.text()}`); });
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('request', (request) => { if (request.url() !== url && !request.url().startsWith('data:')) complaints.push(`request for ${request.url()}`); });
    page.on('dialog', (dialog) => { complaints.push(`dialog ${dialog.message()}`); void dialog.dismiss(); });
    await page.goto(url);
    return { page, complaints };
  }

  public async stop(): Promise<void> {
    await this.context.close();
    rmSync(this.profile, { recursive: true, force: true });
  }
}
