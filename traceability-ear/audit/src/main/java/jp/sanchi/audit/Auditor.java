package jp.sanchi.audit;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import jp.sanchi.audit.Finding.Region;
import jp.sanchi.kernel.event.Base64Url;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.event.MalformedEvent;
import jp.sanchi.kernel.proof.Malformed;
import jp.sanchi.kernel.proof.Statement;
import jp.sanchi.kernel.proof.Statement.Head;
import jp.sanchi.kernel.proof.TrustRoots;
import org.hyperledger.fabric.protos.common.Block;
import org.hyperledger.fabric.protos.common.BlockHeader;
import org.hyperledger.fabric.protos.common.BlockMetadataIndex;
import org.hyperledger.fabric.protos.common.Metadata;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.Version;
import org.hyperledger.fabric.protos.peer.TxValidationCode;

/**
 * Walks a chain from block 0, recomputes all that can be recomputed and compares. It goes on after
 * a finding in what peers add to a block; after one in what was ordered it ends with that block,
 * since what follows could only be judged by a state that nobody can know.
 */
public final class Auditor {
  private static final int MOST_FINDINGS = 1_000;
  private static final int ENTRIES = 5;
  // Deprecated in Fabric's protocol, but written or kept free in every block
  private static final int LAST_CONFIG_ENTRY = 1;
  private static final int ORDERER_ENTRY = 3;
  private static final String LEDGER = "ledger";

  private static final String HEADER = "header";
  private static final String DATA = "data";
  private static final String SIGNATURES = "metadata/signatures";
  private static final String LAST_CONFIG = "metadata/last_config";
  private static final String FILTER = "metadata/transactions_filter";
  private static final String ORDERER = "metadata/orderer";
  private static final String COMMIT_HASH = "metadata/commit_hash";

  private final TrustRoots trust;
  private final Optional<String> genesis;
  private final List<Finding> findings = new ArrayList<>();
  private final LedgerState state = new LedgerState();
  private final Heads heads = new Heads();
  private final Set<ByteString> transactions = new HashSet<>();
  private final Map<String, Long> counts = new TreeMap<>();

  private ChannelConfig config;
  private EndorsementRules rules;
  private boolean rulesOld = true;
  private long lastConfig;
  private long number;
  private byte[] previous = new byte[0];
  private String genesisHash = "";
  private byte[] commitHash = new byte[0];
  // What peers add; blocks that an orderer gave out have neither
  private boolean flagged;
  private boolean commitHashed;
  private boolean ended;

  private Auditor(TrustRoots trust, Optional<String> genesis) {
    this.trust = trust;
    this.genesis = genesis;
  }

  /** How far an audit has come. */
  public record Progress(long blocks, long of, long events) {}

  /**
   * Audits a chain.
   *
   * @param genesis SHA-256 of block 0's header in hex, where it is known from elsewhere
   * @param progress told after every block
   */
  public static AuditReport audit(
      BlockSource source, TrustRoots trust, Optional<String> genesis, Consumer<Progress> progress)
      throws IOException {
    return audit(source, trust, genesis, Optional.empty(), progress);
  }

  static AuditReport audit(
      BlockSource source,
      TrustRoots trust,
      Optional<String> genesis,
      Optional<Live> members,
      Consumer<Progress> progress)
      throws IOException {
    Auditor auditor = new Auditor(trust, genesis);
    for (byte[] block = source.next(); block != null && !auditor.ended; block = source.next()) {
      auditor.block(block);
      progress.accept(new Progress(auditor.number, source.count(), auditor.heads.events()));
    }
    auditor.finish();
    if (members.isPresent() && auditor.findings.isEmpty()) {
      auditor.compare(members.get());
    }
    return auditor.report(source);
  }

  private void find(Layout layout, String part, int transaction, Region region, Fault fault) {
    findings.add(
        new Finding(
            fault.code(),
            number,
            part,
            transaction,
            region == null ? layout.whole() : region,
            fault.detail()));
    ended |= findings.size() >= MOST_FINDINGS;
  }

  private void count(String what, long more) {
    counts.merge(what, more, Long::sum);
  }

