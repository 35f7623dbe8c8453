// Drop a capture: it is audited in the background and opens as a report.
import { api, BASE, csrfToken, problemOf, type Upload } from "../api";
import { type Child, h, replace } from "../dom";
import { bytes, percent, plural, visible } from "../format";
import { type Context, isAbort, type PageInfo } from "../page";
import { badge, button, empty, problem } from "../parts";

const POLL = 1000; // ms
const CAPTURES = ".pcap,.pcapng,.cap,.gz,.zst,.lz4";
const STATES: Record<Upload["state"], [string, string]> = {
  receiving: ["quiet-badge", "on its way"],
  waiting: ["quiet-badge", "waiting"],
  running: ["quiet-badge", "being read"],
  done: ["good", "done"],
  failed: ["bad", "failed"],
  cancelled: ["muted", "cancelled"],
};

export const upload: PageInfo = {
  title: "Upload",
  show(context) {
    if (!context.status.can.upload) {
      replace(
        context.root,
        empty("No captures are taken here", [
          "Set ",
          h("code", {}, "web.max_upload"),
          " in the configuration, or audit it on the command line: ",
          h("code", {}, "telltale audit capture.pcapng --report out.html"),
        ]),
      );
      return;
    }
    new Uploads(context).start();
  },
};

class Uploads {
  private readonly list = h("div", { class: "list" });
  private readonly told = h("div", { "aria-live": "polite" });
  private readonly capture = h("input", { type: "file", id: "capture", accept: CAPTURES });
  private readonly keys = h("input", { type: "file", id: "keys" });
  private readonly sending = new Map<string, { request: XMLHttpRequest; done: number; all: number }>();
  private readonly send = h("button", { type: "submit", class: "button primary" }, "Audit it");
  private timer = 0;

  constructor(private readonly context: Context) {
    context.signal.addEventListener("abort", () => window.clearTimeout(this.timer));
  }

  start(): void {
    replace(this.context.root, this.form(), this.told, this.list);
    void this.refresh();
  }

