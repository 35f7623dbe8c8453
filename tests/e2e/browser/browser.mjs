// What a person does with the dashboard, in a real browser: node browser.mjs SCENARIO URL FOLDER [JSON]
//
// A scenario exits with 0 where all is as it should be; else it says what is not. FOLDER gets a screenshot of each page. At
// every page: nothing on the console, no request to anybody but the server, no serious fault that axe-core finds.
import {mkdirSync, readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {pathToFileURL} from 'node:url';

// Where the dependencies were installed; this file may stand elsewhere.
const require = createRequire(pathToFileURL(`${process.env.TELLTALE_BROWSER_MODULES}/`));
const {chromium} = require('playwright-core');
const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

const [scenario, url, folder, argument] = process.argv.slice(2);
const facts = argument ? JSON.parse(argument) : {};
const problems = [];

function check(truth, what) {
  if (!truth) problems.push(what);
}

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
});

async function open(options = {}) {
  const context = await browser.newContext({
    viewport: {width: 1280, height: 900},
    timezoneId: 'Europe/Berlin',
    locale: 'en-GB',
    ignoreHTTPSErrors: true,
    reducedMotion: 'reduce',
    ...options,
  });
  context.setDefaultTimeout(30000);
  const page = await context.newPage();
  const origin = new URL(url).origin;
  page.on('request', (request) => {
    const to = request.url();
    check(to.startsWith(`${origin}/`) || to.startsWith('data:') || to.startsWith('blob:'), `a request to ${to}`);
  });
  page.on('console', (message) => {
    const isExpected = page.expected?.some((text) => message.text().includes(text));
    if (message.type() !== 'error' && message.type() !== 'warning') return;
    check(isExpected, `console ${message.type()} at ${page.url()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => problems.push(`error at ${page.url()}: ${error.stack}`));
  return page;
}

// Nothing is being fetched, and what was has been drawn.
async function settled(page) {
  await page.waitForFunction(() => !document.querySelector('[aria-busy="true"], .loading'));
  await page.waitForTimeout(250);
}

async function go(page, hash) {
  await page.goto(`${url}#/${hash}`);
  await page.waitForSelector('h1');
  await settled(page);
  if (hash === 'overview') await page.waitForFunction(() => document.querySelectorAll('main canvas, main .chart svg').length >= 2);
  await page.waitForTimeout(250);
}

async function axe(page, name) {
  // As a function of the tool's own world: the page's policy forbids scripts from elsewhere, as it should.
  const result = await page.evaluate(`(() => { ${AXE}; return axe.run(document, {resultTypes: ['violations']}); })()`);
  for (const violation of result.violations) {
    if (violation.impact !== 'serious' && violation.impact !== 'critical') continue;
    const where = violation.nodes.map((node) => `${node.target.join(' ')} ${node.failureSummary ?? ''}`).slice(0, 3);
    problems.push(`${name}: axe ${violation.impact}: ${violation.id}: ${where.join(' | ')}`);
  }
}

async function look(page, name, {shot = true} = {}) {
  await axe(page, name);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  check(wide <= 1, `${name}: ${wide} pixels wider than the screen`);
  if (shot) await page.screenshot({path: `${folder}/${name}.png`});
}

async function api(page, path) {
  return page.evaluate(async (asked) => (await fetch(`/api/v1${asked}`)).json(), path);
}

const PAGES = ['overview', 'devices', 'destinations', 'alerts', 'findings', 'mutes', 'upload', 'setup'];

const scenarios = {
  // Every page with real data, light and dark, with the numbers of the API.
  async pages() {
    const page = await open();
    await page.goto(url);
    await page.waitForSelector('h1');
    for (const name of PAGES) {
      await go(page, name);
      await look(page, name);
    }
    const overview = await api(page, '/overview');
    await go(page, 'overview');
    const text = await page.textContent('main');
    check(text.includes(String(overview.totals.findings)), 'the overview does not say how many findings there are');
    const [device] = (await api(page, '/devices?sort=findings')).items;
    await go(page, `devices/${encodeURIComponent(device.id)}`);
    check((await page.textContent('main')).includes(device.ip), 'the device page does not name its address');
    await look(page, 'device');
    const [alert] = (await api(page, '/alerts')).items;
    await go(page, `event/${alert.event_id}`);
    const event = await page.textContent('main');
    check(event.includes(alert.verdict.findings[0].location), 'the event page does not say where the value stood');
    check(event.includes('Wireshark'), 'the event page has no filter for Wireshark');
    await look(page, 'event');
    await page.emulateMedia({colorScheme: 'dark'});
    for (const name of [...PAGES, `event/${alert.event_id}`]) {
      await go(page, name);
      await look(page, name.split('/')[0] === 'event' ? 'event-dark' : `${name}-dark`, {shot: name === 'overview'});
    }
  },

  // The same on a telephone.
  async phone() {
    const page = await open({viewport: {width: 390, height: 844}, isMobile: true, hasTouch: true, deviceScaleFactor: 2});
    await page.goto(url);
    await page.waitForSelector('h1');
    const [alert] = (await api(page, '/alerts')).items;
    const [device] = (await api(page, '/devices')).items;
    for (const name of [...PAGES, `event/${alert.event_id}`, `devices/${encodeURIComponent(device.id)}`]) {
      await go(page, name);
      await look(page, `phone-${name.split('/')[0]}${name.startsWith('devices/') ? '-one' : ''}`, {shot: name === 'overview'});
    }
  },

  // With nothing but the keyboard: past the navigation, to a page, into an alert.
  async keyboard() {
    const page = await open();
    await page.goto(url);
    await page.waitForSelector('h1');
    await page.keyboard.press('Tab');
    check((await page.evaluate(() => document.activeElement.textContent)).toLowerCase().includes('skip'), 'the first stop is no skip link');
    const seen = new Set();
    for (let i = 0; i < 30; ++i) {
      await page.keyboard.press('Tab');
      const at = await page.evaluate(() => {
        const element = document.activeElement;
        const style = getComputedStyle(element);
        return {link: element.getAttribute('href'), visible: style.outlineStyle !== 'none' || style.boxShadow !== 'none'};
      });
      if (at.link) {
        seen.add(at.link);
        check(at.visible, `nothing shows that ${at.link} has the focus`);
      }
      if (at.link === '#/alerts') break;
    }
    check(seen.has('#/alerts'), 'the keyboard does not reach the alerts');
    await page.keyboard.press('Enter');
    await page.waitForURL('**#/alerts*');
    await settled(page);
    await page.locator('a[href^="#/event/"]').first().focus();
    await page.keyboard.press('Enter');
    await page.waitForURL('**#/event/*');
    await settled(page);
    check((await page.textContent('main')).includes('Wireshark'), 'Enter does not open an alert');
  },

  // A mute from an alert: its line is shown, written, and the alert says that it is muted.
  async mute() {
    const page = await open();
    await page.goto(url);
    await page.waitForSelector('h1');
    const [alert] = (await api(page, '/alerts')).items;
    check(alert.muted_by === undefined, 'the alert is muted before');
    await go(page, `event/${alert.event_id}`);
    await page.getByRole('button', {name: 'Mute this'}).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox').fill('agreed with Ann');
    await page.waitForFunction(() => document.querySelector('dialog code').textContent.includes('agreed with Ann'));
    const line = await dialog.locator('code').first().textContent();
    await look(page, 'mute');
    await dialog.getByRole('button', {name: 'Mute', exact: true}).click();
    await page.getByText('muted', {exact: true}).first().waitFor();
    const [now] = (await api(page, '/alerts')).items;
    check(now.muted_by !== undefined, 'the alert is not muted');
    const mutes = (await api(page, '/mutes')).items;
    check(mutes.length === 1 && mutes[0].yaml === line.trim(), `the mute is ${JSON.stringify(mutes)}, not ${line}`);
    await go(page, 'mutes');
    await look(page, 'mutes-one', {shot: false});
    await page.getByRole('button', {name: /remove/i}).first().click();
    await page.waitForFunction(async () => (await (await fetch('/api/v1/mutes')).json()).items.length === 0);
  },

  // A name and a group for a device.
  async rename() {
    const page = await open();
    await page.goto(url);
    await page.waitForSelector('h1');
    const [device] = (await api(page, '/devices?sort=findings')).items;
    await go(page, `devices/${encodeURIComponent(device.id)}`);
    await page.getByText('Rename or group').click();
    const name = page.getByLabel(/name/i).first();
    await name.fill("Ann's <b>phone</b>");
    await page.getByLabel(/group/i).first().fill('kids');
    await page.getByRole('button', {name: /save/i}).first().click();
    await page.getByText("Ann's <b>phone</b>").first().waitFor();
    check((await page.locator('main b', {hasText: /^phone$/}).count()) === 0, 'a name became markup');
    const now = await api(page, `/devices/${encodeURIComponent(device.id)}`);
    check(now.name === "Ann's <b>phone</b>" && now.group === 'kids', `it is called ${now.name}, in ${now.group}`);
  },

  // A capture dropped on the page opens as a report.
  async upload() {
    const page = await open();
    await go(page, 'upload');
    await page.setInputFiles('#capture', facts.capture);
    await page.setInputFiles('#keys', facts.keys);
    await page.getByRole('button', {name: 'Audit it'}).click();
    const link = page.getByRole('link', {name: /report/i}).first();
    await link.waitFor({timeout: 60000});
    await look(page, 'upload-done', {shot: false});
    const popup = page.context().waitForEvent('page');
    await link.click();
    const report = await popup;
    await report.waitForSelector('h1');
    check((await report.textContent('h1')) === 'What left, and to whom', 'the report does not open');
    check((await report.textContent('main')).includes('sample.pcap'), 'the report does not name its capture');
    await report.close();
    await page.getByRole('button', {name: /remove/i}).first().click();
    await page.waitForFunction(async () => (await (await fetch('/api/v1/uploads')).json()).items.length === 0);
  },

  // Nothing without the password, everything with it, nothing after logging out.
  async login() {
    const page = await open();
    page.expected = ['401', '403'];
    await page.goto(url);
    const password = page.getByLabel('Password');
    await password.fill('wrong password');
    await page.getByRole('button', {name: 'Log in'}).click();
    await page.getByText('not the password').waitFor();
    await look(page, 'login');
    await password.fill(facts.password);
    await page.getByRole('button', {name: 'Log in'}).click();
    await page.waitForSelector('h1:has-text("Overview")');
    await settled(page);
    check((await api(page, '/status')).sensor !== undefined, 'the session does not hold');
    await page.getByRole('button', {name: /log out/i}).first().click();
    await page.getByLabel('Password').waitFor();
    check((await api(page, '/status')).error?.status === 401, 'the session holds after logging out');
  },

  // What happens now appears without loading the page again.
  async live() {
    const page = await open();
    await page.goto(url);
    await page.waitForSelector('h1');
    await page.getByText('live', {exact: true}).first().waitFor();
    const before = (await api(page, '/alerts?count=1')).count;
    console.log('READY');
    await page.getByText(/new alert/).first().waitFor({timeout: 60000});
    check((await api(page, '/alerts?count=1')).count > before, 'there is no new alert');
    for (const name of PAGES) {
      await go(page, name);
      await look(page, `live-${name}`, {shot: name === 'setup'});
    }
  },

  // The report from disk, with networking off and without scripts.
  async report() {
    const context = await browser.newContext({offline: true, javaScriptEnabled: false, viewport: {width: 1100, height: 1400}});
    const page = await context.newPage();
    page.on('request', (request) => check(request.url() === url, `the report asks for ${request.url()}`));
    await page.goto(url);
    const figures = await page.locator('.figures div').allTextContents();
    for (const [number, what] of facts.figures) {
      check(figures.includes(`${number}${what}`), `the report says ${figures.join(', ')}, not ${number} ${what}`);
    }
    await page.screenshot({path: `${folder}/report.png`});
    const print = await page.pdf({format: 'A4'});
    const pages = print.toString('latin1').match(/\/Type\s*\/Page\b/g).length;
    check(pages <= 10, `the report prints on ${pages} pages`);
  },
};

mkdirSync(folder, {recursive: true});
try {
  await scenarios[scenario]();
} catch (error) {
  problems.push(error.stack);
}
await browser.close();
for (const problem of problems) console.error(problem);
process.exit(problems.length === 0 ? 0 : 1);
