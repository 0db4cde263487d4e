package jp.sanchi.kernel.proof;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import jp.sanchi.kernel.event.Base64Url;
import jp.sanchi.kernel.event.DigitalLink;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.event.Jws;
import jp.sanchi.kernel.event.Kinds;
import jp.sanchi.kernel.event.MalformedEvent;
import jp.sanchi.kernel.event.TraceEvent;
import jp.sanchi.kernel.history.Finding;
import jp.sanchi.kernel.history.Findings;
import jp.sanchi.kernel.history.History;
import jp.sanchi.kernel.history.Recorded;
import jp.sanchi.kernel.history.Rights;
import jp.sanchi.kernel.history.Standing;
import jp.sanchi.kernel.proof.ColdChain.Measured;
import jp.sanchi.kernel.proof.Verdict.Check;

/**
 * Re-computes a bundle from its bytes against pinned trust (wire format, section 12). No network,
 * no clock of its own, and no input bytes that make it throw.
 */
public final class BundleVerifier {
  private static final String[] CHECKS = {
    "bundle",
    "trust",
    "statement",
    "endorsements",
    "freshness",
    "events",
    "histories",
    "signatures",
    "authority",
    "required",
    "label",
    "documents",
    "readings"
  };
  private static final String EARLIER_FAILURE = "earlier_failure";
  private static final long TICK_MS = 5 * 60_000L;
  private static final long CLOCK_MS = 2 * 60_000L;
  private static final Json.Limits DOCUMENT = new Json.Limits(1 << 20, 16);
  // Below this many events, handing them to other threads costs more than it saves.
  private static final int FEW = 8;

  /**
   * A verdict, and what may be shown with it.
   *
   * @param story null where the verdict is that the bundle failed
   */
  public record Result(Verdict verdict, Story story) {}

  /** What a key's own history says of it. */
  private record Enrolled(TraceEvent event, long recordTime, byte[] point, long revoked) {}

  /** Whose peer has signed, or why that does not count. */
  private record Endorser(String mspId, String fault) {}

  private final TrustRoots trust;
  private final Start start;
  private final Freshness freshness;
  private final Map<String, Check> checks = new HashMap<>();
  private Bundle bundle;
  private Object[] read; // of each event a TraceEvent, or the reason why it is none
  private long[] firstRecordTimes;
  private EffectiveTrust members;
  private Statement statement;
  private Verdict.Stated stated;
  private int signatures;
  private boolean unknownKind;
  private Map<String, List<Recorded>> histories = Map.of();
  private Required required;
  private ColdChain coldChain = ColdChain.NOT_CHECKED;
  private final Map<String, Enrolled> keys = new ConcurrentHashMap<>();
  private final Map<String, Json.Obj> documents = new HashMap<>();
  private final SortedSet<String> described = new TreeSet<>();

