package jp.sanchi.server.ledger;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Timestamp;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import jp.sanchi.kernel.event.Base64Url;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.event.MalformedEvent;
import jp.sanchi.kernel.history.Accepted;
import jp.sanchi.kernel.history.Outcome;
import jp.sanchi.kernel.history.Subject;
import jp.sanchi.kernel.ledger.AppendAnswer;
import jp.sanchi.kernel.ledger.TraceFunctions;
import jp.sanchi.kernel.proof.Malformed;
import jp.sanchi.kernel.proof.Statement;
import jp.sanchi.kernel.proof.TrustRoots;
import org.hyperledger.fabric.client.CommitStatusException;
import org.hyperledger.fabric.client.EndorseException;
import org.hyperledger.fabric.client.GatewayException;
import org.hyperledger.fabric.client.Proposal;
import org.hyperledger.fabric.client.SubmittedTransaction;
import org.hyperledger.fabric.client.Transaction;
import org.hyperledger.fabric.protos.common.ChannelHeader;
import org.hyperledger.fabric.protos.common.Envelope;
import org.hyperledger.fabric.protos.common.Header;
import org.hyperledger.fabric.protos.common.Payload;
import org.hyperledger.fabric.protos.gateway.PreparedTransaction;
import org.hyperledger.fabric.protos.gateway.ProposedTransaction;
import org.hyperledger.fabric.protos.msp.SerializedIdentity;
import org.hyperledger.fabric.protos.peer.ChaincodeActionPayload;
import org.hyperledger.fabric.protos.peer.ChaincodeEndorsedAction;
import org.hyperledger.fabric.protos.peer.Endorsement;
import org.hyperledger.fabric.protos.peer.TxValidationCode;

/**
 * The consortium's ledger on Hyperledger Fabric, through the gateway of a member's peer.
 *
 * <p>An outcome that is not known, because a peer or the orderers did not answer, is asked for by
 * appending the same events again: an event that the ledger holds answers as it did the first time,
 * and of two transactions in flight with the same event the second is invalid. So nothing is lost
 * and nothing doubled, however often that happens.
 */
public final class FabricLedger implements Ledger, AutoCloseable {
  private static final Logger LOG = System.getLogger(FabricLedger.class.getName());
  private static final Duration APPEND_PATIENCE = Duration.ofSeconds(40);
  private static final Duration ASK_PATIENCE = Duration.ofSeconds(15);
  // Peers that answer differently are a block apart for a moment
  private static final long SHORT_PAUSE_MS = 15;
  private static final long LONG_PAUSE_MS = 400;
  private static final Duration OWN_BLOCK = Duration.ofSeconds(5);
  private static final long TICK_EVERY_MS = 60_000;
  private static final Json.Limits VALUES = new Json.Limits(256 << 20, 2);

  private final FabricConnection connection;
  private final Clock clock;
  private final ParsedEvents parsed;
  private final String consortium;
  private final FabricState state;
  private final FabricGateways gateways;
  private final FabricBlocks blocks;
  private final Object ticking = new Object();
  private volatile Pinned pinned;
  // Whose peers to ask; empty where the gateway's choice will do
  private volatile Set<String> endorsing = Set.of();

  private FabricLedger(
      FabricConnection connection, DataSource database, ParsedEvents parsed, Clock clock) {
    this.connection = connection;
    this.clock = clock;
    this.parsed = parsed;
    this.pinned = new Pinned(trustFile(connection), trustRoots(connection));
    this.consortium = pinned.roots().consortium();
    this.state = FabricState.open(database, consortium);
    AtomicLong newest = new AtomicLong(state.block());
    this.gateways = new FabricGateways(connection, newest);
    this.blocks = new FabricBlocks(gateways, connection.chaincode(), newest, state, parsed);
    blocks.start();
  }

  /**
   * Opens the ledger that a connection file leads to. Does not wait for the network: until it
   * answers, calls throw {@link LedgerUnavailable}, save {@link #state}.
   *
   * @param database migrated; it gets a copy of the channel's state
   * @throws IllegalStateException for files that can't be used, with a sentence for the user
   */
  public static FabricLedger open(Path connection, DataSource database, ParsedEvents parsed) {
    return new FabricLedger(FabricConnection.read(connection), database, parsed, Clock.systemUTC());
  }

  private static TrustRoots trustRoots(FabricConnection connection) {
    try {
      TrustRoots trust = TrustRoots.read(trustFile(connection));
      if (!trust.channel().equals(connection.channel())
          || !trust.chaincode().equals(connection.chaincode())) {
        throw new IllegalStateException(
            connection.trust() + " is about another channel or chaincode than the connection.");
      }
      return trust;
    } catch (Malformed | MalformedEvent e) {
      throw new IllegalStateException(connection.trust() + " holds no trust roots: " + e, e);
    }
  }

