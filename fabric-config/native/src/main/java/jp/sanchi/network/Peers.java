package jp.sanchi.network;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Connections to all peers, to each as its own member's administrator. */
final class Peers implements AutoCloseable {
  private final List<PeerClient> peers = new ArrayList<>();

  Peers(DataFolder data, NetworkState state) {
    for (Member member : state.peers()) {
      peers.add(connect(data, state, member));
    }
  }

  static PeerClient connect(DataFolder data, NetworkState state, Member member) {
    return PeerClient.connect(
        member.peer(),
        state.peerPort(member),
        data.authority(member.mspId(), "tls-ca.pem"),
        administrator(data, member));
  }

  static Identity administrator(DataFolder data, Member member) {
    Path file = data.administrator(member.mspId());
    return new Identity(member.mspId(), KeyedCertificate.read(file, file));
  }

  List<PeerClient> all() {
    return List.copyOf(peers);
  }

  @Override
  public void close() {
    peers.forEach(PeerClient::close);
  }
}
