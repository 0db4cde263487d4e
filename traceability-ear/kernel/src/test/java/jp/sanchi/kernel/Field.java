package jp.sanchi.kernel;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import jp.sanchi.kernel.event.Base64Url;
import jp.sanchi.kernel.event.IsoTime;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.event.Jws;
import jp.sanchi.kernel.history.Accepted;
import jp.sanchi.kernel.history.History;
import jp.sanchi.kernel.history.Outcome;
import jp.sanchi.kernel.history.Refused;
import jp.sanchi.kernel.history.Rules;
import jp.sanchi.kernel.proof.Issuer;
import jp.sanchi.kernel.proof.SeededKey;

/**
 * A small world that keeps to the rules: a founded consortium of three members over a map, and
 * whatever organisations a test admits. All keys are made from their names, and signatures with
 * them, so the same calls give the same bytes.
 */
public final class Field {
  public static final String CONSORTIUM = "aya-demo";
  public static final String CHANNEL = "sanchi";
  public static final String CHAINCODE = "trace";

  /** The first record time, and the examples' event time. */
  public static final long START = IsoTime.parse("2026-08-15T01:00:00.000Z");

  private static final Map<String, SeededKey> KEYS = new ConcurrentHashMap<>();

  /** Whoever signs: a device, or a member's administrator. */
  public sealed interface Signer permits Device, Member {
    /** Signs a payload as it is. */
    String sign(Draft draft);
  }

  /** An enrolled key of an organisation; or one that is not yet enrolled. */
  public static final class Device implements Signer {
    public final SeededKey key;
    public final String gln;
    private long seq;

    public Device(String name, String gln) {
      this.key = key(name);
      this.gln = gln;
    }

    @Override
    public String sign(Draft draft) {
      Draft signed = draft.with("sanchi:organisation", gln);
      String typ = draft.row().administration() ? Jws.ADMINISTRATION : Jws.TRACE;
      return compact(key, typ, seq++, null, signed.payload());
    }

    /** The members of a device_enrolled for this key. */
    public Draft enrolment(boolean administrator) {
      byte[] message =
          ("sanchi/enrolment/1\0" + CONSORTIUM + "\0" + gln).getBytes(StandardCharsets.US_ASCII);
      return Draft.of("device_enrolled", "enrol " + key.kid())
          .with("sanchi:gln", gln)
          .with("sanchi:jwk", key.jwk())
          .with("sanchi:proof", Base64Url.encode(key.sign(message)))
          .with("sanchi:administrator", administrator);
    }
  }

  /** A member with its certificate authority; signs by its administrator's certificate. */
  public static final class Member implements Signer {
    public final String mspId;
    public final String operator;
    public final Issuer root;
    public final SeededKey administrator;
    public byte[] certificate;
    private long seq;

    public Member(String mspId, String operator) {
      this.mspId = mspId;
      this.operator = operator;
      this.root = new Issuer(mspId.toLowerCase(Locale.ROOT), "root of " + mspId);
      this.administrator = key("administrator of " + mspId);
      this.certificate = root.leaf(administrator, "admin", "admin", 2);
    }

    @Override
    public String sign(Draft draft) {
      Json.Obj payload = draft.with("sanchi:member", mspId).payload();
      return compact(administrator, Jws.ADMINISTRATION, seq++, certificate, payload);
    }

    /** As consortium_founded and member_changed list it. */
    public Json.Obj json() {
      String certificate = Base64.getEncoder().encodeToString(root.certificate);
      return Json.object(
          "intermediates",
          List.of(),
          "mspId",
          mspId,
          "operator",
          operator,
          "roots",
          List.of(certificate));
    }
  }

  /** An admitted organisation; both devices are enrolled. */
  public record Organisation(String gln, Device administrator, Device device) {}

  public final MapState state;
  public final List<Member> members =
      List.of(
          new Member("AyaMSP", "Aya-JA"),
          new Member("NagashimaMSP", "Nagashima"),
          new Member("TokyoMSP", "Tokyo"));

  /** Record time of the next append; each append is a second later. */
  public long clock = START;

  /** All that was sent, in order, refused or not. */
  public final List<String> sent = new ArrayList<>();

  /** All that was accepted, in order. */
  public final List<String> log = new ArrayList<>();

  private final Map<String, List<History.Entry>> histories = new TreeMap<>();
  private final Map<String, Integer> names = new HashMap<>();

  /** A founded consortium. */
  public Field() {
    this(new MapState());
    accept(members.get(0).sign(founding()));
  }

  private Field(MapState state) {
    this.state = state;
  }

  /** A world before the first event. */
  public static Field unfounded() {
    return new Field(new MapState());
  }

  public static SeededKey key(String name) {
    return KEYS.computeIfAbsent(name, SeededKey::new);
  }

  public Draft founding() {
    return Draft.of("consortium_founded")
        .with("sanchi:members", Json.array(members.stream().map(Member::json).toArray()))
        .with("sanchi:channel", CHANNEL)
        .with("sanchi:chaincode", CHAINCODE);
  }

