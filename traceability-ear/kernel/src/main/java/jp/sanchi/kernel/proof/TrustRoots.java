package jp.sanchi.kernel.proof;

import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.event.MalformedEvent;

/**
 * What a verifier is given beforehand (wire format, section 9): the consortium's members, their
 * roots and how many of them make a statement good. Everything else in a bundle is judged by it.
 */
public final class TrustRoots {
  private static final Json.Limits LIMITS = new Json.Limits(1 << 20, 16);
  private static final String FORMAT = "sanchi-trust-v0";
  private static final Pattern MSP_ID = Pattern.compile("[A-Za-z0-9.-]{1,64}");
  private static final Pattern CONSORTIUM = Pattern.compile("[a-z0-9-]{3,40}");
  private static final Pattern SERIAL = Pattern.compile("([0-9a-f]{2}){1,20}");
  private static final Set<String> MODES = Set.of("embedded", "fabric");

  private final String fingerprint;
  private final String consortium;
  private final String channel;
  private final String chaincode;
  private final String mode;
  private final long expires;
  private final long version;
  private final long thresholdMembers;
  private final long thresholdOperators;
  private final SortedMap<String, Member> members;

  /**
   * A member of the consortium.
   *
   * @param operator who runs the member's machines; several members may have one
   * @param revoked serials of certificates that are refused, whenever they were used
   */
  public record Member(
      String mspId,
      String operator,
      List<X509> roots,
      List<X509> intermediates,
      Set<BigInteger> revoked) {
    public Member {
      roots = List.copyOf(roots);
      intermediates = List.copyOf(intermediates);
      revoked = Set.copyOf(revoked);
    }

    /**
     * Reads a member object of a payload, which has no {@code revoked}.
     *
     * @throws Malformed whatever is wrong
     */
    static Member read(Json.Obj member, Set<BigInteger> revoked) {
      try {
        if (member.members().size() != 4 || !MSP_ID.matcher(member.text("mspId")).matches()) {
          throw malformed();
        }
        List<X509> roots = certificates(member.array("roots"));
        if (roots.isEmpty() || member.text("operator").isEmpty()) {
          throw malformed();
        }
        return new Member(
            member.text("mspId"),
            member.text("operator"),
            roots,
            certificates(member.array("intermediates")),
            revoked);
      } catch (MalformedEvent e) {
        throw malformed();
      }
    }
  }

  private TrustRoots(Json.Obj trust) {
    this.fingerprint = HexFormat.of().formatHex(sha256(trust.canonical()));
    this.channel = nonEmpty(trust.text("channel"));
    this.chaincode = nonEmpty(trust.text("chaincode"));
    this.consortium = trust.text("consortium");
    this.expires = count(trust.integer("expires"));
    this.mode = trust.text("mode");
    this.version = count(trust.integer("version"));
    Json.Obj threshold = trust.object("threshold");
    this.thresholdMembers = threshold.integer("members");
    this.thresholdOperators = threshold.integer("operators");
    if (trust.members().size() != 9
        || threshold.members().size() != 2
        || !trust.text("format").equals(FORMAT)
        || !CONSORTIUM.matcher(consortium).matches()
        || !MODES.contains(mode)
        || thresholdMembers < 1
        || thresholdOperators < 1) {
      throw malformed();
    }
    var read = new TreeMap<String, Member>();
    for (Json item : trust.array("members").items()) {
      if (!(item instanceof Json.Obj object)) {
        throw malformed();
      }
      Member member = Member.read(object.without("revoked"), serials(object.array("revoked")));
      if (!read.isEmpty() && read.lastKey().compareTo(member.mspId()) >= 0) {
        throw malformed();
      }
      read.put(member.mspId(), member);
    }
    if (read.isEmpty()) {
      throw malformed();
    }
    this.members = Collections.unmodifiableSortedMap(read);
  }

  /**
   * Reads {@code trust.json}, in any order and with any spaces.
   *
   * @throws Malformed {@code trust_malformed}
   */
  public static TrustRoots read(byte[] json) {
    try {
      if (Json.parse(json, LIMITS) instanceof Json.Obj trust) {
        return new TrustRoots(trust);
      }
    } catch (MalformedEvent e) {
      // falls through: what is wrong with the file is of no use to whoever was handed it
    }
    throw malformed();
  }

  static Set<BigInteger> serials(Json.Arr serials) {
    var numbers = new HashSet<BigInteger>();
    for (Json item : serials.items()) {
      if (!(item instanceof Json.Text hex) || !SERIAL.matcher(hex.value()).matches()) {
        throw malformed();
      }
      numbers.add(new BigInteger(hex.value(), 16));
    }
    return numbers;
  }

  private static List<X509> certificates(Json.Arr items) {
    var certificates = new ArrayList<X509>();
    for (Json item : items.items()) {
      if (!(item instanceof Json.Text text)) {
        throw malformed();
      }
      try {
        byte[] der = Base64.getDecoder().decode(text.value());
        if (!Base64.getEncoder().encodeToString(der).equals(text.value())) {
          throw malformed();
        }
        certificates.add(X509.read(der));
      } catch (IllegalArgumentException | Malformed e) {
        throw malformed();
      }
    }
    return certificates;
  }

  private static String nonEmpty(String text) {
    if (text.isEmpty()) {
      throw malformed();
    }
    return text;
  }

  private static long count(long value) {
    if (value < 0) {
      throw malformed();
    }
    return value;
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static Malformed malformed() {
    return new Malformed("trust_malformed");
  }

  /** SHA-256 of the canonical form in lower-case hexadecimal: what people compare. */
  public String fingerprint() {
    return fingerprint;
  }

  public String consortium() {
    return consortium;
  }

  public String channel() {
    return channel;
  }

  public String chaincode() {
    return chaincode;
  }

  /** {@code embedded} or {@code fabric}. */
  public String mode() {
    return mode;
  }

  /** The last moment, in milliseconds since 1970, of a statement that this file can judge. */
  public long expires() {
    return expires;
  }

  /** How many events of the consortium's history these members reflect. */
  public long version() {
    return version;
  }

  public long thresholdMembers() {
    return thresholdMembers;
  }

  public long thresholdOperators() {
    return thresholdOperators;
  }

  /** By MSP id; never empty. */
  public SortedMap<String, Member> members() {
    return members;
  }

  /** Whether a single operator holds the keys of all members. */
  public boolean oneOperator() {
    return members.values().stream().map(Member::operator).distinct().count() == 1;
  }
}