  private void block(byte[] bytes) {
    Layout layout = Layout.of(bytes);
    count("bytes", bytes.length);
    Block block;
    try {
      block = Strict.read(Block.parser(), ByteString.copyFrom(bytes));
      if (!block.hasHeader() || block.getData().getDataCount() == 0) {
        throw new Fault("malformed", "a block without header or data");
      }
    } catch (Fault e) {
      find(layout, "block", -1, layout.broken(), new Fault("block_malformed", e.detail()));
      ended = true;
      return;
    }
    int before = findings.size();
    header(layout, block);
    List<Entry> entries = entries(block);
    ordered(layout, block, entries);
    // What was ordered is not what it was: whatever the entries now say
    boolean changed = findings.size() > before;
    TxValidationCode[] codes = judge(layout, block, entries);
    flags(layout, block, entries, codes);
    commitHash(layout, block, codes);
    ended |= changed && findings.stream().skip(before).anyMatch(Auditor::beyondMetadata);
    previous = hash(block.getHeader());
    number++;
    count("transactions", entries.size());
  }

  private static boolean beyondMetadata(Finding finding) {
    return !finding.part().startsWith("metadata");
  }

  private void header(Layout layout, Block block) {
    BlockHeader header = block.getHeader();
    if (header.getNumber() != number) {
      find(
          layout,
          HEADER,
          -1,
          layout.header(),
          new Fault("number", "it says that it is block " + header.getNumber()));
    }
    if (!header.getPreviousHash().equals(ByteString.copyFrom(previous))) {
      find(
          layout,
          HEADER,
          -1,
          layout.header(),
          new Fault("previous_hash", "not the hash of the header before"));
    }
    byte[] data =
        Hash.sha256(
            block.getData().getDataList().stream()
                .map(ByteString::toByteArray)
                .toArray(byte[][]::new));
    if (!header.getDataHash().equals(ByteString.copyFrom(data))) {
      find(
          layout,
          DATA,
          -1,
          layout.data(),
          new Fault("data_hash", "the data are not those of which the header has the hash"));
    }
    if (number == 0) {
      genesisHash = HexFormat.of().formatHex(hash(header));
      if (genesis.isPresent() && !genesis.get().equals(genesisHash)) {
        find(
            layout,
            HEADER,
            -1,
            layout.header(),
            new Fault("anchor_genesis", "block 0 is another: " + genesisHash));
      }
    }
  }

  /** Of a header that was found wrong perhaps, but is the one that stands there. */
  private static byte[] hash(BlockHeader header) {
    try {
      return Hash.sha256(Hash.encoded(header));
    } catch (Fault e) {
      return new byte[0];
    }
  }

  private List<Entry> entries(Block block) {
    return block.getData().getDataList().stream()
        .map(envelope -> Entry.judge(envelope, number == 0 ? null : config, trust.channel()))
        .toList();
  }

  /** What orderers add to a block. */
  private void ordered(Layout layout, Block block, List<Entry> entries) {
    List<ByteString> metadata = block.getMetadata().getMetadataList();
    if (metadata.size() != ENTRIES) {
      find(
          layout,
          "metadata",
          -1,
          layout.metadata(),
          new Fault("metadata_count", metadata.size() + " entries"));
      return;
    }
    if (Entry.isConfiguration(block.getData().getData(0))) {
      lastConfig = number;
    }
    ByteString signatures = metadata.get(BlockMetadataIndex.SIGNATURES_VALUE);
    Region region = layout.metadata(BlockMetadataIndex.SIGNATURES_VALUE);
    try {
      if (number == 0) {
        if (!signatures.equals(Ordering.unsigned(0))) {
          throw new Fault("orderer_malformed", "nobody signs block 0");
        }
      } else if (config != null) {
        long time = entries.get(entries.size() - 1).time();
        var ordering = new Ordering(config, lastConfig);
        int signed = ordering.check(signatures, Hash.encoded(block.getHeader()), time);
        count("ordererSignatures", signed);
      }
    } catch (Fault e) {
      find(layout, SIGNATURES, -1, region, e);
    }
    equal(
        layout,
        LAST_CONFIG,
        LAST_CONFIG_ENTRY,
        metadata,
        new Ordering(config, lastConfig).lastConfigEntry(),
        new Fault("last_config", "the last configuration is in block " + lastConfig));
    equal(
        layout,
        ORDERER,
        ORDERER_ENTRY,
        metadata,
        ByteString.EMPTY,
        new Fault("metadata_surplus", "nothing is written here"));
  }

  private void equal(
      Layout layout,
      String part,
      int index,
      List<ByteString> metadata,
      ByteString expected,
      Fault otherwise) {
    if (!metadata.get(index).equals(expected)) {
      find(layout, part, -1, layout.metadata(index), otherwise);
    }
  }

