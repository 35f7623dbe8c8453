// "This is fine": asks for whom and how long, and shows the line of the policy that it would write.
import { api, type EventPage, type MuteRequest } from "../api";
import { debounce, h } from "../dom";
import type { Context } from "../page";
import { type Choice, copyButton, select } from "../parts";

const DAY = 24 * 3600 * 1000;
const SPANS: (Choice & { days: number })[] = [
  { key: "day", label: "for a day", days: 1 },
  { key: "week", label: "for a week", days: 7 },
  { key: "month", label: "for 30 days", days: 30 },
  { key: "year", label: "for a year", days: 365 },
  { key: "ever", label: "until I remove it", days: 0 },
];

export function untilOf(key: string, now: Date): string | null {
  const days = SPANS.find((span) => span.key === key)?.days ?? 0;
  if (days === 0) return null;
  return `${new Date(now.getTime() + days * DAY).toISOString().slice(0, 19)}Z`;
}

export function openMute(page: EventPage, context: Context, done: () => void): void {
  const canMute = context.status.can.mute;
  const request: MuteRequest = {
    event_id: page.event.event_id,
    scope: { device: true, data: true, destination: true },
    until: untilOf("month", new Date()),
    reason: "",
  };
  const yaml = h("code", {}, `- ${(page.mute?.yaml ?? "").replace(/^- /, "")}`);
  const told = h("p", { class: "form-problem", role: "alert" });
  const save = h("button", { class: "button primary", type: "submit" }, "Mute");
  const preview = async (): Promise<void> => {
    try {
      yaml.textContent = (await api.mute({ ...request, preview: true })).yaml;
      told.textContent = "";
      save.disabled = false;
    } catch (error) {
      told.textContent = (error as Error).message;
      save.disabled = true;
    }
  };
  const again = debounce(() => void preview(), 200);
  const scope = (key: keyof MuteRequest["scope"], label: string): HTMLElement => {
    const box = h("input", { type: "checkbox", checked: true });
    box.addEventListener("change", () => {
      request.scope[key] = box.checked;
      again();
    });
    return h("label", { class: "check" }, box, label);
  };
  const reason = h("input", { type: "text", maxlength: "180", placeholder: "agreed with …" });
  reason.addEventListener("input", () => {
    request.reason = reason.value.trim();
    again();
  });
  const dialog = h("dialog", { class: "dialog", "aria-labelledby": "mute-title" });
  const form = h(
    "form",
    { method: "dialog" },
    h("h2", { id: "mute-title" }, "Mute this"),
    h("p", {}, "What is muted makes no alert any more. Findings stay: they are evidence."),
    canMute
      ? [
          h(
            "fieldset",
            {},
            h("legend", {}, "Only where it is the same"),
            scope("device", "device"),
            scope("data", "kind of data"),
            scope("destination", "server"),
          ),
          select("How long", SPANS, "month", (key) => {
            request.until = untilOf(key, new Date());
            again();
          }),
          h("label", { class: "field" }, h("span", {}, "Why (for whoever reads it later)"), reason),
        ]
      : h(
          "p",
          { class: "note" },
          "Nothing can be written here: the configuration names no mutes_file. Copy this line into its mutes section instead.",
        ),
    h(
      "div",
      { class: "copy-line" },
      h("p", { class: "copy-label" }, "The policy line it stands for"),
      h("div", { class: "copy-box" }, yaml, copyLater(yaml)),
    ),
    told,
    h(
      "div",
      { class: "actions" },
      canMute ? save : null,
      h(
        "button",
        { class: "button", type: "button", on: { click: () => dialog.close() } },
        canMute ? "Cancel" : "Close",
      ),
    ),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    save.disabled = true;
    api
      .mute(request)
      .then(() => {
        dialog.close();
        done();
      })
      .catch((error: Error) => {
        told.textContent = error.message;
        save.disabled = false;
      });
  });
  dialog.append(form);
  dialog.addEventListener("close", () => dialog.remove());
  context.signal.addEventListener("abort", () => dialog.close());
  document.body.append(dialog);
  dialog.showModal();
  if (canMute) void preview();
}

function copyLater(source: HTMLElement): HTMLElement {
  const holder = h("span");
  const renew = (): void => holder.replaceChildren(copyButton(source.textContent ?? "", "the line"));
  new MutationObserver(renew).observe(source, { childList: true, characterData: true, subtree: true });
  renew();
  return holder;
}