  private static byte[] trustFile(FabricConnection connection) {
    try {
      return Files.readAllBytes(connection.trust());
    } catch (IOException e) {
      throw new IllegalStateException(
          "The trust roots "
              + connection.trust()
              + " can't be read; `network trust` makes them from the channel.",
          e);
    }
  }

  @Override
  public String consortium() {
    return consortium;
  }

  @Override
  public boolean isReached() {
    return blocks.isReached();
  }

  @Override
  public List<Outcome> append(List<String> batch) {
    if (batch.size() > MAX_BATCH) {
      throw new IllegalArgumentException("a batch of " + batch.size());
    }
    if (batch.isEmpty()) {
      return List.of();
    }
    return patiently(APPEND_PATIENCE, gateway -> append(gateway, batch));
  }

  private List<Outcome> append(FabricGateway gateway, List<String> batch)
      throws GatewayException, Invalidated, InterruptedException {
    Endorsed endorsed = endorse(gateway, TraceFunctions.append(batch));
    Transaction transaction = endorsed.transaction();
    List<Outcome> outcomes =
        AppendAnswer.read(
            transaction.getResult(), batch, timestamp(endorsed.proposal()), parsed::readKnown);
    if (outcomes.stream().anyMatch(o -> o instanceof Accepted accepted && !accepted.repeated())) {
      commit(transaction);
    } else if (outcomes.stream().anyMatch(Accepted.class::isInstance)) {
      // The peers hold what they repeat; what this server knows must not be older
      see(gateway.height() - 1);
    }
    return outcomes;
  }

  /** Returns when the transaction is valid and this server has seen its block. */
  private void commit(Transaction transaction)
      throws GatewayException, Invalidated, InterruptedException {
    SubmittedTransaction submitted = transaction.submitAsync();
    var status = submitted.getStatus();
    if (!status.isSuccessful()) {
      throw new Invalidated(status.getCode());
    }
    see(status.getBlockNumber());
  }

  /** Returns when this server's state includes the block. */
  private void see(long block) throws InterruptedException {
    if (!blocks.await(block, OWN_BLOCK)) {
      throw new LedgerUnavailable("block " + block + " has not reached this server", null);
    }
  }

  @Override
  public EndorsedAnswer heads(SortedSet<String> subjects, byte[] challenge) {
    if (subjects.size() > Statement.MOST_SUBJECTS) {
      throw new IllegalArgumentException("a statement of " + subjects.size() + " subjects");
    }
    if (challenge.length < 16 || challenge.length > 64) {
      throw new IllegalArgumentException("a challenge of " + challenge.length + " bytes");
    }
    subjects.forEach(Subject::parse);
    var call = new ArrayList<byte[]>(subjects.size() + 2);
    call.add(bytes(TraceFunctions.HEADS));
    call.add(bytes(Base64Url.encode(challenge)));
    subjects.forEach(subject -> call.add(bytes(subject)));
    Stated stated = patiently(ASK_PATIENCE, gateway -> heads(gateway, call));
    if (stated.statement().tick() < clock.millis() - TICK_EVERY_MS && tick()) {
      stated = patiently(ASK_PATIENCE, gateway -> heads(gateway, call));
    }
    return stated.answer();
  }

  private record Pinned(byte[] bytes, TrustRoots roots) {}

  private record Stated(Statement statement, EndorsedAnswer answer) {}

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private Stated heads(FabricGateway gateway, List<byte[]> call) throws GatewayException {
    Endorsed endorsed = endorse(gateway, call);
    return new Stated(Statement.read(endorsed.transaction().getResult()), endorsed.answer());
  }

  /**
   * @param answer what the transaction holds of it, in the bytes that the peers signed
   */
  private record Endorsed(Proposal proposal, Transaction transaction, EndorsedAnswer answer) {}

  /** By peers of the gateway's choice or, where that does not meet the threshold, of another. */
  private Endorsed endorse(FabricGateway gateway, List<byte[]> call) throws GatewayException {
    Set<String> chosen = endorsing;
    Endorsers endorsers = new Endorsers(pinned());
    try {
      Endorsed endorsed = endorse(gateway, call, chosen);
      if (endorsers.suffice(mspIds(endorsed.answer()))) {
        return endorsed;
      }
    } catch (EndorseException e) {
      if (chosen.isEmpty() || isRefusal(e) || isDisagreement(e)) {
        throw e;
      }
      // One of them is away; perhaps others are there
      endorsing = Set.of();
    }
    GatewayException failure = null;
    for (Set<String> set : endorsers.sets(connection.mspId())) {
      try {
        Endorsed endorsed = endorse(gateway, call, set);
        endorsing = set;
        return endorsed;
      } catch (EndorseException e) {
        failure = e;
      }
    }
    if (failure == null) {
      throw new LedgerUnavailable("the members of trust.json can't meet its threshold", null);
    }
    throw failure;
  }

