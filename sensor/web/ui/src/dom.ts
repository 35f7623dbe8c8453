// Builds the page. What comes from traffic is hostile and is shown everywhere, so there is no way here to give markup
// as text: strings become text nodes, attributes are set one by one, links lead to this page or this server's API only.

export type Child = Node | string | number | null | undefined | false | Child[];
type Handler = (event: Event) => void;

export interface Props {
  class?: string | undefined;
  on?: Record<string, Handler>;
  css?: Record<string, string>; // by CSSOM, which a policy without inline styles allows
  [attribute: string]: unknown;
}

const SVG = "http://www.w3.org/2000/svg";

export function isOwnLink(href: string): boolean {
  return href.startsWith("#") || href.startsWith("api/v1/") || href.startsWith("blob:");
}

function setAttributes(element: HTMLElement | SVGElement, props: Props): void {
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "on") {
      for (const [type, handler] of Object.entries(value as Record<string, Handler>)) {
        element.addEventListener(type, handler);
      }
    } else if (name === "css") {
      for (const [key, text] of Object.entries(value as Record<string, string>)) element.style.setProperty(key, text);
    } else if (name === "style" || name.startsWith("on")) {
      throw new Error(`${name} would not work under this page's policy`);
    } else if (name === "href" && !isOwnLink(String(value))) {
      throw new Error("links to other servers are not made here");
    } else {
      element.setAttribute(name, value === true ? "" : String(value));
    }
  }
}

export function append(parent: Node, ...children: Child[]): void {
  for (const child of children) {
    if (child === null || child === undefined || child === false) continue;
    if (Array.isArray(child)) append(parent, ...child);
    else parent.appendChild(child instanceof Node ? child : document.createTextNode(String(child)));
  }
}

export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  props?: Props | null,
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  if (props) setAttributes(element, props);
  append(element, ...children);
  return element;
}

export function svg(tag: string, props: Props, ...children: Child[]): SVGElement {
  const element = document.createElementNS(SVG, tag);
  setAttributes(element, props);
  append(element, ...children);
  return element;
}

export function replace(parent: Element, ...children: Child[]): void {
  parent.replaceChildren();
  append(parent, ...children);
}

// Replaces what is shown by newer numbers, unless somebody is just there; what was unfolded stays unfolded.
export function renew(parent: Element, ...children: Child[]): void {
  if (parent.contains(document.activeElement) && parent !== document.activeElement) return;
  const open = [...parent.querySelectorAll("details")].map((details) => details.open);
  replace(parent, ...children);
  parent.querySelectorAll("details").forEach((details, i) => (details.open = open[i] ?? false));
}

// Runs `action` when nothing was asked for `wait` ms.
export function debounce(action: () => void, wait: number): () => void {
  let timer = 0;
  return () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(action, wait);
  };
}

let ids = 0;
export function freshId(prefix: string): string {
  ids += 1;
  return `${prefix}-${ids}`;
}
