// What the sensor sees, what it knows, and how to let it see more.
import { api, type Status } from "../api";
import { type Child, h, replace } from "../dom";
import { bytes, count, percent, plural, visible } from "../format";
import { type Context, isAbort, type PageInfo } from "../page";
import { badge, card, pairs, problem, time } from "../parts";

const POLL = 5000; // ms

export const setup: PageInfo = {
  title: "Setup",
  show(context) {
    const again = async (): Promise<void> => {
      try {
        const status = await api.status(context.signal);
        if (!holds(context.root)) draw(context, status);
      } catch (error) {
        if (!isAbort(error))
          replace(
            context.root,
            problem(error, () => void again()),
          );
        return;
      }
      if (context.status.mode === "live") {
        const timer = window.setTimeout(() => void again(), POLL);
        context.signal.addEventListener("abort", () => window.clearTimeout(timer));
      }
    };
    void again();
  },
};

// Whoever is at a link here keeps it.
const holds = (root: HTMLElement): boolean => root !== document.activeElement && root.contains(document.activeElement);

function draw(context: Context, status: Status): void {
  replace(
    context.root,
    h(
      "div",
      { class: "columns two" },
      h("div", { class: "stack" }, seen(status), geo(status)),
      h("div", { class: "stack" }, store(status), policy(status)),
    ),
    card("How to let it see your network", howTo()),
  );
}

function seen(status: Status): Child {
  if (status.mode === "store") {
    return card(
      "What is seen",
      h(
        "p",
        {},
        "This is a past audit: nothing is being watched. ",
        h("code", {}, "telltale run -i INTERFACE"),
        " watches live.",
      ),
    );
  }
  const interfaces = status.interfaces ?? [];
  return card("What is seen", [
    interfaces.length === 0
      ? h("p", { class: "note" }, "No interface is watched. Name one under capture.interfaces in the configuration.")
      : null,
    h(
      "ul",
      { class: "interfaces" },
      interfaces.map((one) => interfaceRow(one)),
    ),
    h("p", { class: "quiet" }, "Running since ", time(status.started), "."),
  ]);
}

function interfaceRow(one: NonNullable<Status["interfaces"]>[number]): Child {
  const [tone, words] = !one.up ? ["bad", "down"] : one.packets === 0 ? ["warn", "nothing yet"] : ["good", "traffic"];
  return h(
    "li",
    {},
    h("b", {}, visible(one.name)),
    badge(tone, words),
    h("span", {}, `${plural(one.packets, "packet")}${one.bytes !== undefined ? `, ${bytes(one.bytes)}` : ""}`),
    one.dropped > 0
      ? badge(
          "warn",
          `${count(one.dropped)} lost (${percent(one.dropped, one.packets + one.dropped)})`,
          "The sensor could not keep up; a larger capture.buffer helps",
        )
      : null,
    !one.up
      ? h("small", {}, "Bring it up: ip link set ", visible(one.name), " up")
      : one.packets === 0
        ? h("small", {}, "No packet arrived. Is the mirror port set, and the cable in it?")
        : null,
  );
}

function geo(status: Status): Child {
  if (status.geoip.length === 0) {
    return card(
      "Where addresses are",
      h(
        "p",
        { class: "note" },
        "There is no geo database, so countries of addresses are not told. ",
        h("code", {}, "telltale geoip update"),
        " or ",
        h("code", {}, "telltale geoip build"),
        " makes one of open data.",
      ),
    );
  }
  return card(
    "Where addresses are",
    h(
      "ul",
      { class: "interfaces" },
      status.geoip.map((file) =>
        h(
          "li",
          {},
          h("b", { class: "break" }, visible(file.name)),
          badge(file.too_old ? "warn" : "good", file.too_old ? "old" : "fresh"),
          h("span", {}, `${visible(file.kind)}, of ${file.built}: ${plural(file.age_days, "day")} old`),
          file.licence ? h("small", {}, visible(file.licence)) : null,
        ),
      ),
    ),
  );
}

function store(status: Status): Child {
  const stats = status.stats?.stats;
  return card(
    "What is kept",
    pairs([
      ["Store", bytes(status.store.bytes)],
      ["Devices", count(status.store.devices)],
      ["From", status.store.oldest ? time(status.store.oldest) : "nothing yet"],
      ["To", status.store.newest ? time(status.store.newest) : null],
      ["Packets", stats ? count(stats.packets) : null],
      ["Lost", stats ? `${count(stats.drops)} (${percent(stats.drops, stats.packets + stats.drops)})` : null],
      ["Version", status.version],
    ]),
  );
}

function policy(status: Status): Child {
  return card(
    "Who is trusted",
    pairs([
      ["Rules", status.policy.rules > 0 ? count(status.policy.rules) : "the shipped ones"],
      [
        "Packs",
        status.policy.packs.length > 0
          ? status.policy.packs.map(visible).join(", ")
          : "none; trust.untrusted.packs names some",
      ],
    ]),
  );
}

const ways = (): [string, Child[]][] => [
  [
    "A switch with a mirror port",
    [
      "In the switch's settings look for port mirroring (SPAN). As source choose the port of the router or access point, both directions; as destination a free port.",
      [
        "Connect that port to a network card of this machine that nothing else uses. It needs no address: ",
        h("code", {}, "ip link set eth1 up"),
        ".",
      ],
      [
        "Name the card: ",
        h("code", {}, "capture: {interfaces: [eth1]}"),
        " and reload with ",
        h("code", {}, "telltale reload"),
        "; the card is to show packets above.",
      ],
    ],
  ],
  [
    "This machine is the router or access point",
    [
      [
        "Watch the inner side, before addresses are translated, so that devices can be told apart: on OpenWrt ",
        h("code", {}, "br-lan"),
        ".",
      ],
    ],
  ],
  [
    "Just once",
    [
      [
        "Record with ",
        h("code", {}, "tcpdump -i wlan0 -w phone.pcap"),
        " and ",
        h("a", { href: "#/upload" }, "drop the file here"),
        ".",
      ],
    ],
  ],
  [
    "To read inside TLS",
    [
      [
        "Browsers and many tools write their keys where ",
        h("code", {}, "SSLKEYLOGFILE"),
        " says; name that file under ",
        h("code", {}, "tls.keylog"),
        ". Without keys encrypted content stays closed, and the overview says how much that is.",
      ],
    ],
  ],
];

function howTo(): Child {
  return h(
    "div",
    { class: "how" },
    ways().map(([title, steps]) =>
      h(
        "div",
        {},
        h("h3", {}, title),
        steps.length > 1
          ? h(
              "ol",
              {},
              steps.map((step) => h("li", {}, step)),
            )
          : h("p", {}, steps),
      ),
    ),
  );
}
