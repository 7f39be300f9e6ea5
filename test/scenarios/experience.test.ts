// A picture that freezes on a perfect network: what every other measure calls healthy.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Scenario } from '../support/scenario.ts';

describe('a bad picture on a good network', () => {
  it('reaches the SIEM, the queue and the gauges, with its causes', async () => {
    const scenario = await Scenario.start();
    try {
      await scenario.play('0..30: mos=4.3 experience=1.5:freeze,frame_rate');
      assert.deepEqual(scenario.siem.story(), ['opened high experience']);
      const [{ reasons } = { reasons: [] }] = await scenario.alerts();
      assert.deepEqual(reasons, [
        { rule: 'experience', value: 1.5, threshold: 3, causes: ['freeze', 'frame_rate'] },
      ]);
      assert.match(await scenario.gauges(), /^webrtc_video_experience\{.*session_id="s-1".*\} 1\.5/m);

      await scenario.play('35..65: experience=4.5');
      assert.deepEqual(scenario.siem.story(), ['opened high experience', 'recovered high experience']);
      assert.match(await scenario.gauges(), /^webrtc_video_experience\{.*session_id="s-1".*\} 4\.5/m);
    } finally {
      await scenario.close();
    }
  });
});
