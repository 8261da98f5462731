// Headless Chromium, Debian's own, with an empty profile.

import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium, type Page } from 'playwright-core';

const CANDIDATES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** `CHROMIUM`, or where distributions put it; `null` when there is none. */
export function findChromium(): string | null {
  const asked = process.env.CHROMIUM;
  return [...(asked ? [asked] : []), ...CANDIDATES].find((path) => existsSync(path)) ?? null;
}

export class Browser {
  private constructor(
    private readonly context: BrowserContext,
    private readonly profile: string,
  ) {}

  static async start(): Promise<Browser> {
    const executablePath = findChromium();
    if (executablePath === null) throw new Error('there is no Chromium');
    const profile = mkdtempSync(join(tmpdir(), 'plumbline-browser-'));
    const context = await chromium.launchPersistentContext(profile, {
      executablePath,
      headless: true,
      args: FLAGS,
      viewport: { width: 1280, height: 800 },
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    return new Browser(context, profile);
  }

  newPage(): Promise<Page> {
    return this.context.newPage();
  }

  async stop(): Promise<void> {
    await this.context.close();
    rmSync(this.profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  }
}
