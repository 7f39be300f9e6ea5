// The HTML part of a mail. What others wrote is escaped; nothing is loaded from anywhere.
import { isOver, type Severity, type Transition } from '../transition/transition.ts';
import type { MailContent, MailMember } from './render-mail.ts';

const COLORS: Readonly<Record<Severity, string>> = {
  warning: '#b7791f',
  high: '#c05621',
  critical: '#c53030',
};
const COLOR_OVER = '#2f855a';

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export function htmlOf(
  { title, reasons, facts, members, link, footer }: MailContent,
  { kind, severity }: Transition,
): string {
  const color = isOver(kind) ? COLOR_OVER : COLORS[severity];
  return [
    '<!DOCTYPE html>',
    `<html lang="en"><body style="font-family:sans-serif;border-left:6px solid ${color};padding-left:12px">`,
    `<h2 style="margin:0">${escaped(title)}</h2>`,
    ...(reasons === '' ? [] : [`<p>${escaped(reasons)}</p>`]),
    '<table>',
    ...facts.map((fact) => row('td', fact)),
    '</table>',
    ...membersTable(members),
    ...(link === undefined ? [] : [`<p><a href="${escaped(link)}">Dashboard</a></p>`]),
    `<p style="color:#718096">${escaped(footer)}</p>`,
    '</body></html>',
  ].join('\n');
}

function membersTable(members: readonly MailMember[]): readonly string[] {
  if (members.length === 0) return [];
  return [
    '<p>The worst:</p>',
    '<table border="1" cellpadding="4" style="border-collapse:collapse">',
    row('th', ['session', 'severity', 'reasons']),
    ...members.map((member) => row('td', member)),
    '</table>',
  ];
}

function row(cell: 'td' | 'th', texts: readonly string[]): string {
  return `<tr>${texts.map((text) => `<${cell}>${escaped(text)}</${cell}>`).join('')}</tr>`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character]!);
}
