// One device: score with reasons, what it told whom, over time; its name and group.
import { api, type Count, type DevicePage, type Group } from "../api";
import { coverageBar } from "../charts/coverage";
import { legend, timeline } from "../charts/timeline";
import { type Child, h, replace } from "../dom";
import { bytes, count, plural, visible } from "../format";
import { address, type Context, isAbort, type PageInfo } from "../page";
import { barList, card, deviceName, empty, pairs, problem, time, trustBadge, typeChips, whereabouts } from "../parts";
import { rangeWords } from "../range";
import { Table } from "../table";
import { classOf, sourceLabel, trustWords, typeAbout, typeLabel } from "../words";
import { score } from "./devices";

export const device: PageInfo = {
  title: "Device",
  ranged: true,
  show(context) {
    void load(context);
  },
};

async function load(context: Context): Promise<void> {
  try {
    const [page, told] = await Promise.all([
      api.device(context.part, { since: context.since }, context.signal),
      api.destinations({ device: context.part, since: context.since, sort: "findings", limit: 200 }, context.signal),
    ]);
    if (!context.signal.aborted) draw(context, page, told.items, told.next !== "");
  } catch (error) {
    if (!isAbort(error))
      replace(
        context.root,
        problem(error, () => void load(context)),
      );
  }
}

function draw(context: Context, page: DevicePage, servers: Group[], more: boolean): void {
  context.setTitle(deviceName(page));
  const line = timeline(context.signal);
  line.show(page.totals.timeline);
  const told = page.totals.types.filter((row) => row.findings > 0);
  replace(
    context.root,
    h(
      "div",
      { class: "columns two" },
      card("Who it is", [facts(page), rename(context, page)]),
      h(
        "div",
        { class: "stack" },
        card("How worrying it is", worry(page)),
        card(`What it told, ${rangeWords(context.range)}`, toldBars(page.id, told)),
      ),
    ),
    card("When", line.element, legend()),
    card(
      "Whom it talked to",
      servers.length > 0
        ? [destinationTable(page.id, servers), more ? h("p", { class: "quiet" }, "The 200 that were told most.") : null]
        : empty("Nobody in this time", "Choose a longer span of time."),
    ),
    card("How much of it could be read", coverageBar(page.coverage)),
  );
}

function toldBars(id: string, rows: Count[]): Child {
  if (rows.length === 0) return h("p", { class: "quiet" }, "Nothing sensitive was seen.");
  return barList(
    rows.map((row) => ({
      label: typeLabel(row.key),
      title: typeAbout(row.key),
      tone: classOf(row.key),
      value: row.findings,
      text: count(row.findings),
      href: address("findings", { device: id, type: row.key }),
    })),
  );
}

const INFERRED = "has had others; taken for the same device by its name and how it asks for an address";

function facts(page: DevicePage): Child {
  const source = page.name_source ?? page.device?.name_source;
  return pairs([
    ["Name", [deviceName(page), source ? h("small", {}, sourceLabel(source)) : null]],
    ["Vendor", visible(page.vendor || "not known")],
    ["Address", page.ip ?? ""],
    ["MAC", page.mac ? [h("code", {}, page.mac), page.device?.inferred ? h("small", {}, INFERRED) : null] : null],
    ["Group", page.group ? visible(page.group) : null],
    ["First seen", time(page.first_seen)],
    ["Last seen", time(page.last_seen)],
    ["Sent", `${bytes(page.bytes_out)} in ${plural(page.flows, "connection")}`],
    ["Alerts", page.alerts > 0 ? h("a", { href: address("alerts", { device: page.id }) }, count(page.alerts)) : "none"],
    [
      "Unusual",
      page.anomalies > 0
        ? h("a", { href: address("anomalies", { device: page.id }) }, plural(page.anomalies, "time"))
        : null,
    ],
  ]);
}

function worry(page: DevicePage): Child {
  return h(
    "div",
    { class: "worry" },
    score(page),
    page.score_reasons.length > 0
      ? barList(
          page.score_reasons.map((reason) => ({
            label: visible(reason.text),
            value: reason.points,
            text: count(reason.points),
            tone: "neutral",
          })),
        )
      : h("p", { class: "quiet" }, "Nothing counts against it."),
  );
}

function rename(context: Context, page: DevicePage): Child {
  if (!context.status.can.rename) {
    return h(
      "p",
      { class: "note" },
      "To name it, write it under ",
      h("code", {}, "devices"),
      " in the configuration; with a ",
      h("code", {}, "devices_file"),
      " it can be named here.",
    );
  }
  const name = h("input", { type: "text", maxlength: "64", value: page.name ?? "" });
  const group = h("input", {
    type: "text",
    maxlength: "64",
    value: page.group ?? "",
    placeholder: "phones, children, media …",
  });
  const told = h("p", { class: "form-problem", role: "alert" });
  const save = h("button", { class: "button", type: "submit" }, "Save");
  const form = h(
    "form",
    { class: "rename" },
    h("label", { class: "field" }, h("span", {}, "Name"), name),
    h("label", { class: "field" }, h("span", {}, "Group"), group),
    save,
    told,
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    save.disabled = true;
    api
      .rename(page.id, { name: name.value.trim(), group: group.value.trim() })
      .then(() => load(context))
      .catch((error: Error) => {
        told.textContent = error.message;
        save.disabled = false;
      });
  });
  return h("details", { class: "rename-box" }, h("summary", {}, "Rename or group"), form);
}

function destinationTable(id: string, rows: Group[]): Child {
  const table = new Table<Group>(
    [
      {
        key: "name",
        label: "Server",
        cls: "first",
        wide: true,
        cell: (row) =>
          h(
            "a",
            { class: "host subtle", href: address("flows", { device: id, destination: row.key }) },
            visible(row.label),
          ),
        sort: (row) => row.label,
      },
      {
        key: "told",
        label: "Was told",
        cls: "told",
        cell: (row) =>
          row.findings > 0
            ? h("a", { href: address("findings", { device: id, destination: row.key }) }, typeChips(row.types, 5))
            : typeChips(row.types),
      },
      {
        key: "where",
        label: "Where",
        cls: "where",
        cell: (row) => whereabouts({ ...row, ip: row.ip ?? "", trust: row.trust ?? "" }),
      },
      {
        key: "trust",
        label: "Trust",
        cell: (row) => [trustBadge(row.trust, row.trust_reason), h("small", {}, visible(trustWords(row.trust_reason)))],
        sort: (row) => row.trust ?? "",
      },
      {
        key: "findings",
        label: "Findings",
        number: true,
        cell: (row) => count(row.findings),
        sort: (row) => row.findings,
      },
      { key: "sent", label: "Sent", number: true, cell: (row) => bytes(row.bytes_out), sort: (row) => row.bytes_out },
      { key: "last", label: "Last", cell: (row) => time(row.last_seen), sort: (row) => row.last_seen },
    ],
    { caption: "Servers this device talked to", sorted: { key: "findings", down: true } },
  );
  table.set(rows);
  return table.element;
}
