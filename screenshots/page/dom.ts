// Elements in one expression.

type Attributes = Readonly<Record<string, string | number>>;

export function element(tag: string, className: string, ...children: (Node | string)[]): HTMLElement {
  const made = document.createElement(tag);
  made.className = className;
  made.append(...children);
  return made;
}

export function svg(tag: string, attributes: Attributes, ...children: Node[]): SVGElement {
  const made = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  made.append(...children);
  return made;
}

export function svgText(text: string, attributes: Attributes): SVGElement {
  const made = svg('text', attributes);
  made.textContent = text;
  return made;
}