  /** An event of its own: drafts of one kind differ by their eventID. */
  public Draft draft(String kind) {
    return Draft.of(kind, kind + " " + names.merge(kind, 1, Integer::sum));
  }

  public Member member(int index) {
    return members.get(index);
  }

  // Organisations

  /**
   * Admits an organisation under the first member, with roles and without number ranges.
   *
   * @param twelve its GLN without check digit
   */
  public Organisation organisation(String twelve, String... roles) {
    String gln = Draft.gln(twelve);
    accept(member(0).sign(draft("organisation_admitted").with("sanchi:gln", gln)));
    for (String role : roles) {
      role(gln, role);
    }
    Device administrator = new Device("administrator of " + gln, gln);
    accept(member(0).sign(administrator.enrolment(true)));
    Device device = new Device("device of " + gln, gln);
    accept(administrator.sign(device.enrolment(false)));
    return new Organisation(gln, administrator, device);
  }

  /** Admits an organisation that numbers things by the company prefix of {@link Draft}. */
  public Organisation grower() {
    Organisation grower = organisation("456995100001", "grower", "processor");
    range(grower.gln(), "4569951");
    return grower;
  }

  /** Admits an inspection body that is accredited for {@code organic_jas}. */
  public Organisation inspector() {
    Organisation inspector = organisation("499999900001", "inspector", "certifier");
    accredit(inspector.gln(), "organic_jas");
    return inspector;
  }

  public void role(String gln, String role) {
    Draft draft = draft("role_granted").with("sanchi:gln", gln).with("sanchi:role", role);
    if (List.of("inspector", "certifier", "authority").contains(role)) {
      approve(draft);
    } else {
      accept(member(0).sign(draft));
    }
  }

  public void range(String gln, String prefix) {
    approve(draft("range_granted").with("sanchi:gln", gln).with("sanchi:prefix", prefix));
  }

  public void accredit(String gln, String scheme) {
    approve(draft("accreditation_granted").with("sanchi:gln", gln).with("sanchi:scheme", scheme));
  }

  /** Two of the three members sign the same payload. */
  public void approve(Draft draft) {
    accept(member(0).sign(draft));
    accept(member(1).sign(draft));
  }

  // The ledger

  /** Appends a batch at the clock's time. */
  public List<Outcome> append(List<String> batch) {
    List<Outcome> outcomes = Rules.append(state, batch, clock);
    clock += 1000;
    sent.addAll(batch);
    for (int i = 0; i < outcomes.size(); i++) {
      if (outcomes.get(i) instanceof Accepted accepted && !accepted.repeated()) {
        log.add(batch.get(i));
        for (String subject : accepted.subjects()) {
          histories
              .computeIfAbsent(subject, none -> new ArrayList<>())
              .add(new History.Entry(accepted.eventId(), accepted.recordTime()));
        }
      }
    }
    return outcomes;
  }

  public Outcome append(String jws) {
    return append(List.of(jws)).get(0);
  }

  /** Appends what must be accepted, and returns its id. */
  public String accept(String jws) {
    Outcome outcome = append(jws);
    if (outcome instanceof Accepted accepted) {
      return accepted.eventId();
    }
    throw new AssertionError(outcome);
  }

  public String accept(Signer signer, Draft draft) {
    return accept(signer.sign(draft));
  }

  /** Appends what must be refused, and must change nothing. */
  public Refused refuse(String jws) {
    int puts = state.puts;
    if (append(jws) instanceof Refused refused) {
      if (state.puts != puts) {
        throw new AssertionError("refused, but written: " + refused);
      }
      return refused;
    }
    throw new AssertionError("accepted " + Jws.parse(jws).payload().canonicalText());
  }

  public Refused refuse(Signer signer, Draft draft) {
    return refuse(signer.sign(draft));
  }

  /** Every history, as its heads must be. */
  public Map<String, List<History.Entry>> histories() {
    return histories;
  }

  /** The stored state of a subject, or null. */
  public Json.Obj subject(String subject) {
    byte[] json = state.values.get("subject/" + subject);
    return json == null ? null : (Json.Obj) Json.parse(json, new Json.Limits(1 << 20, 16));
  }

  private static String compact(
      SeededKey key, String typ, long seq, byte[] certificate, Json.Obj payload) {
    String input = Jws.signingInput(typ, key.kid(), seq, certificate, payload);
    return signed(key, input);
  }

  /** A compact JWS of any header and payload, signed. */
  public static String signed(SeededKey key, Json.Obj header, byte[] payload) {
    return signed(key, Base64Url.encode(header.canonical()) + "." + Base64Url.encode(payload));
  }

  private static String signed(SeededKey key, String input) {
    return input + "." + Base64Url.encode(key.sign(input.getBytes(StandardCharsets.US_ASCII)));
  }

  /** The same event under a signature that does not fit. */
  public static String spoiled(String jws) {
    int dot = jws.lastIndexOf('.');
    byte[] signature = Base64Url.decode(jws.substring(dot + 1));
    signature[40] ^= 1;
    return jws.substring(0, dot + 1) + Base64Url.encode(Arrays.copyOf(signature, 64));
  }
}
