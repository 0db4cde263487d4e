package jp.sanchi.server.bundles;

import com.google.protobuf.InvalidProtocolBufferException;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import jp.sanchi.kernel.event.Base64Url;
import jp.sanchi.kernel.event.DigitalLink;
import jp.sanchi.kernel.event.TraceEvent;
import jp.sanchi.kernel.history.Recorded;
import jp.sanchi.kernel.history.Subject;
import jp.sanchi.kernel.proof.Bundle;
import jp.sanchi.kernel.proof.Merkle;
import jp.sanchi.kernel.proof.Required;
import jp.sanchi.kernel.proof.Start;
import jp.sanchi.kernel.proof.Statement;
import jp.sanchi.server.ledger.EndorsedAnswer;
import jp.sanchi.server.ledger.Ledger;
import jp.sanchi.server.ledger.LedgerFollower;
import jp.sanchi.server.platform.Failure;
import jp.sanchi.server.platform.Fault;
import jp.sanchi.server.platform.Metrics;
import jp.sanchi.server.platform.Problem;
import jp.sanchi.server.sensors.StoredReadings;
import org.hyperledger.fabric.protos.peer.ChaincodeAction;
import org.hyperledger.fabric.protos.peer.ProposalResponsePayload;

/**
 * Puts a bundle together (wire format, section 11). The statement comes first and the histories are
 * cut to it, so that an honest server never hands out a pair that does not fit. Where the rows
 * still do not fit although the projection is complete, somebody changed them; then the bundle goes
 * out as it is and the verifier names the fault.
 */
@Singleton
class MakeBundle {
  private static final Logger LOG = System.getLogger(MakeBundle.class.getName());
  private static final int MOST_CHALLENGES = 1024;
  private static final int MOST_ROUNDS = 8;
  private static final long PATIENCE_MS = 10_000;
  private static final Set<String> WINDOWS = Set.of("window_recorded", "window_supplemented");

  /** Some 4 MB. A journey with more is told first, and its readings are asked for day by day. */
  private static final int MOST_READINGS = 50_000;

  private final Ledger ledger;
  private final LedgerFollower follower;
  private final Histories histories;
  private final Uploads uploads;
  private final StoredReadings readings;
  private final Metrics metrics;
  private final AskedTogether<String, byte[], Answer> together;

  /** All of a bundle but each asker's own path. */
  private record Answer(
      EndorsedAnswer statement,
      SortedMap<String, List<Recorded>> histories,
      Bundle.Label label,
      List<byte[]> documents,
      List<Bundle.Readings> readings) {}

  @Inject
  MakeBundle(
      Ledger ledger,
      LedgerFollower follower,
      Histories histories,
      Uploads uploads,
      StoredReadings readings,
      Metrics metrics) {
    this.ledger = ledger;
    this.follower = follower;
    this.histories = histories;
    this.uploads = uploads;
    this.readings = readings;
    this.metrics = metrics;
    this.together =
        new AskedTogether<>(
            MOST_CHALLENGES,
            (link, challenges) ->
                answer(Start.of(DigitalLink.parse(link), ledger.consortium()), root(challenges)));
  }

  /**
   * The bundle about what a code names.
   *
   * @param challenge the asker's 16 to 64 bytes
   * @throws jp.sanchi.kernel.proof.Malformed {@code subject_unsupported}
   */
  byte[] of(DigitalLink link, byte[] challenge) {
    Start.of(link, ledger.consortium());
    long begin = System.nanoTime();
    AskedTogether.Shared<byte[], Answer> shared = together.ask(link.canonical(), challenge);
    Answer answer = shared.answer();
    var endorsements = new ArrayList<Bundle.Endorsement>();
    for (EndorsedAnswer.Endorsement one : answer.statement().endorsements()) {
      endorsements.add(new Bundle.Endorsement(one.endorser(), one.signature()));
    }
    Bundle bundle =
        Bundle.of(
            answer.histories(),
            new Bundle.Endorsements(
                endorsements,
                path(shared.questions(), shared.index()),
                answer.statement().payload()),
            answer.label(),
            answer.documents(),
            answer.readings());
    byte[] bytes = bundle.write();
    metrics.bundle(System.nanoTime() - begin);
    return bytes;
  }

  /**
   * The readings of one box day, as items of a bundle: what {@link #of} left out where there are
   * many.
   *
   * @param head of the box day's history. Nobody can guess it, so that only who has a bundle can
   *     ask; and it names the windows, so that the answer to it never changes once it is whole
   */
  DayOfReadings readings(Subject boxDay, byte[] head) {
    OptionalInt number = histories.numberOf(boxDay.text(), head);
    if (number.isEmpty()) {
      throw Problem.of(Fault.NOT_FOUND);
    }
    List<StoredReadings.Signed> windows =
        windows(
            boxDay.text(),
            histories
                .loadUpTo(Map.of(boxDay.text(), number.getAsInt()))
                .getOrDefault(boxDay.text(), List.of()));
    List<Bundle.Readings> found = readings.of(windows);
    return new DayOfReadings(Bundle.write(found), found.size() == windows.size());
  }

  /**
   * An answer to {@link #readings}.
   *
   * @param items canonical JSON
   * @param whole whether the readings of every window are in it
   */
  record DayOfReadings(byte[] items, boolean whole) {}

