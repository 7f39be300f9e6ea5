// What the pages use of libraries that ship without types.

declare module '@peermetrics/webrtc-stats' {
  export class WebRTCStats {
    constructor(options: { readonly getStatsInterval: number });
    on(tag: string, listener: (event: unknown) => void): this;
    addConnection(options: { readonly pc: RTCPeerConnection; readonly peerId: string }): unknown;
  }
}
