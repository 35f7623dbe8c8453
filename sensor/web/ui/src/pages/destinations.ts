// Who was told, by server, organisation, app or country; opened, by which devices.
import { api, type Group, type Query } from "../api";
import { type Child, h, replace } from "../dom";
import { bytes, count, countryName, plural, visible } from "../format";
import { address, type Context, isAbort, keepInAddress, type PageInfo } from "../page";
import { button, country, deviceName, empty, problem, segmented, select, time, trustBadge, typeChips } from "../parts";
import { type Column, Table } from "../table";
import { trustWords } from "../words";

const GROUPINGS = [
  { key: "name", label: "Server", none: "no name" },
  { key: "operator", label: "Organisation", none: "not known who runs it" },
  { key: "app", label: "App", none: "no app known" },
  { key: "country", label: "Country of address", none: "country not known" },
  { key: "operator_country", label: "Country of operator", none: "not known from where it is run" },
];
const SORTS = [
  { key: "findings", label: "most findings" },
  { key: "alerts", label: "most alerts" },
  { key: "bytes_out", label: "got most" },
  { key: "last_seen", label: "last seen" },
  { key: "first_seen", label: "newest first" },
  { key: "name", label: "name" },
];
const PAGE = 100;

export const destinations: PageInfo = {
  title: "Destinations",
  ranged: true,
  show(context) {
    new DestinationList(context).start();
  },
};

class DestinationList {
  private by: string;
  private sort: string;
  private next = "";
  private table!: Table<Group>;
  private readonly holder = h("div", { class: "list" });
  private readonly names = new Map<string, string>();

  constructor(private readonly context: Context) {
    this.by = context.query.get("by") ?? "name";
    this.sort = context.query.get("sort") ?? "findings";
  }

  start(): void {
    const changed = (): void => {
      keepInAddress("destinations", { by: this.by, sort: this.sort });
      void this.load();
    };
    replace(
      this.context.root,
      h(
        "div",
        { class: "filters" },
        h(
          "div",
          { class: "field groupings" },
          h("span", {}, "Group by"),
          segmented("Group by", GROUPINGS, this.by, (key) => ((this.by = key), changed())),
        ),
        select("Sort by", SORTS, this.sort, (key) => ((this.sort = key), changed())),
      ),
      this.holder,
    );
    void this.load();
    void api.devices({ limit: 1000 }, this.context.signal).then(
      (page) => page.items.forEach((row) => this.names.set(row.id, deviceName(row))),
      () => undefined,
    );
  }

  private async load(): Promise<void> {
    this.table = new Table<Group>(this.columns(), { caption: "Destinations" });
    await this.more("");
  }

  private async more(cursor: string): Promise<void> {
    const table = this.table;
    try {
      const page = await api.destinations(
        { by: this.by, sort: this.sort, since: this.context.since, limit: PAGE, cursor },
        this.context.signal,
      );
      if (table !== this.table) return;
      table.add(page.items);
      this.next = page.next;
      if (table.size === 0) {
        replace(
          this.holder,
          empty("Nobody was talked to in this time", [
            "Choose a longer span of time, or see ",
            h("a", { href: "#/setup" }, "Setup"),
            ".",
          ]),
        );
        return;
      }
      replace(
        this.holder,
        table.element,
        this.next
          ? h(
              "div",
              { class: "more" },
              button(`Show ${PAGE} more`, () => void this.more(this.next)),
            )
          : null,
      );
    } catch (error) {
      if (!isAbort(error))
        replace(
          this.holder,
          problem(error, () => void this.load()),
        );
    }
  }

  private filterOf(group: Group): Query {
    return { [this.by === "name" ? "destination" : this.by]: group.key };
  }

  private label(group: Group): string {
    if (group.key === "") return GROUPINGS.find((grouping) => grouping.key === this.by)?.none ?? "not known";
    return this.by.endsWith("country") ? countryName(group.key) : visible(group.label);
  }