  /** Judges the entries as peers do: first each by itself, then one after the other. */
  private TxValidationCode[] judge(Layout layout, Block block, List<Entry> entries) {
    TxValidationCode[] codes = entries.stream().map(Entry::code).toArray(TxValidationCode[]::new);
    if (entries.stream().anyMatch(entry -> entry.configuration() != null) || number == 0) {
      codes[0] = configure(layout, entries);
      Arrays.fill(codes, 1, codes.length, TxValidationCode.NOT_VALIDATED);
      return codes;
    }
    if (config == null) {
      return codes;
    }
    if (rulesOld) {
      rulesOld = false;
      try {
        rules =
            new EndorsementRules(config, state, trust.chaincode(), trust.mode().equals("embedded"));
      } catch (Fault e) {
        find(layout, DATA, -1, layout.data(), new Fault("definition", e.detail()));
        ended = true;
        return codes;
      }
    }
    Set<ByteString> here = new HashSet<>();
    for (int i = 0; i < codes.length; i++) {
      Entry entry = entries.get(i);
      if (codes[i] == TxValidationCode.VALID) {
        codes[i] =
            transactions.contains(entry.id())
                ? TxValidationCode.DUPLICATE_TXID
                : endorsed(layout, i, entry);
      }
      if (codes[i] == TxValidationCode.VALID && !here.add(entry.id())) {
        codes[i] = TxValidationCode.DUPLICATE_TXID;
      }
    }
    for (int i = 0; i < codes.length; i++) {
      if (codes[i] == TxValidationCode.VALID) {
        codes[i] = committed(layout, i, entries.get(i));
      }
      if (entries.get(i).id() != null) {
        transactions.add(entries.get(i).id());
      }
    }
    return codes;
  }

  private TxValidationCode endorsed(Layout layout, int i, Entry entry) {
    try {
      return rules.judge(entry.call());
    } catch (Fault e) {
      find(layout, DATA, i, layout.entry(i), new Fault("endorsement", e.detail()));
      return TxValidationCode.INVALID_OTHER_REASON;
    }
  }

  /** Checks versions; what is valid is replayed and applied. */
  private TxValidationCode committed(Layout layout, int i, Entry entry) {
    Call call = entry.call();
    if (!call.namespaces().stream().allMatch(state::current)) {
      return TxValidationCode.MVCC_READ_CONFLICT;
    }
    for (Call.Namespace namespace : call.namespaces()) {
      if (namespace.set().getRangeQueriesInfoCount() > 0) {
        find(
            layout,
            DATA,
            i,
            layout.entry(i),
            new Fault("unsupported", "a range of keys was read, which is not followed"));
      }
      if (namespace.name().equals(trust.chaincode())
          && namespace.writes()
          && !call.chaincode().equals(trust.chaincode())) {
        find(
            layout,
            DATA,
            i,
            layout.entry(i),
            new Fault("foreign_write", call.chaincode() + " wrote what it must not"));
      }
    }
    if (call.chaincode().equals(trust.chaincode())) {
      replay(layout, i, entry);
    } else {
      count("lifecycleCalls", 1);
    }
    Version.Builder version = Version.newBuilder().setBlockNum(number).setTxNum(i);
    for (Call.Namespace namespace : call.namespaces()) {
      state.apply(namespace, version.build());
      rulesOld |= namespace.name().equals(EndorsementRules.LIFECYCLE) && namespace.writes();
    }
    return TxValidationCode.VALID;
  }

  private void replay(Layout layout, int i, Entry entry) {
    Call call = entry.call();
    try {
      Replay.check(state, trust.channel(), call);
      heads.add(call);
      count("replayedCalls", 1);
    } catch (Fault e) {
      find(layout, DATA, i, layout.entry(i), e);
      ended = true;
    }
    String tooFew = tooFew(call);
    if (tooFew != null) {
      find(layout, DATA, i, layout.entry(i), new Fault("threshold", tooFew));
    }
    for (String outdated : entry.outdated()) {
      find(
          layout,
          DATA,
          i,
          layout.entry(i),
          new Fault("certificate_expired", outdated + " was not valid at the timestamp"));
    }
    count("endorsements", call.endorsers().size());
    count("endorsementsPassedOver", entry.passedOver());
    count(
        "signaturesByRevoked",
        entry.signers().stream()
            .filter(signer -> trust.members().containsKey(signer.mspId()))
            .filter(
                signer ->
                    trust
                        .members()
                        .get(signer.mspId())
                        .revoked()
                        .contains(signer.certificate().serial()))
            .count());
  }