  /** Ends the run; carries no stack trace since it is an ordinary outcome. */
  private static final class Failed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Failed(String reason) {
      super(reason, null, false, false);
    }
  }

  private BundleVerifier(TrustRoots trust, Start start, Freshness freshness) {
    this.trust = trust;
    this.start = start;
    this.freshness = freshness;
  }

  /**
   * Verifies.
   *
   * @param url what was scanned: never something that the bundle says
   * @throws Malformed {@code subject_unsupported} if the URL is of nothing that has bundles
   */
  public static Result verify(
      byte[] bundle, TrustRoots trust, DigitalLink url, Freshness freshness) {
    return verify(bundle, List.of(), trust, url, freshness);
  }

  /**
   * Verifies a bundle whose readings lie beside it, since together they are more than a bundle
   * holds.
   *
   * @param beside of windows of this bundle, in any order
   * @throws Malformed {@code subject_unsupported} if the URL is of nothing that has bundles
   */
  public static Result verify(
      byte[] bundle,
      Collection<Bundle.Readings> beside,
      TrustRoots trust,
      DigitalLink url,
      Freshness freshness) {
    Start start = Start.of(url, trust.consortium());
    return new BundleVerifier(trust, start, freshness).run(bundle, beside);
  }

  private interface Step {
    /** Returns why it is not checked, or null; throws {@link Failed}. */
    String run();
  }

  private Result run(byte[] bytes, Collection<Bundle.Readings> beside) {
    boolean good =
        step("bundle", () -> bundle(bytes, beside))
            && step("statement", this::statement)
            && trustIsCurrent()
            && step("endorsements", this::endorsements)
            && step("freshness", this::freshness)
            && step("events", this::events)
            && step("histories", this::histories)
            && step("signatures", this::signatures)
            && step("authority", this::authority)
            && step("required", this::required)
            && step("label", this::label)
            && step("documents", this::documents)
            && step("readings", this::readings);
    List<Finding> findings =
        good
            ? Findings.of(
                required, bundle.label() == null ? null : bundle.label().hash(), coldChain)
            : List.of();
    var all = new ArrayList<Check>();
    for (String name : CHECKS) {
      Check check = checks.get(name);
      all.add(check == null ? new Check(name, Verdict.Result.NOT_CHECKED, EARLIER_FAILURE) : check);
    }
    Verdict verdict =
        new Verdict(
            all,
            good ? Findings.completeUpTo(required) : null,
            bundle == null ? 0 : bundle.events().size(),
            signatures,
            bundle == null ? 0 : bundle.histories().size(),
            findings,
            stated,
            start.subject().text(),
            new Verdict.Trusted(trust.fingerprint(), trust.mode(), trust.oneOperator()));
    Story story = good ? new Story(required, statement, documents, described, coldChain) : null;
    return new Result(verdict, story);
  }

  private boolean step(String name, Step step) {
    try {
      String notChecked = step.run();
      checks.put(
          name,
          new Check(
              name,
              notChecked == null ? Verdict.Result.PASSED : Verdict.Result.NOT_CHECKED,
              notChecked));
      return true;
    } catch (Failed e) {
      checks.put(name, new Check(name, Verdict.Result.FAILED, e.getMessage()));
      return false;
    }
  }

  private String bundle(byte[] bytes, Collection<Bundle.Readings> beside) {
    try {
      bundle = Bundle.read(bytes).with(beside);
    } catch (Malformed e) {
      throw new Failed(e.reason());
    }
    int events = bundle.events().size();
    read = new Object[events];
    firstRecordTimes = new long[events];
    Arrays.fill(firstRecordTimes, Long.MAX_VALUE);
    for (Bundle.Listed history : bundle.histories()) {
      for (int i = 0; i < history.events().length; i++) {
        int event = history.events()[i];
        firstRecordTimes[event] = Math.min(firstRecordTimes[event], history.recordTimes()[i]);
      }
    }
    return null;
  }

  private Object read(int index) {
    if (read[index] == null) {
      read[index] = parse(bundle.events().get(index));
    }
    return read[index];
  }

  private static Object parse(String compact) {
    try {
      return TraceEvent.readAny(Jws.parse(compact));
    } catch (MalformedEvent e) {
      return switch (e.reason()) {
        case "jws_malformed", "jws_bad_header" -> e.reason();
        default -> "event_malformed";
      };
    }
  }

  private TraceEvent event(int index) {
    return (TraceEvent) read[index];
  }

  private String statement() {
    members = effectiveTrust();
    Endorsed endorsed;
    try {
      endorsed = Endorsed.read(bundle.statement().response());
      statement = Statement.read(endorsed.payload());
    } catch (Malformed e) {
      throw new Failed("statement_malformed");
    }
    failIf(endorsed.status() != 200, "statement_status");
    failIf(!endorsed.chaincode().equals(trust.chaincode()), "statement_chaincode");
    failIf(!statement.channel().equals(trust.channel()), "statement_channel");
    failIf(!statement.consortium().equals(trust.consortium()), "statement_consortium");
    return null;
  }

  private EffectiveTrust effectiveTrust() {
    List<Recorded> consortium = new ArrayList<>();
    List<Integer> numbers = new ArrayList<>();
    for (Bundle.Listed history : bundle.histories()) {
      if (!history.subject().equals("consortium/" + trust.consortium())) {
        continue;
      }
      for (int i = 0; i < history.events().length; i++) {
        if (read(history.events()[i]) instanceof TraceEvent event && event.row() != null) {
          consortium.add(new Recorded(event, history.recordTimes()[i]));
          numbers.add(i + 1);
        }
      }
    }
    return new EffectiveTrust(trust, consortium, numbers);
  }

  private boolean trustIsCurrent() {
    return step("trust", () -> statement.time() > trust.expires() ? "trust_expired" : null);
  }

  private String endorsements() {
    Set<String> mspIds = new TreeSet<>();
    Set<String> operators = new TreeSet<>();
    byte[] response = bundle.statement().response();
    List<Endorser> endorsers =
        bundle.statement().endorsements().parallelStream().map(e -> endorser(e, response)).toList();
    for (Endorser endorser : endorsers) {
      failIf(endorser.fault() != null, endorser.fault());
      mspIds.add(endorser.mspId());
      operators.add(members.members().get(endorser.mspId()).operator());
      signatures++;
    }
    failIf(
        mspIds.size() < trust.thresholdMembers() || 2 * mspIds.size() <= members.members().size(),
        "threshold_members");
    failIf(operators.size() < trust.thresholdOperators(), "threshold_operators");
    stated =
        new Verdict.Stated(
            List.copyOf(mspIds), List.copyOf(operators), statement.tick(), statement.time());
    return null;
  }

  private Endorser endorser(Bundle.Endorsement endorsement, byte[] response) {
    SerializedIdentity identity;
    X509 certificate;
    try {
      identity = SerializedIdentity.read(endorsement.endorser());
      certificate = X509.read(identity.certificateDer());
      if (!P256.lowS(P256.rawOf(endorsement.signature()))) {
        return new Endorser(null, "endorsement_malformed");
      }
    } catch (Malformed e) {
      return new Endorser(null, "endorsement_malformed");
    }
    if (!members.members().containsKey(identity.mspId())) {
      return new Endorser(null, "endorser_unknown");
    }
    String fault = members.peerFault(identity.mspId(), certificate, statement.time());
    if (fault != null) {
      return new Endorser(null, fault);
    }
    byte[] signed = Arrays.copyOf(response, response.length + endorsement.endorser().length);
    System.arraycopy(
        endorsement.endorser(), 0, signed, response.length, endorsement.endorser().length);
    return P256.verifyDer(certificate.publicKey(), signed, endorsement.signature())
        ? new Endorser(identity.mspId(), null)
        : new Endorser(null, "endorsement_bad_signature");
  }

  private String freshness() {
    long time = statement.time();
    String notChecked = null;
    if (freshness instanceof Freshness.Challenge own) {
      failIf(!answers(own.bytes()), "challenge_mismatch");
    } else if (freshness instanceof Freshness.MaxAge most) {
      failIf(most.nowMs() - time > most.ageMs(), "statement_too_old");
      failIf(time - most.nowMs() > CLOCK_MS, "statement_from_future");
    } else {
      notChecked = "no_challenge";
    }
    boolean old = time - statement.tick() > TICK_MS || statement.tick() > time;
    return notChecked == null && old ? "tick_old" : notChecked;
  }

  private boolean answers(byte[] challenge) {
    Bundle.ChallengePath path = bundle.statement().path();
    if (Arrays.equals(challenge, statement.challenge())) {
      return true;
    }
    if (path == null) {
      return false;
    }
    try {
      byte[] root = Merkle.rootOf(Merkle.leaf(challenge), path.index(), path.size(), path.hashes());
      return Arrays.equals(root, statement.challenge());
    } catch (Malformed e) {
      return false;
    }
  }

  private String events() {
    if (read.length >= FEW) {
      IntStream.range(0, read.length).parallel().forEach(this::read);
    }
    for (int i = 0; i < read.length; i++) {
      if (read(i) instanceof String reason) {
        throw new Failed(reason);
      }
      failIf(!event(i).consortium().equals(trust.consortium()), "wrong_consortium");
      unknownKind |= event(i).row() == null;
    }
    return unknownKind ? "unknown_kind" : null;
  }

  private String histories() {
    histories = new HashMap<>();
    Set<Integer> used = new HashSet<>();
    for (Bundle.Listed listed : bundle.histories()) {
      String subject = listed.subject();
      Statement.Head head = statement.subjects().get(subject);
      failIf(head == null, "history_not_stated");
      List<Recorded> history = new ArrayList<>(listed.events().length);
      for (int i = 0; i < listed.events().length; i++) {
        TraceEvent event = event(listed.events()[i]);
        failIf(event.row() != null && !event.subjects().contains(subject), "event_not_of_subject");
        history.add(new Recorded(event, listed.recordTimes()[i]));
        used.add(listed.events()[i]);
      }
      for (int i = 1; i < history.size(); i++) {
        failIf(history.get(i).recordTime() < history.get(i - 1).recordTime(), "record_time_back");
      }
      failIf(history.size() < head.n(), "history_incomplete");
      failIf(history.size() > head.n(), "history_longer");
      failIf(!Arrays.equals(headOf(subject, history), head.hash()), "history_changed");
      histories.put(subject, history);
    }
    failIf(used.size() < read.length, "event_unused");
    return null;
  }

  private static byte[] headOf(String subject, List<Recorded> history) {
    byte[] head = History.emptyHead();
    for (int i = 0; i < history.size(); i++) {
      Recorded entry = history.get(i);
      head = History.head(subject, i + 1, head, entry.event().jws().id(), entry.recordTime());
    }
    return head;
  }

  private String signatures() {
    IntStream indexes = IntStream.range(0, read.length);
    OptionalInt bad =
        (read.length < FEW ? indexes : indexes.parallel())
            .filter(i -> signatureFault(i) != null)
            .findFirst();
    signatures += bad.orElse(read.length);
    if (bad.isPresent()) {
      throw new Failed(signatureFault(bad.getAsInt()));
    }
    return null;
  }

  private String signatureFault(int index) {
    TraceEvent event = event(index);
    String fault = keyFault(event, firstRecordTimes[index]);
    if (fault != null) {
      return fault;
    }
    return P256.verifyRaw(point(event), event.jws().signingInput(), event.jws().signature())
        ? null
        : "bad_signature";
  }

  private byte[] point(TraceEvent event) {
    return event.organisation() == null ? members.key(event) : enrolled(event.jws().kid()).point();
  }

  private String keyFault(TraceEvent event, long recordTime) {
    if (event.organisation() == null) {
      return members.administratorFault(event, recordTime);
    }
    Enrolled key = enrolled(event.jws().kid());
    if (key == null || key.recordTime() > recordTime || !grounded(key)) {
      return "key_not_enrolled";
    }
    if (!key.event().text("sanchi:gln").equals(event.organisation())) {
      return "key_of_another_organisation";
    }
    return key.revoked() < recordTime ? "key_revoked" : null;
  }

  // Enrolments that sign each other would enrol anybody.
  private boolean grounded(Enrolled key) {
    Set<String> seen = new HashSet<>();
    Enrolled at = key;
    while (at != null && at.event().organisation() != null) {
      if (!seen.add(at.event().jws().kid())) {
        return false;
      }
      at = enrolled(at.event().jws().kid());
    }
    return at != null;
  }

  private Enrolled enrolled(String kid) {
    return keys.computeIfAbsent(kid, this::readKey);
  }

  private Enrolled readKey(String kid) {
    Recorded enrolment = null;
    long revoked = Long.MAX_VALUE;
    for (Recorded entry : histories.getOrDefault("key/" + kid, List.of())) {
      if (entry.event().row() == null) {
        continue;
      }
      if (entry.event().kind().equals("device_enrolled") && enrolment == null) {
        enrolment = entry;
      }
      if (entry.event().kind().equals("device_revoked")) {
        revoked = Math.min(revoked, entry.recordTime());
      }
    }
    if (enrolment == null) {
      return null;
    }
    Json.Obj jwk = enrolment.event().payload().object("sanchi:jwk");
    byte[] point = new byte[65];
    point[0] = 4;
    System.arraycopy(Base64Url.decode(jwk.text("x")), 0, point, 1, 32);
    System.arraycopy(Base64Url.decode(jwk.text("y")), 0, point, 33, 32);
    return new Enrolled(enrolment.event(), enrolment.recordTime(), point, revoked);
  }

  private String authority() {
    Rights rights = new Rights(trust.consortium(), histories);
    for (int i = 0; i < read.length; i++) {
      if (event(i).row() != null) {
        String fault = authorityFault(event(i), firstRecordTimes[i], rights);
        failIf(fault != null, fault);
      }
    }
    return null;
  }

  private String authorityFault(TraceEvent event, long at, Rights rights) {
    Kinds.Row row = event.row();
    boolean device = event.organisation() != null;
    boolean fits =
        switch (row.signer()) {
          case DEVICE, ADMINISTRATOR -> device;
          case MEMBER, APPROVED -> !device;
          case EITHER -> true;
        };
    if (!fits) {
      return "wrong_signer";
    }
    if (!device) {
      return null;
    }
    String organisation = event.organisation();
    String actor = event.actor();
    boolean administers =
        row.signer() == Kinds.Signer.ADMINISTRATOR || row.signer() == Kinds.Signer.EITHER;
    if (administers
        && !enrolled(event.jws().kid()).event().payload().bool("sanchi:administrator")) {
      return "not_an_administrator";
    }
    if (!rights.admitted(organisation, at) || !rights.admitted(actor, at)) {
      return "organisation_not_admitted";
    }
    if (!row.roles().isEmpty()
        && row.roles().stream().noneMatch(role -> rights.hasRole(actor, role, at))) {
      return "no_role";
    }
    String scheme = event.text("sanchi:scheme");
    if (row.scheme() && scheme != null && !rights.accredited(organisation, scheme, at)) {
      return "not_accredited";
    }
    if (!actor.equals(organisation) && !rights.actsFor(organisation, actor, at)) {
      return "not_an_agent";
    }
    return null;
  }

  private String required() {
    required = Required.of(start, histories);
    if (bundle.histories().size() >= Required.MOST_SUBJECTS
        || read.length >= Required.MOST_EVENTS) {
      return "not_followed";
    }
    failIf(!histories.keySet().containsAll(required.subjects()), "missing_history");
    failIf(!unknownKind && !required.subjects().containsAll(histories.keySet()), "surplus_history");
    return null;
  }

  private String label() {
    Bundle.Label label = bundle.label();
    if (!required.labelPrinted()) {
      failIf(label != null, "label_surplus");
      return null;
    }
    failIf(label == null, "label_missing");
    TraceEvent printing = required.printing().event();
    try {
      byte[] root =
          Merkle.rootOf(
              Merkle.leaf(label.hash()),
              start.serial().number(),
              printing.integer("sanchi:count"),
              label.path());
      failIf(!Base64Url.encode(root).equals(printing.text("sanchi:root")), "label_bad_path");
    } catch (Malformed e) {
      throw new Failed("label_bad_path");
    }
    return null;
  }

  private String documents() {
    Map<String, List<String>> described = new HashMap<>();
    for (String subject : histories.keySet()) {
      String hash = describedAs(subject);
      if (hash != null) {
        described.computeIfAbsent(hash, none -> new ArrayList<>()).add(subject);
      }
    }
    for (byte[] bytes : bundle.documents()) {
      Json.Obj document = document(bytes);
      failIf(document == null, "document_malformed");
      List<String> subjects = described.get(Bundle.hash(bytes));
      failIf(subjects == null, "document_surplus");
      subjects.forEach(subject -> documents.put(subject, document));
    }
    described.values().forEach(this.described::addAll);
    return null;
  }

  private String describedAs(String subject) {
    String hash = null;
    for (Standing entry : required.history(subject)) {
      if (entry.live()
          && entry.is("product_described", "place_described", "organisation_described")) {
        hash = entry.event().text("sanchi:document");
      }
    }
    return hash;
  }

  private static Json.Obj document(byte[] bytes) {
    try {
      if (Json.parseCanonical(bytes, DOCUMENT) instanceof Json.Obj document
          && Base64Url.decode(document.text("salt")).length >= 16) {
        return document;
      }
    } catch (MalformedEvent e) {
      // falls through: malformed whatever it is
    }
    return null;
  }

  private String readings() {
    Map<String, TraceEvent> windows = new TreeMap<>();
    for (String subject : histories.keySet()) {
      for (Standing entry : required.history(subject)) {
        if (entry.is("window_recorded", "window_supplemented")) {
          windows.put(entry.event().id(), entry.event());
        }
      }
    }
    List<Measured> measured = new ArrayList<>();
    List<Bundle.Readings> all = bundle.readings() == null ? List.of() : bundle.readings();
    for (Bundle.Readings one : all) {
      one.leaves().forEach(BundleVerifier::leaf);
      TraceEvent window = window(one);
      failIf(window == null, "readings_surplus");
      try {
        measured.add(new Measured(window, Reading.ofWindow(window, one.leaves())));
      } catch (Malformed e) {
        throw new Failed(e.reason());
      }
      windows.remove(one.event());
    }
    coldChain = ColdChain.of(required, measured, List.copyOf(windows.values()), statement.time());
    return windows.isEmpty() ? null : "readings_not_included";
  }

  private static void leaf(byte[] leaf) {
    try {
      Reading.read(leaf);
    } catch (Malformed e) {
      throw new Failed("readings_malformed");
    }
  }

  private TraceEvent window(Bundle.Readings readings) {
    if (!histories.containsKey(readings.subject())) {
      return null;
    }
    return required.history(readings.subject()).stream()
        .filter(entry -> entry.is("window_recorded", "window_supplemented"))
        .map(Standing::event)
        .filter(event -> event.id().equals(readings.event()))
        .findFirst()
        .orElse(null);
  }

  private static void failIf(boolean bad, String reason) {
    if (bad) {
      throw new Failed(reason);
    }
  }
}