  private columns(): Column<Group>[] {
    const single = this.by === "name";
    const columns: (Column<Group> | false)[] = [
      {
        key: "label",
        label: GROUPINGS.find((grouping) => grouping.key === this.by)?.label ?? "Name",
        cls: "first",
        wide: true,
        cell: (row) => this.head(row),
        sort: (row) => this.label(row),
      },
      { key: "told", label: "Was told", cls: "told", cell: (row) => this.told(row) },
      {
        key: "trust",
        label: "Trust",
        cell: (row) => [
          trustBadge(row.trust, row.trust_reason),
          row.trust_reason ? h("small", {}, visible(trustWords(row.trust_reason))) : null,
        ],
        sort: (row) => row.trust ?? "",
      },
      this.by !== "country" && {
        key: "where",
        label: "Address in",
        cell: (row) => country(row.country, single ? "not known" : "several or not known"),
        sort: (row) => countryName(row.country),
      },
      this.by !== "operator_country" &&
        this.by !== "operator" && {
          key: "run",
          label: "Run by",
          cell: (row) => runBy(row),
          sort: (row) => row.operator ?? "",
        },
      { key: "devices", label: "Devices", number: true, cell: (row) => count(row.devices), sort: (row) => row.devices },
      {
        key: "findings",
        label: "Findings",
        number: true,
        cell: (row) => count(row.findings),
        sort: (row) => row.findings,
      },
      { key: "sent", label: "Got", number: true, cell: (row) => bytes(row.bytes_out), sort: (row) => row.bytes_out },
      { key: "last", label: "Last", cell: (row) => time(row.last_seen), sort: (row) => row.last_seen },
    ];
    return columns.filter((column): column is Column<Group> => column !== false);
  }

  private head(row: Group): Child {
    const inside = h("div", { class: "who" });
    const opened = h(
      "details",
      { class: "who-box" },
      h("summary", { class: this.by === "name" ? "host" : "" }, this.label(row)),
      inside,
    );
    opened.addEventListener("toggle", () => {
      if (opened.open && !inside.hasChildNodes()) void this.loadWho(row, inside);
    });
    const servers =
      this.by !== "name" && row.destinations > 0 ? h("small", {}, plural(row.destinations, "server")) : null;
    return [opened, servers];
  }

  private told(row: Group): Child {
    const chips = typeChips(row.types, 5);
    if (row.findings === 0 || row.key === "") return chips;
    return h("a", { href: address("findings", this.filterOf(row) as Record<string, string>) }, chips);
  }

  private async loadWho(row: Group, place: HTMLElement): Promise<void> {
    if (row.key === "") {
      replace(place, h("p", { class: "quiet" }, "Group by server to see each."));
      return;
    }
    const query = { ...this.filterOf(row), since: this.context.since, sort: "findings", limit: 12 };
    try {
      const [who, servers] = await Promise.all([
        api.destinations({ ...query, by: "device" }, this.context.signal),
        this.by === "name" ? null : api.destinations({ ...query, by: "name" }, this.context.signal),
      ]);
      replace(
        place,
        servers
          ? [
              h("h3", {}, "Servers"),
              h(
                "ul",
                {},
                servers.items.map((group) =>
                  h("li", {}, h("span", { class: "host" }, visible(group.label)), " ", typeChips(group.types, 4)),
                ),
                servers.next ? h("li", {}, "and more") : null,
              ),
            ]
          : null,
        h("h3", {}, "Told by"),
        h(
          "ul",
          {},
          who.items.map((group) =>
            h(
              "li",
              {},
              h(
                "a",
                { href: `#/devices/${encodeURIComponent(group.key)}` },
                this.names.get(group.key) ?? visible(group.label),
              ),
              " ",
              typeChips(group.types, 4),
            ),
          ),
          who.next ? h("li", {}, "and more") : null,
        ),
      );
    } catch (error) {
      if (!isAbort(error)) replace(place, problem(error));
    }
  }
}

function runBy(row: Group): Child {
  if (!row.operator && !row.as_org) return h("span", { class: "quiet" }, "not known");
  if (!row.operator) return [visible(row.as_org ?? ""), h("small", {}, "owner of the network")];
  return [visible(row.operator), row.operator_country ? h("small", {}, countryName(row.operator_country)) : null];
}
