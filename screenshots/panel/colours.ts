// Colours on a dark panel: by the names that boards use, and for lines by what they are called. The shades are our own.

const NAMED: Readonly<Record<string, string>> = {
  text: '#d0d3de',
  green: '#62b862',
  yellow: '#f0c93a',
  orange: '#fb9337',
  red: '#ee4d64',
  blue: '#5698f2',
  purple: '#b57ce0',
};

/** Far enough from each other to be told apart, as thin lines too. */
const PALETTE = [
  ...['#62b862', '#f0c93a', '#5698f2', '#fb9337', '#ee4d64', '#b57ce0'],
  ...['#3fc5bc', '#f08cc3', '#b4d457', '#c9986a', '#8fd0f2', '#9aa5c6'],
];

/** As page.css has it. */
const PANEL = '#181b1f';

/** `#rrggbb`. Throws on a name that no board has had so far. */
export function colourNamed(name: string): string {
  const colour = NAMED[name];
  if (colour === undefined) throw new Error(`no colour is called ${name}`);
  return colour;
}

/**
 * For the lines of one panel: the same name has the same colour in every panel, unless two of a panel would share one; then
 * the later takes the next that is free.
 */
export function coloursByName(names: readonly string[]): string[] {
  const taken = new Set<number>();
  return names.map((name) => {
    let place = hash(name) % PALETTE.length;
    while (taken.has(place) && taken.size < PALETTE.length) place = (place + 1) % PALETTE.length;
    taken.add(place);
    return PALETTE[place]!;
  });
}

/** Of `#rrggbb`, with an opacity from 0 to 1. */
export function faded(colour: string, opacity: number): string {
  return `rgba(${channels(colour).join(', ')}, ${opacity})`;
}

/** The same over the ground of a panel, as `#rrggbb`. */
export function overPanel(colour: string, opacity: number): string {
  const under = channels(PANEL);
  const parts = channels(colour).map((channel, index) =>
    Math.round(channel * opacity + under[index]! * (1 - opacity)),
  );
  return `#${parts.map((part) => part.toString(16).padStart(2, '0')).join('')}`;
}

/** Dark or light, whichever is read more easily on it. */
export function inkOn(colour: string): string {
  const [red, green, blue] = channels(colour);
  return 0.299 * red! + 0.587 * green! + 0.114 * blue! > 130 ? '#111217' : '#ffffff';
}

/** FNV-1a. */
function hash(text: string): number {
  let bits = 0x811c9dc5;
  for (const character of text) bits = Math.imul(bits ^ character.codePointAt(0)!, 0x01000193);
  return bits >>> 0;
}

function channels(colour: string): number[] {
  return [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
}
