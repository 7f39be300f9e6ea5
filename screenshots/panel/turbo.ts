// The colour scheme of the heat maps: Turbo, by the polynomials that its author published
// (Anton Mikhailov, "Turbo, An Improved Rainbow Colormap for Visualization", 2019).

const RED = [34.61, 1172.33, -10793.56, 33300.12, -38394.49, 14825.05];
const GREEN = [23.31, 557.33, 1225.33, -3574.96, 1073.77, 707.56];
const BLUE = [27.2, 3211.1, -15327.97, 27814, -22569.18, 6838.66];

/** Of a share from 0 to 1, as CSS. */
export function turbo(share: number): string {
  const at = Math.min(1, Math.max(0, share));
  const channel = (factors: readonly number[]) => {
    const value = factors.reduceRight((sum, factor) => sum * at + factor, 0);
    return Math.min(255, Math.max(0, Math.round(value)));
  };
  return `rgb(${channel(RED)}, ${channel(GREEN)}, ${channel(BLUE)})`;
}
