/** Everyone who is timed: the engines of this machine and the peers that could be started. */
import type { Engine } from "../src/engine/index.js";
import { openEngines } from "./engines.js";
import { type Peer, type PeerOptions, peerNames, startPeer } from "./peers.js";

export interface Contestants {
  /** The first is the one that goals are set for. */
  readonly engines: readonly Engine[];
  readonly peers: readonly Peer[];
  readonly absent: readonly { readonly name: string; readonly why: string }[];
}

export async function gather(options: PeerOptions): Promise<Contestants> {
  const { present, absent } = await openEngines(options.threads);
  const peers: Peer[] = [];
  const missing: { name: string; why: string }[] = [...absent];
  for (const name of peerNames) {
    const peer = await startPeer(name, options);
    if ("absent" in peer) missing.push({ name, why: peer.absent });
    else peers.push(peer);
  }
  return { engines: present, peers, absent: missing };
}
