// What was said to be fine.
import { api, type Mute } from "../api";
import { type Child, h, replace } from "../dom";
import { visible } from "../format";
import { type Context, isAbort, type PageInfo } from "../page";
import { badge, button, deviceName, empty, problem, time } from "../parts";
import { Table } from "../table";
import { anomalyLabel, classLabel, typeLabel } from "../words";

export const mutes: PageInfo = {
  title: "Mutes",
  show(context) {
    void load(context);
  },
};

async function load(context: Context): Promise<void> {
  try {
    const [page, names] = await Promise.all([api.mutes(context.signal), deviceNames(context.signal)]);
    if (!context.signal.aborted) draw(context, page.items, names);
  } catch (error) {
    if (!isAbort(error))
      replace(
        context.root,
        problem(error, () => void load(context)),
      );
  }
}

// Mutes may name a device by its id, which says nothing to people.
async function deviceNames(signal: AbortSignal): Promise<Map<string, string>> {
  const page = await api.devices({ limit: 1000 }, signal);
  return new Map(page.items.map((device) => [device.id, deviceName(device)]));
}

function what(mute: Mute): Child {
  const parts = [...mute.classes.map(classLabel), ...mute.types.map(typeLabel), ...mute.anomalies.map(anomalyLabel)];
  return parts.length > 0
    ? h(
        "span",
        { class: "chips" },
        parts.map((part) => h("span", { class: "chip" }, part)),
      )
    : "anything";
}

const listed = (items: string[], otherwise: string): string =>
  items.length > 0 ? items.map(visible).join(", ") : otherwise;

function draw(context: Context, items: Mute[], names: Map<string, string>): void {
  if (items.length === 0) {
    replace(
      context.root,
      empty("Nothing is muted", [
        "Open an ",
        h("a", { href: "#/alerts" }, "alert"),
        " that is fine and choose Mute: it asks for whom and how long.",
      ]),
    );
    return;
  }
  const table = new Table<Mute>(
    [
      {
        key: "device",
        label: "Device",
        cell: (row) =>
          listed(
            row.devices.map((id) => names.get(id) ?? id),
            "any device",
          ),
      },
      { key: "what", label: "Data or behaviour", cell: what },
      {
        key: "to",
        label: "To",
        cell: (row) => h("span", { class: "host" }, listed([...row.domains, ...row.addresses], "any server")),
      },
      {
        key: "until",
        label: "Until",
        cell: (row) => [row.until ? time(row.until) : "it is removed", row.over ? badge("quiet-badge", "over") : null],
        sort: (row) => row.until ?? "9999",
      },
      {
        key: "reason",
        label: "Why",
        wide: true,
        cell: (row) => [
          visible(row.reason) || h("span", { class: "quiet" }, "not said"),
          h("small", {}, h("code", { class: "break" }, visible(row.yaml))),
        ],
      },
      {
        key: "remove",
        label: "",
        cell: (row) => (row.id ? remove(context, row) : h("small", { class: "quiet" }, "in the configuration")),
      },
    ],
    { caption: "Mutes", tone: (row) => (row.over ? "is-muted" : "") },
  );
  table.set(items);
  replace(
    context.root,
    h("p", { class: "intro" }, "What is muted makes no alert. Findings are kept in any case."),
    table.element,
  );
}

function remove(context: Context, mute: Mute): Child {
  const element = button(
    "Remove",
    () => {
      element.disabled = true;
      api
        .unmute(mute.id)
        .then(() => load(context))
        .catch((error: unknown) => {
          element.disabled = false;
          context.root.prepend(problem(error));
        });
    },
    "button small",
  );
  element.setAttribute("aria-label", `Remove the mute ${mute.yaml}`);
  return element;
}
