// HTML as values: whatever is put into a template is escaped, unless it is markup already.

export class Markup {
  readonly text: string;

  /** `text` is taken as it is. */
  constructor(text: string) {
    this.text = text;
  }
}

type Piece = Markup | string | number | readonly Piece[];

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export function markup(strings: TemplateStringsArray, ...pieces: readonly Piece[]): Markup {
  const text = strings.map(
    (string, index) => string + (index < pieces.length ? rendered(pieces[index]!) : ''),
  );
  return new Markup(text.join(''));
}

function rendered(piece: Piece): string {
  if (piece instanceof Markup) return piece.text;
  if (typeof piece === 'object') return piece.map(rendered).join('');
  return String(piece).replaceAll(/[&<>"']/g, (character) => ENTITIES[character]!);
}
