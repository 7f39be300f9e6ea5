// Reads out of a PromQL expression which metrics it asks for, by which labels, and what it groups by. No parser of PromQL:
// it knows strings, selectors, label lists and functions, which is enough for names. promtool checks the grammar.

export interface Selector {
  readonly metric: string;
  readonly labels: readonly string[];
  /** The selector as a query of its own. */
  readonly text: string;
}

export interface PromqlNames {
  readonly selectors: readonly Selector[];
  /** Of `by`, `without`, `on`, `ignoring`, `group_left`, `group_right`. */
  readonly groupLabels: readonly string[];
}

const LABEL_LISTS = new Set(['by', 'without', 'on', 'ignoring', 'group_left', 'group_right']);
const WORDS = new Set(['and', 'or', 'unless', 'offset', 'bool', 'inf', 'nan', 'atan2']);

/** Names, numbers with their unit, strings, what Grafana fills in, and single signs. */
const TOKEN =
  /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`|\$\{[^}]*\}|\$\w+|\d[\w.]*|[a-zA-Z_:][\w:]*|=~|!~|!=|[^\s]/g;
const NAME = /^[a-zA-Z_:][\w:]*$/;

/** Throws on what it can't read. */
export function promqlNames(expression: string): PromqlNames {
  const tokens: readonly string[] = expression.match(TOKEN) ?? [];
  const selectors: Selector[] = [];
  const groupLabels: string[] = [];
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at]!;
    if (token === '[') {
      at = tokens.indexOf(']', at);
      if (at < 0) throw new Error(`a window is not closed: ${expression}`);
    } else if (token === '{') {
      throw new Error(`a selector without a metric: ${expression}`);
    } else if (LABEL_LISTS.has(token)) {
      if (tokens[at + 1] !== '(') continue;
      const end = tokens.indexOf(')', at);
      groupLabels.push(...tokens.slice(at + 2, end).filter((part) => part !== ','));
      at = end;
    } else if (NAME.test(token) && !WORDS.has(token.toLowerCase()) && !isCall(tokens, at)) {
      const labels: string[] = [];
      let text = token;
      if (tokens[at + 1] === '{') {
        const end = tokens.indexOf('}', at);
        if (end < 0) throw new Error(`a selector is not closed: ${expression}`);
        labels.push(...labelsOf(tokens.slice(at + 2, end), expression));
        text += tokens.slice(at + 1, end + 1).join('');
        at = end;
      }
      selectors.push({ metric: token, labels, text });
    }
  }
  return { selectors, groupLabels };
}

/** A function or an aggregation: a parenthesis follows, or `by` and `without`. */
function isCall(tokens: readonly string[], at: number): boolean {
  const next = tokens[at + 1];
  return next === '(' || next === 'by' || next === 'without';
}

/** Of `a = "1" , b =~ "2"`. */
function labelsOf(tokens: readonly string[], expression: string): string[] {
  const labels: string[] = [];
  for (let at = 0; at < tokens.length; at += 4) {
    const [label = '', operator = '', value = '', comma = ','] = tokens.slice(at, at + 4);
    if (!NAME.test(label) || !/^(=|!=|=~|!~)$/.test(operator) || !/^["'`]/.test(value) || comma !== ',')
      throw new Error(`no matcher of labels: ${tokens.slice(at, at + 4).join(' ')} in ${expression}`);
    labels.push(label);
  }
  return labels;
}
