// Building a document without writing HTML: nothing that comes from a database or a file is ever read as markup.

type Attributes = Readonly<Record<string, string | number | boolean>>;
type Child = Node | string | null;

/** An attribute that is `true` is there without a value, one that is `false` is not; `null` among the children is left out. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  children: readonly Child[] = [],
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) setAttribute(made, name, value);
  made.append(...children.filter((child) => child !== null));
  return made;
}

const SVG = 'http://www.w3.org/2000/svg';

export function svg(tag: string, attributes: Attributes, children: readonly Element[] = []): SVGElement {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) setAttribute(made, name, value);
  made.append(...children);
  return made;
}

function setAttribute(target: Element, name: string, value: string | number | boolean): void {
  if (value === false) return;
  target.setAttribute(name, value === true ? '' : String(value));
}
