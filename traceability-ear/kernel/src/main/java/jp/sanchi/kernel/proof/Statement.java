package jp.sanchi.kernel.proof;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import jp.sanchi.kernel.event.Base64Url;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.event.MalformedEvent;
import jp.sanchi.kernel.history.Subject;

/**
 * The ledger's answer to {@code heads} (wire format, section 10): how many events these subjects
 * have and what their heads are. Nothing else that the ledger's chaincode returns begins with
 * {@link #PREFIX}, so an endorsement of another answer never passes for a statement.
 *
 * @param challenge 16 to 64 bytes of whoever asked, or the root over many challenges
 * @param subjects by canonical subject, ascending
 * @param tick the newest tick that the peer knows, in milliseconds since 1970
 * @param time the proposal's timestamp, in milliseconds since 1970
 */
public record Statement(
    byte[] challenge,
    String channel,
    String consortium,
    SortedMap<String, Head> subjects,
    long tick,
    long time) {
  /** The line before the JSON. */
  public static final String PREFIX = "sanchi.statement.v1\n";

  /** The most subjects that one statement is about. */
  public static final int MOST_SUBJECTS = 4096;

  private static final byte[] PREFIX_BYTES = PREFIX.getBytes(StandardCharsets.US_ASCII);
  private static final Json.Limits LIMITS = new Json.Limits(1 << 20, 16);

  /**
   * Where a subject's history stands.
   *
   * @param n how many events it has
   * @param hash 32 bytes; all zero where there is no event
   */
  public record Head(long n, byte[] hash) {
    /** The head of a subject that has no event. */
    public static final Head NONE = new Head(0, new byte[32]);

    @Override
    public boolean equals(Object other) {
      return other instanceof Head head && head.n == n && Arrays.equals(head.hash, hash);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(hash);
    }
  }

  public Statement {
    subjects = Collections.unmodifiableSortedMap(new TreeMap<>(subjects));
  }

  /** What the chaincode returns. */
  public byte[] bytes() {
    var heads = new ArrayList<Json>();
    subjects.forEach(
        (subject, head) -> heads.add(Json.array(subject, head.n(), Base64Url.encode(head.hash()))));
    byte[] json =
        Json.object(
                "challenge",
                Base64Url.encode(challenge),
                "channel",
                channel,
                "consortium",
                consortium,
                "subjects",
                heads,
                "tick",
                tick,
                "time",
                time)
            .canonical();
    byte[] bytes = Arrays.copyOf(PREFIX_BYTES, PREFIX_BYTES.length + json.length);
    System.arraycopy(json, 0, bytes, PREFIX_BYTES.length, json.length);
    return bytes;
  }

  /**
   * Reads strictly.
   *
   * @throws Malformed {@code statement_malformed}
   */
  public static Statement read(byte[] bytes) {
    int prefix = PREFIX_BYTES.length;
    if (bytes.length < prefix || !Arrays.equals(bytes, 0, prefix, PREFIX_BYTES, 0, prefix)) {
      throw malformed();
    }
    try {
      Json json = Json.parseCanonical(Arrays.copyOfRange(bytes, prefix, bytes.length), LIMITS);
      if (!(json instanceof Json.Obj statement) || statement.members().size() != 6) {
        throw malformed();
      }
      byte[] challenge = Base64Url.decode(statement.text("challenge"));
      if (challenge.length < 16 || challenge.length > 64) {
        throw malformed();
      }
      return new Statement(
          challenge,
          statement.text("channel"),
          statement.text("consortium"),
          heads(statement.array("subjects").items()),
          count(statement.integer("tick")),
          count(statement.integer("time")));
    } catch (MalformedEvent e) {
      throw malformed();
    }
  }

  private static SortedMap<String, Head> heads(List<Json> items) {
    if (items.size() > MOST_SUBJECTS) {
      throw malformed();
    }
    var heads = new TreeMap<String, Head>();
    for (Json item : items) {
      if (!(item instanceof Json.Arr triple)
          || triple.size() != 3
          || !(triple.get(0) instanceof Json.Text subject)
          || !(triple.get(1) instanceof Json.Num n)
          || !(triple.get(2) instanceof Json.Text hash)) {
        throw malformed();
      }
      Head head = new Head(count(n.longValue()), Base64Url.decode(hash.value()));
      if (head.hash().length != 32
          || head.n() == 0 && !head.equals(Head.NONE)
          || !heads.isEmpty() && heads.lastKey().compareTo(subject.value()) >= 0) {
        throw malformed();
      }
      Subject.parse(subject.value());
      heads.put(subject.value(), head);
    }
    return heads;
  }

  private static long count(long value) {
    if (value < 0) {
      throw malformed();
    }
    return value;
  }

  private static Malformed malformed() {
    return new Malformed("statement_malformed");
  }
}