  private form(): HTMLElement {
    const most = this.context.status.max_upload;
    const form = h(
      "form",
      { class: "card drop" },
      h("h2", {}, "Audit a capture"),
      h(
        "p",
        {},
        `Drop a pcap or pcapng file here (also .gz, .zst, .lz4; up to ${bytes(most)}), and the key log of its TLS connections if there is one. It is read by a process without rights and stays on this machine.`,
      ),
      h(
        "div",
        { class: "drop-fields" },
        h("label", { class: "field", for: "capture" }, h("span", {}, "Capture"), this.capture),
        h("label", { class: "field", for: "keys" }, h("span", {}, "Key log (SSLKEYLOGFILE), optional"), this.keys),
      ),
      this.send,
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const file = this.capture.files?.[0];
      if (file) void this.submit(file, this.keys.files?.[0]);
      else this.tell(problem("choose a capture first"));
    });
    for (const type of ["dragenter", "dragover"]) {
      form.addEventListener(type, (event) => {
        event.preventDefault();
        form.classList.add("over");
      });
    }
    form.addEventListener("dragleave", () => form.classList.remove("over"));
    form.addEventListener("drop", (event) => {
      event.preventDefault();
      form.classList.remove("over");
      this.drop([...((event as DragEvent).dataTransfer?.files ?? [])]);
    });
    return form;
  }

  // Of files dropped together the one that looks like text is the key log.
  private drop(files: File[]): void {
    const isKeys = (file: File): boolean => /\.(log|txt|keys?|keylog)$/i.test(file.name);
    const capture = files.find((file) => !isKeys(file));
    const keys = files.find(isKeys);
    if (!capture) {
      this.tell(
        problem(
          keys ? "a key log alone says nothing; drop the capture with it" : "nothing that could be read was dropped",
        ),
      );
      return;
    }
    void this.submit(capture, keys ?? this.keys.files?.[0]);
  }

  private tell(child: Child): void {
    replace(this.told, child);
  }

  private async submit(capture: File, keys: File | undefined): Promise<void> {
    const most = this.context.status.max_upload;
    if (capture.size > most) {
      this.tell(
        problem(
          `${visible(capture.name)} has ${bytes(capture.size)}; at most ${bytes(most)} are taken here. telltale audit on the command line has no limit`,
        ),
      );
      return;
    }
    this.tell(null);
    this.send.disabled = true;
    try {
      const { id } = await api.newUpload();
      await this.put(id, `capture?name=${encodeURIComponent(capture.name)}`, capture);
      if (keys) await this.put(id, "keys", keys);
      await api.startUpload(id);
      this.capture.value = "";
      this.keys.value = "";
    } catch (error) {
      if (!isAbort(error)) this.tell(problem(error));
    }
    this.send.disabled = false;
    void this.refresh();
  }

  // fetch() does not tell how far it is.
  private put(id: string, path: string, file: File): Promise<void> {
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      const state = { request, done: 0, all: file.size };
      this.sending.set(id, state);
      request.open("PUT", `${BASE}/uploads/${encodeURIComponent(id)}/${path}`);
      request.setRequestHeader("X-Telltale-CSRF", csrfToken());
      request.setRequestHeader("Content-Type", "application/octet-stream");
      request.upload.addEventListener("progress", (event) => {
        state.done = event.loaded;
      });
      const end = (error?: Error): void => {
        this.sending.delete(id);
        if (error) reject(error);
        else resolve();
      };
      request.addEventListener("load", () =>
        end(request.status < 300 ? undefined : problemOf(request.status, request.responseText)),
      );
      request.addEventListener("error", () => end(new Error("the connection broke while the file was on its way")));
      request.addEventListener("abort", () => end(new DOMException("cancelled", "AbortError")));
      request.send(file);
      void this.refresh();
    });
  }

  private async refresh(): Promise<void> {
    window.clearTimeout(this.timer);
    try {
      const page = await api.uploads(this.context.signal);
      if (this.context.signal.aborted) return;
      this.draw(page.items);
      const isBusy =
        this.sending.size > 0 ||
        page.items.some((item) => item.state === "waiting" || item.state === "running" || item.state === "receiving");
      if (isBusy) this.timer = window.setTimeout(() => void this.refresh(), POLL);
    } catch (error) {
      if (!isAbort(error)) this.tell(problem(error, () => void this.refresh()));
    }
  }

  private draw(items: Upload[]): void {
    const held = document.activeElement?.getAttribute("data-keep");
    replace(
      this.list,
      items.length > 0
        ? h(
            "ul",
            { class: "uploads" },
            items.map((item) => this.row(item)),
          )
        : empty(
            "No capture was dropped yet",
            "Record one with tcpdump -w phone.pcap, or take the sample that comes with telltale.",
          ),
    );
    if (held) this.list.querySelector<HTMLElement>(`[data-keep="${CSS.escape(held)}"]`)?.focus();
  }

  private row(item: Upload): HTMLElement {
    const [tone, words] = STATES[item.state] ?? ["quiet-badge", item.state];
    const sending = this.sending.get(item.id);
    const progress = sending ? sending.done / Math.max(1, sending.all) : item.progress;
    const isOver = item.state === "done" || item.state === "failed" || item.state === "cancelled";
    const name = visible(item.name || "capture");
    const remove = button(isOver ? "Remove" : "Cancel", () => void this.remove(item.id), "button small");
    remove.setAttribute("aria-label", `${isOver ? "Remove" : "Cancel"} ${name}`);
    remove.setAttribute("data-keep", item.id);
    return h(
      "li",
      { class: "card upload" },
      h(
        "div",
        { class: "upload-head" },
        h("b", { class: "break" }, name),
        badge(tone, words),
        h("span", { class: "quiet" }, bytes(item.bytes)),
      ),
      isOver
        ? null
        : h("progress", { max: "1", value: String(progress), "aria-label": `${words} ${name}` }, percent(progress, 1)),
      item.state === "done" ? h("p", {}, `${plural(item.findings, "finding")}, ${plural(item.alerts, "alert")}`) : null,
      item.problem ? h("p", { class: "form-problem" }, visible(item.problem)) : null,
      h(
        "div",
        { class: "actions" },
        item.state === "done"
          ? h(
              "a",
              { class: "button primary small", href: api.reportAddress(item.id), target: "_blank", rel: "noopener" },
              "Open the report",
            )
          : null,
        remove,
      ),
    );
  }

  private async remove(id: string): Promise<void> {
    this.sending.get(id)?.request.abort();
    try {
      await api.removeUpload(id);
    } catch (error) {
      this.tell(problem(error));
    }
    void this.refresh();
  }
}