  private static Endorsed endorse(FabricGateway gateway, List<byte[]> call, Set<String> mspIds)
      throws EndorseException {
    Proposal.Builder builder =
        gateway
            .trace()
            .newProposal(new String(call.get(0), StandardCharsets.UTF_8))
            .addArguments(call.subList(1, call.size()).toArray(byte[][]::new));
    if (!mspIds.isEmpty()) {
      builder.setEndorsingOrganizations(mspIds.toArray(String[]::new));
    }
    Proposal proposal = builder.build();
    Transaction transaction = proposal.endorse();
    return new Endorsed(proposal, transaction, endorsed(transaction));
  }

  static List<String> mspIds(EndorsedAnswer answer) {
    var mspIds = new ArrayList<String>();
    for (EndorsedAnswer.Endorsement one : answer.endorsements()) {
      try {
        mspIds.add(SerializedIdentity.parseFrom(one.endorser()).getMspid());
      } catch (InvalidProtocolBufferException e) {
        throw new IllegalStateException("an endorser that can't be read", e);
      }
    }
    return mspIds;
  }

  /** The trust roots as the file has them now; a member may have joined. */
  private TrustRoots pinned() {
    byte[] bytes = trustFile(connection);
    Pinned now = pinned;
    if (!Arrays.equals(bytes, now.bytes())) {
      now = new Pinned(bytes, TrustRoots.read(bytes));
      pinned = now;
    }
    return now.roots();
  }

  private static EndorsedAnswer endorsed(Transaction transaction) {
    try {
      Envelope envelope = PreparedTransaction.parseFrom(transaction.getBytes()).getEnvelope();
      Payload payload = Payload.parseFrom(envelope.getPayload());
      ChaincodeEndorsedAction action =
          ChaincodeActionPayload.parseFrom(
                  org.hyperledger.fabric.protos.peer.Transaction.parseFrom(payload.getData())
                      .getActions(0)
                      .getPayload())
              .getAction();
      var endorsements = new ArrayList<EndorsedAnswer.Endorsement>();
      for (Endorsement one : action.getEndorsementsList()) {
        endorsements.add(
            new EndorsedAnswer.Endorsement(
                one.getEndorser().toByteArray(), one.getSignature().toByteArray()));
      }
      return new EndorsedAnswer(
          action.getProposalResponsePayload().toByteArray(), List.copyOf(endorsements));
    } catch (InvalidProtocolBufferException | IndexOutOfBoundsException e) {
      throw new IllegalStateException("the gateway's transaction can't be read", e);
    }
  }

  /** Commits a tick, unless another thread has just done so. Whether there is a new one. */
  private boolean tick() {
    synchronized (ticking) {
      try {
        byte[] value = state(List.of(TraceFunctions.TICK_KEY)).get(TraceFunctions.TICK_KEY);
        long newestTick =
            value == null ? 0 : Long.parseLong(new String(value, StandardCharsets.US_ASCII));
        if (newestTick < clock.millis() - TICK_EVERY_MS) {
          patiently(
              ASK_PATIENCE,
              gateway -> {
                commit(endorse(gateway, List.of(bytes(TraceFunctions.TICK))).transaction());
                return null;
              });
        }
        return true;
      } catch (LedgerUnavailable e) {
        // Without orderers the peers still state what they know; verifiers see the old tick
        LOG.log(Level.WARNING, "no tick could be committed: " + e.getMessage());
        return false;
      }
    }
  }

  /**
   * From this server's copy, which includes all that it has appended; also while no peer answers.
   * Only where the copy is being filled are the peers asked.
   */
  @Override
  public Map<String, byte[]> state(Collection<String> keys) {
    return blocks.isCatchingUp() ? stateOfPeers(List.copyOf(keys)) : state.load(keys);
  }

  private Map<String, byte[]> stateOfPeers(List<String> keys) {
    var values = new HashMap<String, byte[]>();
    for (int i = 0; i < keys.size(); i += TraceFunctions.MOST_KEYS) {
      List<String> some = keys.subList(i, Math.min(keys.size(), i + TraceFunctions.MOST_KEYS));
      Json.Arr answer =
          patiently(
              ASK_PATIENCE,
              gateway ->
                  (Json.Arr)
                      Json.parse(
                          gateway
                              .trace()
                              .evaluateTransaction(
                                  TraceFunctions.STATE, some.toArray(String[]::new)),
                          VALUES));
      for (int j = 0; j < some.size(); j++) {
        if (answer.get(j) instanceof Json.Text value) {
          values.put(some.get(j), Base64Url.decode(value.value()));
        }
      }
    }
    return values;
  }

  @Override
  public List<LedgerBlock> blocks(long from, int max, Duration wait) throws InterruptedException {
    return blocks.blocks(from, max, wait);
  }

