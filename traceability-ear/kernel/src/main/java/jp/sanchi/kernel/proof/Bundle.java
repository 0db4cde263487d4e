package jp.sanchi.kernel.proof;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import jp.sanchi.kernel.event.Base64Url;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.event.MalformedEvent;
import jp.sanchi.kernel.history.Recorded;

/**
 * Everything that a verifier needs about one subject (wire format, section 11), in the one byte
 * form that it has. Reading checks that form only; {@link BundleVerifier} judges what is in it.
 *
 * @param documents salted documents of products, places and organisations, ascending by hash
 * @param events compact JWSs, ascending by event id
 * @param histories ascending by subject
 * @param label null where the start is no package of a printed run
 * @param readings null where none are sent along
 * @param statement the endorsed answer
 */
public record Bundle(
    List<byte[]> documents,
    List<String> events,
    List<Listed> histories,
    Label label,
    List<Readings> readings,
    Endorsements statement) {
  /** The most bytes that a bundle may have. */
  public static final int MOST_BYTES = 64 << 20;

  private static final String FORMAT = "sanchi-bundle-v0";
  private static final Json.Limits LIMITS = new Json.Limits(MOST_BYTES, 16);
  private static final int MOST_CHALLENGES = 1024;

  /**
   * One history.
   *
   * @param events indexes into the bundle's events, in ledger order
   * @param recordTimes in milliseconds since 1970, one for each event
   */
  public record Listed(String subject, int[] events, long[] recordTimes) {}

  /**
   * What was printed at a label's number.
   *
   * @param hash 32 bytes, the entry at that number
   * @param path its inclusion path to the run's root, nearest sibling first
   */
  public record Label(byte[] hash, List<byte[]> path) {}

  /**
   * The readings of one window.
   *
   * @param subject the box day
   * @param event id of the window's event
   * @param leaves of section 8, in the order of their sequence numbers
   */
  public record Readings(String subject, String event, List<byte[]> leaves) {}

  /**
   * A statement as it was endorsed.
   *
   * @param endorsements by endorser, whose bytes are a {@code SerializedIdentity}, with the
   *     signature
   * @param path how the asker's challenge is found under the statement's; null where that is the
   *     asker's own
   * @param response a {@code ProposalResponsePayload}
   */
  public record Endorsements(List<Endorsement> endorsements, ChallengePath path, byte[] response) {}

  /**
   * One peer's signature.
   *
   * @param endorser {@code SerializedIdentity}
   * @param signature DER
   */
  public record Endorsement(byte[] endorser, byte[] signature) {}

  /** An RFC 9162 inclusion path of one challenge among several. */
  public record ChallengePath(long index, long size, List<byte[]> hashes) {}

  /**
   * Makes a bundle in its one order.
   *
   * @param histories of exactly the subjects of {@link Required}, each in ledger order; an empty
   *     list where there is no event
   */
  public static Bundle of(
      Map<String, List<Recorded>> histories,
      Endorsements statement,
      Label label,
      Collection<byte[]> documents,
      Collection<Readings> readings) {
    var compact = new TreeMap<String, String>();
    histories
        .values()
        .forEach(
            history ->
                history.forEach(
                    entry -> compact.put(entry.event().id(), entry.event().jws().compact())));
    Map<String, Integer> indexes = new HashMap<>();
    compact.keySet().forEach(id -> indexes.put(id, indexes.size()));
    var listed = new ArrayList<Listed>();
    new TreeMap<>(histories)
        .forEach(
            (subject, history) ->
                listed.add(
                    new Listed(
                        subject,
                        history.stream().mapToInt(e -> indexes.get(e.event().id())).toArray(),
                        history.stream().mapToLong(Recorded::recordTime).toArray())));
    var byHash = new TreeMap<String, byte[]>();
    documents.forEach(document -> byHash.put(hash(document), document));
    var byEndorser = new TreeMap<String, Endorsement>();
    statement.endorsements().forEach(e -> byEndorser.put(Base64Url.encode(e.endorser()), e));
    return new Bundle(
        List.copyOf(byHash.values()),
        List.copyOf(compact.values()),
        listed,
        label,
        readings.isEmpty() ? null : inOrder(readings),
        new Endorsements(List.copyOf(byEndorser.values()), statement.path(), statement.response()));
  }

  /**
   * The canonical bytes of what stands at {@code readings}, for who asks for them afterwards; none
   * is an empty array.
   */
  public static byte[] write(Collection<Readings> readings) {
    return items(inOrder(readings)).canonical();
  }

  /**
   * Reads what {@link #write(Collection)} wrote, strictly; of any number of windows.
   *
   * @throws Malformed {@code bundle_malformed}
   */
  public static List<Readings> readReadings(byte[] bytes) {
    try {
      Json.Arr items = array(Json.parseCanonical(bytes, LIMITS));
      return items.size() == 0 ? List.of() : readings(items);
    } catch (MalformedEvent e) {
      throw malformed();
    }
  }

  /**
   * This bundle with readings that lay beside it, however many they are.
   *
   * @throws Malformed {@code bundle_malformed} if it has some itself, or one window's come twice
   */
  Bundle with(Collection<Readings> beside) {
    if (beside.isEmpty()) {
      return this;
    }
    List<Readings> all = inOrder(beside);
    if (readings != null || all.size() != beside.size()) {
      throw malformed();
    }
    return new Bundle(documents, events, histories, label, all, statement);
  }

  private static List<Readings> inOrder(Collection<Readings> readings) {
    var byWindow = new TreeMap<String, Readings>();
    // No subject holds a space, so that the pair is ordered as its parts are.
    readings.forEach(r -> byWindow.put(r.subject() + ' ' + r.event(), r));
    return List.copyOf(byWindow.values());
  }

  private static Json.Arr items(List<Readings> readings) {
    return new Json.Arr(
        readings.stream()
            .<Json>map(r -> Json.array(r.subject(), r.event(), list(r.leaves())))
            .toList());
  }

  /** The canonical bytes. */
  public byte[] write() {
    var histories = new ArrayList<Json>();
    for (Listed history : this.histories) {
      var entries = new ArrayList<Json>();
      for (int i = 0; i < history.events().length; i++) {
        entries.add(Json.array(history.events()[i], history.recordTimes()[i]));
      }
      histories.add(Json.array(history.subject(), entries));
    }
    Json labels =
        label == null ? Json.Null.VALUE : Json.array(b64(label.hash()), list(label.path()));
    Json windows = readings == null ? Json.Null.VALUE : items(readings);
    var endorsements = new ArrayList<Json>();
    statement
        .endorsements()
        .forEach(e -> endorsements.add(Json.array(b64(e.endorser()), b64(e.signature()))));
    ChallengePath path = statement.path();
    return Json.object(
            "documents",
            list(documents),
            "events",
            events,
            "format",
            FORMAT,
            "histories",
            histories,
            "label",
            labels,
            "readings",
            windows,
            "statement",
            Json.object(
                "endorsements",
                endorsements,
                "path",
                path == null
                    ? Json.Null.VALUE
                    : Json.array(path.index(), path.size(), list(path.hashes())),
                "response",
                b64(statement.response())))
        .canonical();
  }

  /**
   * Reads strictly: whatever is accepted, {@link #write} gives the same bytes.
   *
   * @throws Malformed {@code bundle_malformed}
   */
  public static Bundle read(byte[] bytes) {
    try {
      Json.Obj bundle = object(Json.parseCanonical(bytes, LIMITS), 7);
      require(bundle.text("format").equals(FORMAT));
      List<byte[]> documents = byteList(bundle.array("documents"), 0);
      requireAscending(documents.stream().map(Bundle::hash).toList());
      List<String> events = texts(bundle.array("events"));
      requireAscending(events.parallelStream().map(Bundle::idOf).toList());
      var histories = new ArrayList<Listed>();
      for (Json history : bundle.array("histories").items()) {
        histories.add(history(array(history, 2), events.size()));
      }
      requireAscending(histories.stream().map(Listed::subject).toList());
      return new Bundle(
          documents,
          events,
          histories,
          label(bundle.get("label")),
          readings(bundle.get("readings")),
          statement(bundle.object("statement")));
    } catch (MalformedEvent e) {
      throw malformed();
    }
  }

  /**
   * Puts in the one form what may once have been a bundle: who changes an event changes its id, so
   * that it stands in the wrong place. What is wrong in it, the checks then find.
   *
   * @return null if that is none even so
   */
  public static byte[] inOrder(byte[] bytes) {
    try {
      Json.Obj bundle = (Json.Obj) Json.parse(bytes, LIMITS);
      List<String> events = texts(bundle.array("events"));
      List<Integer> order =
          IntStream.range(0, events.size())
              .boxed()
              .sorted(Comparator.comparing(index -> idOf(events.get(index)), Bundle::compare))
              .toList();
      int[] place = new int[order.size()];
      for (int i = 0; i < place.length; i++) {
        place[order.get(i)] = i;
      }
      var histories = new ArrayList<Json.Arr>();
      for (Json one : bundle.array("histories").items()) {
        Json.Arr history = array(one, 2);
        var entries = new ArrayList<Json>();
        for (Json item : array(history.get(1)).items()) {
          Json.Arr entry = array(item, 2);
          int was = Math.toIntExact(count(entry.get(0)));
          if (was >= place.length) {
            return null;
          }
          entries.add(Json.array(place[was], entry.get(1)));
        }
        histories.add(Json.array(text(history.get(0)), entries));
      }
      histories.sort(Comparator.comparing(one -> text(one.get(0)), Bundle::compare));
      var documents = new ArrayList<>(bundle.array("documents").items());
      documents.sort(Comparator.comparing(one -> hash(bytes(one, 0)), Bundle::compare));
      byte[] inOrder =
          bundle
              .with("documents", new Json.Arr(documents))
              .with(
                  "events",
                  new Json.Arr(order.stream().<Json>map(i -> Json.of(events.get(i))).toList()))
              .with("histories", new Json.Arr(List.copyOf(histories)))
              .canonical();
      read(inOrder);
      return inOrder;
    } catch (MalformedEvent | Malformed | ClassCastException | ArithmeticException e) {
      return null;
    }
  }

  private static Listed history(Json.Arr pair, int events) {
    List<Json> entries = array(pair.get(1)).items();
    Listed history =
        new Listed(text(pair.get(0)), new int[entries.size()], new long[entries.size()]);
    for (int i = 0; i < entries.size(); i++) {
      Json.Arr entry = array(entries.get(i), 2);
      long index = count(entry.get(0));
      require(index < events);
      history.events()[i] = (int) index;
      history.recordTimes()[i] = count(entry.get(1));
    }
    return history;
  }

  private static Label label(Json label) {
    if (label instanceof Json.Null) {
      return null;
    }
    Json.Arr pair = array(label, 2);
    return new Label(bytes(pair.get(0), 32), byteList(array(pair.get(1)), 32));
  }

  private static List<Readings> readings(Json readings) {
    if (readings instanceof Json.Null) {
      return null;
    }
    var windows = new ArrayList<Readings>();
    for (Json item : array(readings).items()) {
      Json.Arr triple = array(item, 3);
      bytes(triple.get(1), 32);
      windows.add(
          new Readings(
              text(triple.get(0)), text(triple.get(1)), byteList(array(triple.get(2)), 0)));
    }
    require(!windows.isEmpty());
    for (int i = 1; i < windows.size(); i++) {
      int bySubject = compare(windows.get(i - 1).subject(), windows.get(i).subject());
      require(
          bySubject < 0
              || bySubject == 0 && compare(windows.get(i - 1).event(), windows.get(i).event()) < 0);
    }
    return windows;
  }

  private static Endorsements statement(Json.Obj statement) {
    require(statement.members().size() == 3);
    var endorsements = new ArrayList<Endorsement>();
    var endorsers = new ArrayList<String>();
    for (Json item : statement.array("endorsements").items()) {
      Json.Arr pair = array(item, 2);
      endorsers.add(text(pair.get(0)));
      endorsements.add(new Endorsement(bytes(pair.get(0), 0), bytes(pair.get(1), 0)));
    }
    requireAscending(endorsers);
    ChallengePath path = null;
    if (!(statement.get("path") instanceof Json.Null)) {
      Json.Arr triple = array(statement.get("path"), 3);
      path =
          new ChallengePath(
              count(triple.get(0)), count(triple.get(1)), byteList(array(triple.get(2)), 32));
      require(path.index() < path.size() && path.size() <= MOST_CHALLENGES);
    }
    return new Endorsements(endorsements, path, bytes(statement.get("response"), 0));
  }

  private static Json.Obj object(Json value, int members) {
    require(value instanceof Json.Obj object && object.members().size() == members);
    return (Json.Obj) value;
  }

  private static Json.Arr array(Json value) {
    require(value instanceof Json.Arr);
    return (Json.Arr) value;
  }

  private static Json.Arr array(Json value, int size) {
    require(array(value).size() == size);
    return array(value);
  }

  private static String text(Json value) {
    require(value instanceof Json.Text);
    return ((Json.Text) value).value();
  }

  private static List<String> texts(Json.Arr values) {
    return values.items().stream().map(Bundle::text).toList();
  }

  private static long count(Json value) {
    require(value instanceof Json.Num);
    long count = ((Json.Num) value).longValue();
    require(count >= 0);
    return count;
  }

  /**
   * @param length how many bytes there must be; 0 for any number but none
   */
  private static byte[] bytes(Json value, int length) {
    byte[] bytes = Base64Url.decode(text(value));
    require(length == 0 ? bytes.length > 0 : bytes.length == length);
    return bytes;
  }

  private static List<byte[]> byteList(Json.Arr values, int length) {
    return values.items().stream().map(value -> bytes(value, length)).toList();
  }

  private static void requireAscending(List<String> keys) {
    for (int i = 1; i < keys.size(); i++) {
      require(compare(keys.get(i - 1), keys.get(i)) < 0);
    }
  }

  private static int compare(String a, String b) {
    return Arrays.compareUnsigned(
        a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));
  }

  private static Json.Arr list(List<byte[]> items) {
    return new Json.Arr(items.stream().<Json>map(item -> Json.of(b64(item))).toList());
  }

  private static String b64(byte[] bytes) {
    return Base64Url.encode(bytes);
  }

  // Whatever the text is, it has a place in the order; whether it is a JWS is a later question.
  static String idOf(String compact) {
    int dot = compact.lastIndexOf('.');
    return hash((dot < 0 ? compact : compact.substring(0, dot)).getBytes(StandardCharsets.UTF_8));
  }

  /** SHA-256 as the text by which ids and documents are named and ordered. */
  static String hash(byte[] bytes) {
    try {
      return b64(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static void require(boolean holds) {
    if (!holds) {
      throw malformed();
    }
  }

  private static Malformed malformed() {
    return new Malformed("bundle_malformed");
  }
}
