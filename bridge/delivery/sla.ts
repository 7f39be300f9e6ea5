// How long a transition may take from its decision to its destination.

/** The guide's maximum hold: what waits longer than this has missed its SLA. */
export const DELIVERY_SLA_MS = 300_000;
