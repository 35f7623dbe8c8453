import "./style.css";
import "./controls.css";
import { api, onLoggedOut, type Session, type Status } from "./api";
import { redrawCharts } from "./charts/chart";
import { replace } from "./dom";
import { plural } from "./format";
import { Live } from "./live";
import { type Context, isAbort, type News, type PageInfo, parseRoute } from "./page";
import { destinations } from "./pages/destinations";
import { device } from "./pages/device";
import { devices } from "./pages/devices";
import { event } from "./pages/event";
import { alerts, anomalies, findings, flows } from "./pages/events";
import { loginPage } from "./pages/login";
import { mutes } from "./pages/mutes";
import { overview } from "./pages/overview";
import { setup } from "./pages/setup";
import { upload } from "./pages/upload";
import { loading, problem } from "./parts";
import { rangeNow, setRange, sinceOf } from "./range";
import { Shell } from "./shell";
import { applyTheme, themeNow } from "./theme";

const PAGES: Record<string, PageInfo> = {
  overview,
  alerts,
  findings,
  anomalies,
  flows,
  devices,
  destinations,
  event,
  mutes,
  upload,
  setup,
};
// Which entry of the navigation a page without its own belongs to.
const WITHIN: Record<string, string> = { event: "alerts", anomalies: "alerts", flows: "findings" };

const app = document.getElementById("app") as HTMLElement;
let shell: Shell | undefined;
let live: Live | undefined;
let leave = new AbortController();
let status: Status;
let unseen = 0; // alerts since somebody looked

function show(): void {
  if (!shell) return;
  const { name, part, query } = parseRoute(location.hash);
  if (name === "main") return; // the skip link of a browser without scripts' events
  const page = name === "devices" && part ? device : PAGES[name];
  leave.abort();
  leave = new AbortController();
  if (!page) {
    location.replace("#/overview");
    return;
  }
  if (name === "alerts") {
    unseen = 0;
    shell.tellNothing();
  }
  shell.enter(WITHIN[name] ?? name, page.title, page.ranged ?? false);
  const range = rangeNow(status.mode);
  const context: Context = {
    part,
    query,
    status,
    range,
    since: sinceOf(range),
    signal: leave.signal,
    root: shell.page,
    setTitle: (title, within) => {
      shell?.setTitle(title);
      if (within) shell?.mark(within);
    },
    onNews: (action) => live?.listen(action, leave.signal),
  };
  replace(shell.page, loading());
  page.show(context);
}

let lastPage = "";
function onHash(): void {
  const before = lastPage;
  lastPage = location.hash;
  show();
  // A new page starts at its top, and is read out from there.
  if (before && before.split("?")[0] !== location.hash.split("?")[0]) {
    window.scrollTo(0, 0);
    shell?.main.focus({ preventScroll: true });
  }
}

function tellNews(news: News): void {
  unseen += news.alerts;
  if (news.alerts > 0) shell?.tell(plural(unseen, "new alert"), "Show", showAlerts);
}

function showAlerts(): void {
  if (parseRoute(location.hash).name === "alerts") show();
  else location.hash = "#/alerts";
}

function startLive(): void {
  if (status.mode !== "live") {
    shell?.setState("past audit", "");
    return;
  }
  shell?.setState("connecting", "");
  live = new Live((connected) => shell?.setState(connected ? "live" : "not connected", connected ? "good" : "bad"));
  live.listen(tellNews, new AbortController().signal);
  live.start();
  window.addEventListener("pagehide", () => live?.stop());
  window.addEventListener("pageshow", () => live?.start());
}

async function start(session: Session): Promise<void> {
  if (session.login_required && !session.logged_in) {
    logIn();
    return;
  }
  status = await api.status();
  const logOut = session.login_required ? () => void api.logOut().finally(() => location.reload()) : undefined;
  shell = new Shell(status.sensor, rangeNow(status.mode), themeNow(), {
    pickRange: (range) => {
      setRange(range);
      show();
    },
    pickTheme: (theme) => {
      applyTheme(theme);
      redrawCharts();
    },
    logOut,
  });
  replace(app, shell.element);
  if (!location.hash || location.hash === "#/login") history.replaceState(null, "", firstPage());
  startLive();
  onHash();
}

// Who has nothing stored yet is told how to begin.
function firstPage(): string {
  return status.store.devices === 0 ? "#/setup" : "#/overview";
}

function logIn(): void {
  leave.abort();
  live?.stop();
  shell = undefined;
  replace(
    app,
    loginPage((session) => void start(session).catch(fail)),
  );
}

function fail(error: unknown): void {
  if (isAbort(error)) return;
  replace(
    app,
    problem(error, () => location.reload()),
  );
}

applyTheme(themeNow());
window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redrawCharts);
window.addEventListener("hashchange", onHash);
onLoggedOut(logIn);
api.session().then(start).catch(fail);