  /** Null if as many members and operators have endorsed as trust.json demands. */
  private String tooFew(Call call) {
    Set<String> members =
        call.endorsers().stream()
            .filter(endorser -> endorser.roles().contains("peer"))
            .map(Identity::mspId)
            .filter(trust.members()::containsKey)
            .collect(Collectors.toSet());
    long operators =
        members.stream().map(member -> trust.members().get(member).operator()).distinct().count();
    return members.size() >= trust.thresholdMembers() && operators >= trust.thresholdOperators()
        ? null
        : "endorsed by %d members and %d operators".formatted(members.size(), operators);
  }

  private TxValidationCode configure(Layout layout, List<Entry> entries) {
    Entry entry = entries.get(0);
    Region region = layout.entry(0);
    if (entries.size() > 1 || entry.configuration() == null) {
      find(
          layout,
          DATA,
          0,
          region,
          new Fault("config_malformed", entry.why() == null ? "not alone" : entry.why()));
      ended = true;
      return TxValidationCode.INVALID_CONFIG_TRANSACTION;
    }
    try {
      if (number == 0) {
        if (entry.configuration().hasLastUpdate()
            || entry.configuration().getConfig().getSequence() != 0) {
          throw new Fault("config_malformed", "block 0 updates something");
        }
      } else {
        ConfigUpdates.check(config, entry.configuration(), trust.channel());
      }
      config = new ChannelConfig(entry.configuration().getConfig());
      rulesOld = true;
      count("configurations", 1);
      if (number == 0) {
        anchor(layout);
      }
      return TxValidationCode.VALID;
    } catch (Fault e) {
      find(layout, DATA, 0, region, e);
      ended = true;
      return TxValidationCode.INVALID_CONFIG_TRANSACTION;
    }
  }

  /** The members whom the reader trusts must be those whom block 0 names. */
  private void anchor(Layout layout) {
    if (genesis.isPresent() && trust.version() > 1) {
      // Members have changed since; the hash says more than a comparison could
      return;
    }
    boolean same = config.members().keySet().equals(trust.members().keySet());
    for (TrustRoots.Member member : trust.members().values()) {
      Msp msp = config.members().get(member.mspId());
      same &=
          msp != null
              && Set.copyOf(msp.roots()).equals(Set.copyOf(member.roots()))
              && Set.copyOf(msp.intermediates()).equals(Set.copyOf(member.intermediates()));
    }
    if (!same) {
      find(
          layout,
          DATA,
          0,
          layout.entry(0),
          new Fault("anchor_members", "block 0 names other members or roots than trust.json"));
    }
  }

  /** The validity flags, which nobody signs. */
  private void flags(Layout layout, Block block, List<Entry> entries, TxValidationCode[] codes) {
    for (int i = 0; i < codes.length; i++) {
      if (codes[i] != TxValidationCode.VALID) {
        count("invalidTransactions", 1);
      }
    }
    if (block.getMetadata().getMetadataCount() != ENTRIES) {
      return;
    }
    ByteString filter =
        block.getMetadata().getMetadata(BlockMetadataIndex.TRANSACTIONS_FILTER_VALUE);
    Region region = layout.metadata(BlockMetadataIndex.TRANSACTIONS_FILTER_VALUE);
    if (number == 0) {
      flagged = !filter.isEmpty();
    }
    if (filter.size() != (flagged ? codes.length : 0)) {
      find(
          layout,
          FILTER,
          -1,
          region,
          new Fault("flags", filter.size() + " flags of " + codes.length + " transactions"));
      return;
    }
    for (int i = 0; i < filter.size(); i++) {
      if ((filter.byteAt(i) & 0xff) != codes[i].getNumber()) {
        String why = entries.get(i).why();
        find(
            layout,
            FILTER,
            i,
            new Region(region.from() + i, region.from() + i + 1),
            new Fault(
                "validity_flag",
                "recorded %s, but it is %s%s"
                    .formatted(
                        TxValidationCode.forNumber(filter.byteAt(i) & 0xff),
                        codes[i],
                        why == null ? "" : ": " + why)));
      }
    }
  }

  /** The running hash of all that peers have made of the blocks. */
  private void commitHash(Layout layout, Block block, TxValidationCode[] codes) {
    if (block.getMetadata().getMetadataCount() != ENTRIES) {
      return;
    }
    ByteString entry = block.getMetadata().getMetadata(BlockMetadataIndex.COMMIT_HASH_VALUE);
    if (number == 1) {
      commitHashed = !entry.isEmpty();
    }
    ByteString expected = ByteString.EMPTY;
    if (commitHashed) {
      byte[] flags = new byte[codes.length];
      for (int i = 0; i < flags.length; i++) {
        flags[i] = (byte) codes[i].getNumber();
      }
      commitHash = Hash.sha256(varint(flags.length), flags, state.changes(), commitHash);
      expected =
          Metadata.newBuilder().setValue(ByteString.copyFrom(commitHash)).build().toByteString();
    } else {
      state.forget();
    }
    if (!entry.equals(expected)) {
      find(
          layout,
          COMMIT_HASH,
          -1,
          layout.metadata(BlockMetadataIndex.COMMIT_HASH_VALUE),
          new Fault("commit_hash", "not the hash of what the blocks up to here add up to"));
      // Or every block after this one would be found too
      commitHashed &= !entry.isEmpty();
    }
  }