  private static byte[] root(List<byte[]> challenges) {
    return challenges.size() == 1
        ? challenges.get(0)
        : Merkle.root(challenges.stream().map(Merkle::leaf).toList());
  }

  private static Bundle.ChallengePath path(List<byte[]> challenges, int index) {
    if (challenges.size() == 1) {
      return null;
    }
    List<byte[]> leaves = challenges.stream().map(Merkle::leaf).toList();
    return new Bundle.ChallengePath(index, challenges.size(), Merkle.path(leaves, index));
  }

  private Answer answer(Start start, byte[] challenge) {
    Map<String, List<Recorded>> known = new HashMap<>();
    follow(start, known);
    SortedSet<String> subjects = new TreeSet<>(Required.of(start, known).histories().keySet());
    for (int round = 0; round < MOST_ROUNDS; round++) {
      EndorsedAnswer endorsed = ledger.heads(subjects, challenge);
      SortedMap<String, Statement.Head> heads = heads(endorsed);
      await(heads);
      Map<String, Integer> numbers = new HashMap<>();
      heads.forEach((subject, head) -> numbers.put(subject, (int) head.n()));
      known = histories.loadUpTo(numbers);
      Required required = Required.of(start, known);
      if (Required.next(start, known).isEmpty()) {
        return new Answer(
            endorsed,
            required.histories(),
            label(required),
            documents(required),
            readings(required));
      }
      // Something new leads further: include it, and ask again
      follow(start, known);
      subjects = new TreeSet<>(Required.of(start, known).histories().keySet());
    }
    throw Problem.retry(Fault.PROJECTION_BEHIND, 1);
  }

  private void follow(Start start, Map<String, List<Recorded>> known) {
    SortedSet<String> next = Required.next(start, known);
    while (!next.isEmpty()) {
      known.putAll(histories.load(next));
      next = Required.next(start, known);
    }
  }

  private static SortedMap<String, Statement.Head> heads(EndorsedAnswer endorsed) {
    try {
      ProposalResponsePayload response = ProposalResponsePayload.parseFrom(endorsed.payload());
      ChaincodeAction action = ChaincodeAction.parseFrom(response.getExtension());
      return Statement.read(action.getResponse().getPayload().toByteArray()).subjects();
    } catch (InvalidProtocolBufferException e) {
      throw new Failure("the ledger's answer can't be read", e);
    }
  }

  private void await(SortedMap<String, Statement.Head> heads) {
    long end = System.nanoTime() + PATIENCE_MS * 1_000_000;
    try {
      while (true) {
        List<String> differing = histories.differing(heads);
        if (differing.isEmpty()) {
          return;
        }
        if (follower.isCaughtUp()) {
          // What was projected between the two questions is in the rows now
          differing = histories.differing(heads);
          if (!differing.isEmpty()) {
            LOG.log(Level.ERROR, "the projection is not what the ledger says: " + differing);
          }
          return;
        }
        if (System.nanoTime() > end) {
          throw Problem.retry(Fault.PROJECTION_BEHIND, 2);
        }
        follower.awaitTurn(50);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Problem.of(Fault.UNAVAILABLE);
    }
  }

  private Bundle.Label label(Required required) {
    if (!required.labelPrinted()) {
      return null;
    }
    TraceEvent printing = required.printing().event();
    byte[] root = Base64Url.decode(printing.text("sanchi:root"));
    List<byte[]> entries = uploads.labels(root);
    if (entries == null) {
      throw Problem.retry(Fault.LABELS_AWAITED, 60);
    }
    int number = required.start().serial().number();
    List<byte[]> leaves = entries.stream().map(Merkle::leaf).toList();
    return new Bundle.Label(entries.get(number), Merkle.path(leaves, number));
  }

  // Of each product, place and organisation the document that its last description names
  private List<byte[]> documents(Required required) {
    SortedMap<String, byte[]> hashes = new TreeMap<>();
    required
        .histories()
        .forEach(
            (subject, history) -> {
              for (Recorded entry : history) {
                String hash = described(subject, entry.event());
                if (hash != null) {
                  hashes.put(subject, Base64Url.decode(hash));
                }
              }
            });
    return uploads.documents(hashes.values());
  }

  // A window whose readings are not here, or not all, is left out: the verifier says so
  private List<Bundle.Readings> readings(Required required) {
    List<StoredReadings.Signed> windows = new ArrayList<>();
    for (String boxDay : required.boxDays()) {
      windows.addAll(windows(boxDay, required.histories().getOrDefault(boxDay, List.of())));
    }
    long count = windows.stream().mapToLong(window -> window.event().integer("sanchi:count")).sum();
    return count > MOST_READINGS ? List.of() : readings.of(windows);
  }

  private static List<StoredReadings.Signed> windows(String boxDay, List<Recorded> history) {
    return history.stream()
        .map(Recorded::event)
        .filter(event -> event.row() != null && WINDOWS.contains(event.kind()))
        .map(event -> new StoredReadings.Signed(boxDay, event))
        .toList();
  }

  private static String described(String subject, TraceEvent event) {
    String kind = subject.substring(0, subject.indexOf('/')) + "_described";
    return event.row() != null && event.kind().equals(kind) ? event.text("sanchi:document") : null;
  }
}