  @Override
  public byte[] block(long number) {
    if (number > state.block()) {
      return null;
    }
    return patiently(ASK_PATIENCE, gateway -> gateway.block(number));
  }

  @Override
  public byte[] trust() {
    return trustFile(connection);
  }

  @Override
  public void close() {
    blocks.close();
    gateways.close();
  }

  @FunctionalInterface
  private interface Call<T> {
    T through(FabricGateway gateway) throws GatewayException, Invalidated, InterruptedException;
  }

  /** The transaction was ordered, but found invalid: it changed nothing. */
  private static final class Invalidated extends Exception {
    private static final long serialVersionUID = 1L;
    private final TxValidationCode code;

    Invalidated(TxValidationCode code) {
      super("the transaction was found invalid: " + code, null, false, false);
      this.code = code;
    }

    /** Something that it had read was changed by a transaction before it: worth another try. */
    boolean isConflict() {
      return code == TxValidationCode.MVCC_READ_CONFLICT
          || code == TxValidationCode.PHANTOM_READ_CONFLICT
          || code == TxValidationCode.DUPLICATE_TXID;
    }
  }

  /** Repeats a call that may be repeated until it is answered, or the patience is over. */
  private <T> T patiently(Duration patience, Call<T> call) {
    long end = System.nanoTime() + patience.toNanos();
    Exception failure = null;
    for (int attempt = 1; failure == null || System.nanoTime() < end; attempt++) {
      FabricGateway gateway = gateways.current();
      boolean shortly;
      try {
        gateway = gateways.ready();
        return call.through(gateway);
      } catch (Invalidated e) {
        if (!e.isConflict()) {
          throw new LedgerUnavailable(e.getMessage(), e);
        }
        failure = e;
        shortly = true;
      } catch (GatewayException e) {
        if (isRefusal(e)) {
          throw new LedgerUnavailable("the chaincode refuses the call: " + e.getMessage(), e);
        }
        failure = e;
        shortly = isDisagreement(e);
        if (isNoAnswer(e)) {
          gateways.failed(gateway);
        }
      } catch (StatusRuntimeException e) {
        failure = e;
        shortly = false;
        gateways.failed(gateway);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new LedgerUnavailable("interrupted", e);
      }
      pause(shortly ? SHORT_PAUSE_MS : SHORT_PAUSE_MS << Math.min(attempt, 5));
    }
    throw new LedgerUnavailable("the Fabric network did not answer: " + told(failure), failure);
  }

  /** The peer itself is away; a peer that reports others' faults is not. */
  private static boolean isNoAnswer(GatewayException e) {
    Status.Code code = e.getStatus().getCode();
    boolean lost = code == Status.Code.UNAVAILABLE || code == Status.Code.DEADLINE_EXCEEDED;
    // After the transaction is with the orderers another peer would know no more, only the deadline
    // says that this one hangs
    return lost
        && e.getDetails().isEmpty()
        && !(e instanceof CommitStatusException && code == Status.Code.UNAVAILABLE);
  }

  /** The chaincode itself says no: a clock is minutes off, for one. Asking again does not help. */
  private static boolean isRefusal(GatewayException e) {
    return e.getStatus().getCode() == Status.Code.UNKNOWN
        && e.getMessage().contains("chaincode response 400");
  }

  /** Two peers answered differently: one has a block that the other has not. */
  private static boolean isDisagreement(GatewayException e) {
    return e instanceof EndorseException && e.getStatus().getCode() == Status.Code.ABORTED;
  }

  private static String told(Exception failure) {
    if (failure instanceof GatewayException gateway && !gateway.getDetails().isEmpty()) {
      return failure.getMessage()
          + gateway.getDetails().stream()
              .map(detail -> detail.getMspId() + ": " + detail.getMessage())
              .collect(Collectors.joining("; ", " (", ")"));
    }
    return String.valueOf(failure.getMessage());
  }

  private static void pause(long ms) {
    try {
      Thread.sleep(
          Math.min(LONG_PAUSE_MS, ms + ThreadLocalRandom.current().nextLong(SHORT_PAUSE_MS)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LedgerUnavailable("interrupted", e);
    }
  }

  /** In ms since 1970. The peers judge by it, so it must be the one in the proposal. */
  private static long timestamp(Proposal proposal) {
    try {
      var proposed = ProposedTransaction.parseFrom(proposal.getBytes()).getProposal();
      var header =
          Header.parseFrom(
              org.hyperledger.fabric.protos.peer.Proposal.parseFrom(proposed.getProposalBytes())
                  .getHeader());
      Timestamp time = ChannelHeader.parseFrom(header.getChannelHeader()).getTimestamp();
      return time.getSeconds() * 1000 + time.getNanos() / 1_000_000;
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("the client made an unreadable proposal", e);
    }
  }
}