  private static byte[] varint(int value) {
    byte[] bytes = new byte[5];
    int length = 0;
    int left = value;
    while (left >= 0x80) {
      bytes[length++] = (byte) (left | 0x80);
      left >>>= 7;
    }
    bytes[length++] = (byte) left;
    return Arrays.copyOf(bytes, length);
  }

  private void finish() {
    if (number == 0 && findings.isEmpty()) {
      ledger("chain_empty", "there is no block");
    }
    if (ended) {
      return;
    }
    for (String difference : heads.differences(state.values(trust.chaincode()))) {
      ledger("head", difference);
    }
    LedgerState.Value ledger = state.value(trust.chaincode(), LEDGER);
    if (number > 0 && (ledger == null || !consortium(ledger.bytes()).equals(trust.consortium()))) {
      ledger("anchor_consortium", "no consortium " + trust.consortium() + " was founded here");
    }
  }

  /** What the members say now must be what was audited, or more. */
  private void compare(Live members) throws IOException {
    List<String> subjects = heads.heads().keySet().stream().sorted().toList();
    for (int at = 0; at < subjects.size(); at += Statement.MOST_SUBJECTS) {
      byte[] challenge = new byte[32];
      new SecureRandom().nextBytes(challenge);
      var arguments = new ArrayList<String>();
      arguments.add(Base64Url.encode(challenge));
      arguments.addAll(
          subjects.subList(at, Math.min(subjects.size(), at + Statement.MOST_SUBJECTS)));
      Entry entry = Entry.answered(members.heads(arguments), config, trust.channel());
      if (entry.code() != TxValidationCode.VALID
          || !entry.call().chaincode().equals(trust.chaincode())
          || tooFew(entry.call()) != null) {
        ledger("live", "the members' statement is not endorsed as it must be: " + entry.why());
        return;
      }
      try {
        Statement statement = Statement.read(entry.call().answer());
        if (!Arrays.equals(statement.challenge(), challenge)
            || !statement.consortium().equals(trust.consortium())) {
          ledger("live", "the members' statement answers something else");
          return;
        }
        differences(statement);
      } catch (Malformed e) {
        ledger("live", "the members' answer is no statement");
        return;
      }
    }
    count("comparedWithMembers", subjects.size());
  }

  private void differences(Statement statement) {
    statement
        .subjects()
        .forEach(
            (subject, now) -> {
              Head audited = heads.heads().get(subject);
              boolean grown = now.n() > audited.n();
              if (!grown && !now.equals(audited)) {
                ledger("live", "of " + subject + " the members state another history");
              }
            });
  }

  private static String consortium(ByteString ledger) {
    try {
      return ((Json.Obj) Json.parse(ledger.toByteArray(), Json.Limits.EVENT)).text("consortium");
    } catch (MalformedEvent | ClassCastException e) {
      return "";
    }
  }

  private void ledger(String code, String detail) {
    if (findings.size() < MOST_FINDINGS) {
      findings.add(new Finding(code, -1, "state", -1, null, detail));
    }
  }

  private AuditReport report(BlockSource source) {
    List<String> notCovered = new ArrayList<>();
    if (config != null && !config.ordered()) {
      notCovered.add("orderers");
    }
    if (!flagged) {
      notCovered.add("flags");
    }
    if (!commitHashed) {
      notCovered.add("commit_hash");
    }
    if (counts.getOrDefault("lifecycleCalls", 0L) > 0) {
      notCovered.add("lifecycle_calls");
    }
    if (counts.getOrDefault("invalidTransactions", 0L) > 0) {
      notCovered.add("invalid_calls");
    }
    if (genesis.isEmpty()) {
      notCovered.add("genesis");
    }
    notCovered.add("clocks");
    count("blocks", number);
    count("events", heads.events());
    count("subjects", heads.heads().size());
    return new AuditReport(
        source.name(),
        trust,
        genesisHash,
        HexFormat.of().formatHex(previous),
        ended && number < source.count(),
        counts,
        findings,
        notCovered,
        heads.heads());
  }
}
