package jp.sanchi.kernel.proof;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import jp.sanchi.kernel.event.Base64Url;
import jp.sanchi.kernel.event.DigitalLink;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.event.Jws;
import jp.sanchi.kernel.event.TraceEvent;
import jp.sanchi.kernel.history.History;
import jp.sanchi.kernel.history.Recorded;

/**
 * A server's answer in the making. Made as an honest server makes it; every part can be changed
 * before {@link #bytes}, either as the server alone could (histories, documents) or as peers would
 * have to (statement, endorsements).
 */
final class Served {
  static final byte[] CHALLENGE =
      SeededKey.sha256("the verifier's challenge".getBytes(StandardCharsets.US_ASCII));

  final World world;
  final String url;
  final Start start;
  final Required required;
  final SortedMap<String, List<Recorded>> histories;
  final SortedMap<String, Statement.Head> heads = new TreeMap<>();
  final SortedMap<String, byte[]> documents = new TreeMap<>();
  final List<Bundle.Readings> readings = new ArrayList<>();
  final List<World.Peer> peers = new ArrayList<>();
  final Map<World.Peer, String> claimedMsp = new HashMap<>();
  final List<String> surplus = new ArrayList<>();
  private final Map<String, String> raw = new HashMap<>();
  Bundle.Label label;
  Bundle.ChallengePath path;
  byte[] challenge = CHALLENGE;
  String channel = World.CHANNEL;
  String consortium = World.CONSORTIUM;
  String chaincode = World.CHAINCODE;
  int status = 200;
  long time;
  long tick;
  UnaryOperator<byte[]> payload = bytes -> bytes;
  UnaryOperator<byte[]> response = bytes -> bytes;
  UnaryOperator<byte[]> signature = bytes -> bytes;
  UnaryOperator<byte[]> endorser = bytes -> bytes;
  UnaryOperator<Json.Obj> json = bundle -> bundle;

  Served(World world, String url) {
    this.world = world;
    this.url = url;
    this.start = Start.of(DigitalLink.parse(url), World.CONSORTIUM);
    this.time = world.clock + 10 * World.MINUTE;
    this.tick = time - 30_000;
    Map<String, List<Recorded>> loaded = new TreeMap<>();
    for (SortedSet<String> next = Required.next(start, loaded);
        !next.isEmpty();
        next = Required.next(start, loaded)) {
      next.forEach(s -> loaded.put(s, world.ledger.getOrDefault(s, List.of())));
    }
    this.required = Required.of(start, loaded);
    this.histories = new TreeMap<>();
    required.histories().forEach((s, history) -> histories.put(s, new ArrayList<>(history)));
    restate();
    if (required.labelPrinted()) {
      List<byte[]> hashes = world.labels.get(start.run());
      int number = start.serial().number();
      label =
          new Bundle.Label(
              hashes.get(number), Merkle.path(hashes.stream().map(Merkle::leaf).toList(), number));
    }
    world.documents.forEach(
        (subject, document) -> {
          if (histories.containsKey(subject)) {
            documents.put(subject, document);
          }
        });
    for (Bundle.Readings one : world.readings) {
      if (histories.containsKey(one.subject())) {
        readings.add(one);
      }
    }
    peers.add(world.members.get(0).peers.get(0));
    peers.add(world.members.get(1).peers.get(0));
  }

  /** Lets the statement be about the histories as they are now: the peers lie as well. */
  Served restate() {
    heads.clear();
    histories.forEach((subject, history) -> heads.put(subject, head(subject, history)));
    return this;
  }

  static Statement.Head head(String subject, List<Recorded> history) {
    byte[] head = History.emptyHead();
    for (int i = 0; i < history.size(); i++) {
      Recorded entry = history.get(i);
      head =
          History.head(
              subject, i + 1, head, Base64Url.decode(entry.event().id()), entry.recordTime());
    }
    return new Statement.Head(history.size(), head);
  }

  Served drop(Predicate<TraceEvent> lies) {
    histories.values().forEach(history -> history.removeIf(entry -> lies.test(entry.event())));
    return this;
  }

  Served drop(String kind) {
    return drop(event -> event.kind().equals(kind));
  }

  /** Puts another event in the place of one, wherever that stands. */
  Served replace(TraceEvent old, String compact) {
    TraceEvent event = TraceEvent.readAny(Jws.parse(compact));
    histories
        .values()
        .forEach(
            history ->
                history.replaceAll(
                    entry ->
                        entry.event().id().equals(old.id())
                            ? new Recorded(event, entry.recordTime())
                            : entry));
    return this;
  }

  TraceEvent find(String kind) {
    return world.all.stream()
        .map(Recorded::event)
        .filter(event -> event.kind().equals(kind))
        .findFirst()
        .orElseThrow();
  }

  /** Puts any text in the place of an event, in the order that a bundle must have. */
  Served raw(TraceEvent old, UnaryOperator<String> lie) {
    raw.put(old.jws().compact(), lie.apply(old.jws().compact()));
    return this;
  }

  private Bundle inOrder(Bundle bundle) {
    List<String> lies = bundle.events().stream().map(e -> raw.getOrDefault(e, e)).toList();
    List<String> ordered =
        Stream.concat(lies.stream(), surplus.stream())
            .sorted(Comparator.comparing(Bundle::idOf))
            .toList();
    List<Bundle.Listed> listed =
        bundle.histories().stream()
            .map(
                history ->
                    new Bundle.Listed(
                        history.subject(),
                        IntStream.of(history.events())
                            .map(index -> ordered.indexOf(lies.get(index)))
                            .toArray(),
                        history.recordTimes()))
            .toList();
    return new Bundle(
        bundle.documents(), ordered, listed, bundle.label(), bundle.readings(), bundle.statement());
  }

  byte[] bytes() {
    return json.apply(
            (Json.Obj) Json.parse(inOrder(bundle()).write(), new Json.Limits(1 << 24, 16)))
        .canonical();
  }

  Bundle bundle() {
    byte[] said =
        payload.apply(new Statement(challenge, channel, consortium, heads, tick, time).bytes());
    byte[] answered = response.apply(Wire.response(status, said, chaincode));
    Collection<Bundle.Endorsement> endorsements =
        peers.stream().map(peer -> endorse(peer, answered)).toList();
    return Bundle.of(
        histories,
        new Bundle.Endorsements(List.copyOf(endorsements), path, answered),
        label,
        documents.values(),
        readings);
  }

  private Bundle.Endorsement endorse(World.Peer peer, byte[] answered) {
    String mspId = claimedMsp.getOrDefault(peer, peer.mspId());
    byte[] identity = endorser.apply(Wire.identity(mspId, peer.certificate()));
    byte[] signed = new byte[answered.length + identity.length];
    System.arraycopy(answered, 0, signed, 0, answered.length);
    System.arraycopy(identity, 0, signed, answered.length, identity.length);
    return new Bundle.Endorsement(identity, signature.apply(peer.key().signDer(signed)));
  }
}
