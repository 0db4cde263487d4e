package jp.sanchi.network;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;
import jp.sanchi.kernel.event.Json;

/**
 * From running processes to a ledger that works: channel, chaincode, founding, trust. Each step
 * looks first whether it is still to be done, so that all may be said again.
 */
final class Setup {
  private static final Duration PATIENCE = Duration.ofSeconds(120);

  private final DataFolder data;
  private final NetworkState state;
  private final FabricBinaries binaries;
  private final Consumer<String> say;
  private final OrderingService ordering;
  private final Lifecycle lifecycle;

  Setup(DataFolder data, NetworkState state, FabricBinaries binaries, Consumer<String> say) {
    this.data = data;
    this.state = state;
    this.binaries = binaries;
    this.say = say;
    this.ordering = new OrderingService(data, state);
    this.lifecycle = new Lifecycle(ordering);
  }

  void all() {
    ChaincodePackage chaincode = ChaincodePackage.read(data, state.chaincode());
    try (Peers peers = new Peers(data, state)) {
      join(peers, chaincode);
      renewedOrderers(peers);
      caughtUp(peers);
      int sequence = lifecycle.define(peers.all(), chaincode, state.sequence());
      if (sequence != state.sequence()) {
        state.with(sequence).write(data.root());
      }
      say.accept(
          "Channel %s stands, chaincode %s in sequence %d."
              .formatted(
                  PeerClient.CHANNEL, ChaincodePackage.version(chaincode.digest()), sequence));
      try (Ledger ledger = new Ledger(data.connection(state.peers().get(0).mspId()))) {
        found(ledger);
        announce(ledger);
        trust(peers, ledger);
      }
    }
  }

  private void join(Peers peers, ChaincodePackage chaincode) {
    byte[] genesis = Folders.read(data.channel("genesis.block"));
    var steps = new ArrayList<Runnable>();
    for (int orderer = 1; orderer <= state.orderers(); orderer++) {
      int number = orderer;
      if (!ordering.joined(number)) {
        steps.add(() -> ordering.join(number, binaries));
      }
    }
    for (PeerClient peer : peers.all()) {
      steps.add(
          () -> {
            if (!peer.joined()) {
              peer.join(genesis);
            }
            lifecycle.install(peer, chaincode);
          });
    }
    Together.each(steps, Runnable::run);
    newMembers(peers);
  }

  // Members that the channel doesn't know yet
  private void newMembers(Peers peers) {
    List<PeerClient> all = peers.all();
    ChannelConfig config = ChannelConfig.fetch(all.get(0));
    List<Member> known =
        state.peers().stream()
            .filter(member -> config.members().containsKey(member.mspId()))
            .toList();
    for (Member member : state.peers()) {
      if (!known.contains(member)) {
        ChannelConfig current = ChannelConfig.fetch(all.get(0));
        List<Identity> signers =
            known.stream()
                .limit(known.size() / 2 + 1)
                .map(signer -> Peers.administrator(data, signer))
                .toList();
        current.change(
            current.withMember(
                member,
                known.get(0),
                data.authority(member.mspId(), "msp"),
                state.peerPort(member)),
            signers,
            ordering,
            binaries,
            List.of(all.get(0)));
        say.accept(
            "%s is in the channel, by the administrators of %s."
                .formatted(
                    member.mspId(),
                    String.join(" and ", signers.stream().map(Identity::mspId).toList())));
      }
    }
  }

  // Orderers whose certificates were renewed since the channel last heard of them
  private void renewedOrderers(Peers peers) {
    for (int number = 1; number <= state.orderers(); number++) {
      byte[] identity =
          Folders.read(data.node("orderer" + number).resolve("msp/signcerts/node.pem"));
      byte[] tls = Folders.read(data.node("orderer" + number).resolve("tls/server.pem"));
      PeerClient first = peers.all().get(0);
      ChannelConfig config = ChannelConfig.fetch(first);
      if (!config.knows(number, identity, tls)) {
        List<Identity> signers = new ArrayList<>();
        for (int signer = 1; signer <= state.orderers() / 2 + 1; signer++) {
          signers.add(Peers.administrator(data, state.ordererMember(signer)));
        }
        config.change(
            config.withConsenter(number, identity, tls),
            signers,
            ordering,
            binaries,
            List.of(first));
        say.accept("The channel knows the new certificates of orderer" + number + ".");
      }
    }
  }

  /** Waits until every peer holds what the others hold. */
  void caughtUp(Peers peers) {
    long highest =
        peers.all().stream()
            .map(PeerClient::height)
            .filter(OptionalLong::isPresent)
            .mapToLong(OptionalLong::getAsLong)
            .max()
            .orElse(0);
    Together.each(
        peers.all(),
        peer -> {
          if (!Waiting.until(PATIENCE, () -> peer.height().orElse(0) >= highest)) {
            throw new NetworkFailure(
                "%s holds %d of %d blocks and doesn't catch up: do the orderers run? (`network status`)"
                    .formatted(peer.name(), peer.height().orElse(0), highest));
          }
        });
  }

  private void found(Ledger ledger) {
    if (ledger.consortium() == null) {
      Member first = state.peers().get(0);
      ledger.append(
          Ledger.signed(
              Founding.payload(data, state, Instant.now()), Peers.administrator(data, first), 0),
          mspIds());
      say.accept("Founded the ledger of " + state.consortium() + ".");
    }
  }

  private List<String> mspIds() {
    return state.peers().stream().map(Member::mspId).toList();
  }

  // Members that the channel knows and the ledger doesn't: a majority of the others approve them
  private void announce(Ledger ledger) {
    for (Member member : state.peers()) {
      Json.Obj facts = ledger.consortium(state.consortium());
      List<String> known =
          facts.array("members").items().stream()
              .map(item -> ((Json.Obj) item).text("mspId"))
              .toList();
      if (!known.contains(member.mspId())) {
        Json.Obj payload =
            Founding.changed(
                state.consortium(),
                Founding.described(data, List.of(member)).get(0),
                Instant.now());
        List<Member> approvers =
            state.peers().stream()
                .filter(other -> known.contains(other.mspId()))
                .sorted(Comparator.comparing(Member::place))
                .limit(known.size() / 2 + 1)
                .toList();
        for (Member approver : approvers) {
          ledger.append(
              Ledger.signed(payload, Peers.administrator(data, approver), facts.integer("n")),
              mspIds());
        }
        say.accept(
            "%s is a member on the ledger, approved by %s."
                .formatted(
                    member.mspId(),
                    String.join(" and ", approvers.stream().map(Member::mspId).toList())));
      }
    }
  }

  void trust(Peers peers, Ledger ledger) {
    var warnings = new ArrayList<String>();
    byte[] trust =
        Trust.json(
            state.consortium(),
            ChannelConfig.fetch(peers.all().get(0)).members(),
            ledger.consortium(state.consortium()),
            warnings);
    Folders.write(data.trust(), trust);
    warnings.forEach(say);
  }

  /** Has all members agree on another jar, which their servers run already. */
  void upgrade(ChaincodePackage chaincode, int sequence) {
    try (Peers peers = new Peers(data, state)) {
      Together.each(peers.all(), peer -> lifecycle.install(peer, chaincode));
      lifecycle.approve(peers.all(), chaincode, sequence);
    }
  }
}
