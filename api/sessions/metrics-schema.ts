// The metrics of a sample as the API documents them: the guide's names and units, then ours. What writes them is
// receiver/guide-event/encode.ts.
import { z } from 'zod';
import { DIMENSION_KEYS } from '../../receiver/sample.ts';

const ms = (description: string) => z.strictObject({ ms: z.number() }).optional().describe(description);
const kbps = (description: string) => z.strictObject({ kbps: z.number() }).optional().describe(description);

export const metricsSchema = z
  .strictObject({
    mos: z.number().optional().describe('Mean opinion score, 1 (bad) to 5 (excellent).'),
    mosSource: z
      .literal('estimated')
      .optional()
      .describe('Where a formula over network inputs made the MOS, and not the platform.'),
    mosCauses: z.array(z.string()).optional().describe('What took points off the MOS, the costliest first.'),
    experience: z
      .number()
      .optional()
      .describe('What a viewer would say of the picture, 1 (bad) to 5 (excellent): freezes and frames.'),
    experienceCauses: z
      .array(z.string())
      .optional()
      .describe('What took points off the experience, the costliest first.'),
    jitter: ms('Interarrival jitter.'),
    packetLossPercent: z.number().optional().describe('Of the interval, 0 to 100.'),
    rtt: ms('Round-trip time of the media path.'),
    bitrate: kbps('Bit rate of the stream.'),
    usualBitrate: kbps('What the stream has usually brought, once that is known.'),
    framesPerSecond: z.number().optional().describe('Frames shown or sent.'),
    freezeRatio: z
      .number()
      .optional()
      .describe('Fraction of the interval in which the picture stood still, 0 to 1.'),
    framesDroppedPercent: z.number().optional().describe('Of the frames that arrived, thrown away unseen.'),
    outage: z.boolean().optional().describe('Whether nothing arrives after earlier traffic.'),
  })
  .describe('What was not measured is absent.')
  .meta({ id: 'Metrics' });

export const dimensionsSchema = z
  .record(z.string(), z.string())
  .describe(`Of ${DIMENSION_KEYS.join(', ')} those that are known.`)
  .meta({ id: 'Dimensions' });
