// The HTML part of a mail. What others wrote is escaped; nothing is loaded from anywhere.
import { isOver, type Severity, type Transition } from '../transition/transition.ts';
import type { MailContent } from './render-mail.ts';

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
  { title, reasons, facts, link, footer }: MailContent,
  { kind, severity }: Transition,
): string {
  const color = isOver(kind) ? COLOR_OVER : COLORS[severity];
  return [
    '<!DOCTYPE html>',
    `<html lang="en"><body style="font-family:sans-serif;border-left:6px solid ${color};padding-left:12px">`,
    `<h2 style="margin:0">${escaped(title)}</h2>`,
    ...(reasons === '' ? [] : [`<p>${escaped(reasons)}</p>`]),
    '<table>',
    ...facts.map(([name, value]) => `<tr><td>${escaped(name)}</td><td>${escaped(value)}</td></tr>`),
    '</table>',
    ...(link === undefined ? [] : [`<p><a href="${escaped(link)}">Dashboard</a></p>`]),
    `<p style="color:#718096">${escaped(footer)}</p>`,
    '</body></html>',
  ].join('\n');
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character]!);
}
