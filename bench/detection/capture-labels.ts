// What a person says of each captured call, with the reason: decided by looking at the impairment that was applied and at what
// became of the picture (test/truth), before any detector was run. Seconds since the capture began.
import type { Weight } from './call.ts';

export interface Label {
  readonly kind: string;
  readonly fromS: number;
  readonly toS: number;
  readonly weight: Weight;
  readonly because: string;
}

/** Half a minute of a picture that is broken; ends when half of the usual bits are back. */
const broken = (toS: number): readonly Label[] => [
  {
    kind: 'congestion',
    fromS: 20,
    toS,
    weight: 'incident',
    because:
      '10 % loss on a link of 300 kbit/s for 30 s: 120–190 of 480 kbit/s, 4 to 9 freezes, and small frames after it',
  },
];

const watchable = (kind: string, because: string): readonly Label[] => [
  { kind, fromS: 10, toS: 30, weight: 'blip', because },
];

/** By the name of the capture; of a dump with several videos by its SSRC too. A capture without a label has nothing wrong. */
export const LABELS: Readonly<Record<string, readonly Label[]>> = {
  'netns-both-1': broken(54),
  'netns-both-2': broken(70),
  'relay-full-1': broken(61),
  'relay-full-2': broken(54),
  'netns-loss-1': watchable('loss', '10 % loss for 20 s, all of it repaired: no freeze, every frame shown'),
  'netns-loss5-1': watchable('loss', '5 % loss for 20 s, all of it repaired'),
  'relay-delay-1': watchable('delay', '100 ms more for 20 s can be watched'),
  'relay-delayjit-1': watchable('delay', '100–160 ms more for 20 s can be watched'),
  'relay-outage-1': [
    {
      kind: 'outage',
      fromS: 10,
      toS: 19.2,
      weight: 'blip',
      because: '9 s of black picture: worth a warning while it lasts, too short to call somebody',
    },
  ],
  'jitsi-chrome117-sfu-freezes 3475661459': [
    {
      kind: 'stutter',
      fromS: 70,
      toS: 91,
      weight: 'blip',
      because: '8 of 20 s frozen, and 107 packets lost, then well again',
    },
  ],
  'jitsi-chrome117-sfu-freezes 3859036835': [
    {
      kind: 'stutter',
      fromS: 70,
      toS: 91,
      weight: 'blip',
      because: '7.4 of 20 s frozen, and 110 packets lost, then well again',
    },
  ],
  'jitsi-firefox-sfu 972539169': [
    {
      kind: 'outage',
      fromS: 62,
      toS: 156,
      weight: 'either',
      because: 'the picture stops for good; whether somebody switched it off the capture does not tell',
    },
  ],
};
