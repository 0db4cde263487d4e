package jp.sanchi.audit;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import jp.sanchi.audit.Finding.Region;
import jp.sanchi.kernel.proof.TrustRoots;
import org.hyperledger.fabric.protos.common.Block;
import org.hyperledger.fabric.protos.common.BlockHeader;
import org.hyperledger.fabric.protos.common.BlockMetadataIndex;
import org.hyperledger.fabric.protos.common.Metadata;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.Version;
import org.hyperledger.fabric.protos.peer.TxValidationCode;

/** One block, judged against the chain before it. The chain changes only with {@link #commit}. */
final class BlockAudit {
  private static final int ENTRIES = 5;
  // Deprecated in Fabric's protocol, but written or kept free in every block
  private static final int LAST_CONFIG_ENTRY = 1;
  private static final int ORDERER_ENTRY = 3;

  private static final String HEADER = "header";
  private static final String DATA = "data";
  private static final String METADATA = "metadata";
  private static final String SIGNATURES = "metadata/signatures";
  private static final String LAST_CONFIG = "metadata/last_config";
  private static final String FILTER = "metadata/transactions_filter";
  private static final String ORDERER = "metadata/orderer";
  private static final String COMMIT_HASH = "metadata/commit_hash";

  /** After these the state is known all the same. */
  private static final Set<String> HARMLESS =
      Set.of("threshold", "certificate_expired", "foreign_write", "anchor_members");

  private final Chain chain;
  private final TrustRoots trust;
  private final long number;
  private final Layout layout;
  private final List<Finding> findings = new ArrayList<>();
  private final Map<String, Long> figures = new HashMap<>();
  private final List<Call> calls = new ArrayList<>();

  private Block block;
  private List<Entry> entries = List.of();
  private ChannelConfig config;
  private EndorsementRules rules;
  private long lastConfig;
  private byte[] hash = new byte[0];
  private boolean flagged;
  private boolean commitHashed;
  private byte[] commitHash;
  // Whether the next blocks can be judged at all
  private boolean sound = true;

  private BlockAudit(Chain chain, byte[] bytes) {
    this.chain = chain;
    this.trust = chain.trust;
    this.number = chain.number;
    this.config = chain.config;
    this.rules = chain.rules;
    this.lastConfig = chain.lastConfig;
    this.flagged = chain.flagged;
    this.commitHashed = chain.commitHashed;
    this.commitHash = chain.commitHash;
    this.layout = Layout.of(bytes);
    count("bytes", bytes.length);
  }

  /** Judges the chain's next block. */
  static BlockAudit judge(Chain chain, byte[] bytes) {
    BlockAudit audit = new BlockAudit(chain, bytes);
    chain.state.rollBack();
    try {
      audit.judge(bytes);
    } catch (RuntimeException e) {
      // Whoever made this block must not end the audit without a word
      audit.find("block", -1, null, new Fault("audit_failed", e.toString()));
    }
    return audit;
  }

  private void judge(byte[] bytes) {
    try {
      block = Strict.read(Block.parser(), ByteString.copyFrom(bytes));
      if (!block.hasHeader() || block.getData().getDataCount() == 0) {
        throw new Fault("malformed", "a block without header or data");
      }
    } catch (Fault e) {
      sound = false;
      find("block", -1, layout.broken(), new Fault("block_malformed", e.detail()));
      return;
    }
    header();
    entries =
        block.getData().getDataList().stream()
            .map(envelope -> Entry.judge(envelope, config, trust.channel()))
            .toList();
    count("transactions", entries.size());
    for (int i = 0; i < entries.size(); i++) {
      Entry entry = entries.get(i);
      if (!entry.wellFormed()) {
        find(DATA, i, layout.entry(i), new Fault("entry_malformed", entry.why()));
      }
    }
    List<ByteString> metadata = block.getMetadata().getMetadataList();
    boolean whole = metadata.size() == ENTRIES;
    if (whole) {
      ordered(metadata);
    } else {
      find(
          METADATA,
          -1,
          layout.metadata(),
          new Fault("metadata_count", metadata.size() + " entries"));
    }
    dataHash();
    TxValidationCode[] codes = judgeEntries();
    for (TxValidationCode code : codes) {
      count("invalidTransactions", code == TxValidationCode.VALID ? 0 : 1);
    }
    if (whole) {
      flags(metadata.get(BlockMetadataIndex.TRANSACTIONS_FILTER_VALUE), codes);
      commitHash(metadata.get(BlockMetadataIndex.COMMIT_HASH_VALUE), codes);
    }
  }

  /** Makes the block part of the chain. */
  void commit() {
    chain.state.commit();
    calls.forEach(chain.heads::add);
    entries.stream().map(Entry::id).filter(Objects::nonNull).forEach(chain.transactions::add);
    figures.forEach((name, more) -> chain.figures.merge(name, more, Long::sum));
    chain.config = config;
    chain.rules = rules;
    chain.lastConfig = lastConfig;
    chain.previous = hash;
    chain.flagged = flagged;
    chain.commitHashed = commitHashed;
    chain.commitHash = commitHash;
    chain.number++;
  }

  List<Finding> findings() {
    return findings;
  }

  /**
   * Whether what follows can be judged: not after a finding in what was ordered, since nobody knows
   * what the state then is.
   */
  boolean sound() {
    return sound;
  }

  /** SHA-256 of the header. */
  byte[] hash() {
    return hash;
  }

  private void find(String part, int transaction, Region region, Fault fault) {
    sound &= part.startsWith(METADATA) || HARMLESS.contains(fault.code());
    findings.add(
        new Finding(
            fault.code(),
            number,
            part,
            transaction,
            region == null ? layout.whole() : region,
            fault.detail()));
  }

  private void count(String what, long more) {
    figures.merge(what, more, Long::sum);
  }

  private void header() {
    BlockHeader header = block.getHeader();
    Region region = layout.header();
    if (header.getNumber() != number) {
      find(HEADER, -1, region, new Fault("number", "it says it is block " + header.getNumber()));
    }
    if (!header.getPreviousHash().equals(ByteString.copyFrom(chain.previous))) {
      find(HEADER, -1, region, new Fault("previous_hash", "not the hash of the header before"));
    }
    try {
      hash = Hash.sha256(Hash.encoded(header));
    } catch (Fault e) {
      find(HEADER, -1, region, e);
    }
    String known = chain.genesis.orElse(null);
    if (number == 0 && known != null && !known.equals(HexFormat.of().formatHex(hash))) {
      find(HEADER, -1, region, new Fault("anchor_genesis", "block 0 is another one"));
    }
  }

  /** The header says which data these are; its signatures say which of the two was changed. */
  private void dataHash() {
    byte[] hash =
        Hash.sha256(
            block.getData().getDataList().stream()
                .map(ByteString::toByteArray)
                .toArray(byte[][]::new));
    if (block.getHeader().getDataHash().equals(ByteString.copyFrom(hash))) {
      return;
    }
    var fault = new Fault("data_hash", "the data are not those of which the header has the hash");
    boolean unsigned = number == 0 || !config.ordered();
    if (unsigned) {
      find(
          HEADER + " or " + DATA,
          -1,
          new Region(layout.header().from(), layout.data().to()),
          fault);
    } else if (findings.stream().anyMatch(finding -> finding.code().equals("orderer_signature"))) {
      find(HEADER, -1, layout.header(), fault);
    } else {
      find(DATA, -1, layout.data(), fault);
    }
  }

  /** What orderers add to a block. */
  private void ordered(List<ByteString> metadata) {
    if (Entry.isConfiguration(block.getData().getData(0))) {
      lastConfig = number;
    }
    var ordering = new Ordering(config, lastConfig);
    try {
      ByteString signatures = metadata.get(BlockMetadataIndex.SIGNATURES_VALUE);
      if (number > 0) {
        long time = entries.get(entries.size() - 1).time();
        count(
            "ordererSignatures", ordering.check(signatures, Hash.encoded(block.getHeader()), time));
      } else if (!signatures.equals(Ordering.unsigned(0))) {
        throw new Fault("orderer_malformed", "nobody signs block 0");
      }
    } catch (Fault e) {
      find(SIGNATURES, -1, layout.metadata(BlockMetadataIndex.SIGNATURES_VALUE), e);
    }
    if (!metadata.get(LAST_CONFIG_ENTRY).equals(ordering.lastConfigEntry())) {
      find(
          LAST_CONFIG,
          -1,
          layout.metadata(LAST_CONFIG_ENTRY),
          new Fault("last_config", "the last configuration is in block " + lastConfig));
    }
    if (!metadata.get(ORDERER_ENTRY).isEmpty()) {
      find(
          ORDERER,
          -1,
          layout.metadata(ORDERER_ENTRY),
          new Fault("metadata_surplus", "nothing is written here"));
    }
  }

  /** Judges the entries as peers do: first each by itself, then one after the other. */
  private TxValidationCode[] judgeEntries() {
    TxValidationCode[] codes = entries.stream().map(Entry::code).toArray(TxValidationCode[]::new);
    if (number == 0 || block.getData().getDataList().stream().anyMatch(Entry::isConfiguration)) {
      configure();
      return codes;
    }
    if (rules == null) {
      try {
        boolean embedded = trust.mode().equals("embedded");
        rules = new EndorsementRules(config, chain.state, trust.chaincode(), embedded);
      } catch (Fault e) {
        find(DATA, -1, layout.data(), new Fault("definition", e.detail()));
        return codes;
      }
    }
    Set<ByteString> here = new HashSet<>();
    for (int i = 0; i < codes.length; i++) {
      if (codes[i] == TxValidationCode.VALID) {
        codes[i] = endorsed(i);
      }
      if (codes[i] == TxValidationCode.VALID && !here.add(entries.get(i).id())) {
        codes[i] = TxValidationCode.DUPLICATE_TXID;
      }
    }
    boolean redefined = false;
    for (int i = 0; i < codes.length; i++) {
      if (codes[i] == TxValidationCode.VALID) {
        Call call = entries.get(i).call();
        codes[i] = committed(i, entries.get(i));
        redefined |=
            codes[i] == TxValidationCode.VALID
                && call.namespaces().stream()
                    .anyMatch(
                        namespace ->
                            namespace.name().equals(EndorsementRules.LIFECYCLE)
                                && namespace.writes());
      }
    }
    if (redefined) {
      rules = null;
    }
    return codes;
  }

  private TxValidationCode endorsed(int i) {
    Entry entry = entries.get(i);
    if (chain.transactions.contains(entry.id())) {
      return TxValidationCode.DUPLICATE_TXID;
    }
    try {
      return rules.judge(entry.call());
    } catch (Fault e) {
      find(DATA, i, layout.entry(i), new Fault("endorsement", e.detail()));
      return TxValidationCode.INVALID_OTHER_REASON;
    }
  }

  /** Checks versions; what is valid is replayed and applied. */
  private TxValidationCode committed(int i, Entry entry) {
    Call call = entry.call();
    Region region = layout.entry(i);
    if (!call.namespaces().stream().allMatch(chain.state::current)) {
      return TxValidationCode.MVCC_READ_CONFLICT;
    }
    boolean ours = call.chaincode().equals(trust.chaincode());
    for (Call.Namespace namespace : call.namespaces()) {
      if (namespace.set().getRangeQueriesInfoCount() > 0) {
        find(DATA, i, region, new Fault("unsupported", "a range of keys was read"));
      }
      if (!ours && namespace.name().equals(trust.chaincode()) && namespace.writes()) {
        find(DATA, i, region, new Fault("foreign_write", call.chaincode() + " wrote here"));
      }
    }
    if (ours) {
      replay(i, entry);
    } else {
      count("lifecycleCalls", 1);
    }
    Version version = Version.newBuilder().setBlockNum(number).setTxNum(i).build();
    call.namespaces().forEach(namespace -> chain.state.apply(namespace, version));
    return TxValidationCode.VALID;
  }

  private void replay(int i, Entry entry) {
    Call call = entry.call();
    Region region = layout.entry(i);
    try {
      Replay.check(chain.state, trust.channel(), call);
      calls.add(call);
      count("replayedCalls", 1);
    } catch (Fault e) {
      find(DATA, i, region, e);
    }
    String tooFew = call.tooFew(trust, config.members().keySet());
    if (tooFew != null) {
      find(DATA, i, region, new Fault("threshold", tooFew));
    }
    for (String outdated : entry.outdated()) {
      find(
          DATA,
          i,
          region,
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

  private void configure() {
    Entry entry = entries.get(0);
    Region region = layout.entry(0);
    if (entries.size() > 1 || entry.configuration() == null) {
      find(
          DATA,
          0,
          region,
          new Fault("config_malformed", entry.why() == null ? "not alone" : entry.why()));
      return;
    }
    try {
      if (number > 0) {
        ConfigUpdates.check(config, entry.configuration(), trust.channel());
      } else if (entry.configuration().hasLastUpdate()
          || entry.configuration().getConfig().getSequence() != 0) {
        throw new Fault("config_malformed", "block 0 updates something");
      }
      config = new ChannelConfig(entry.configuration().getConfig());
      rules = null;
      count("configurations", 1);
      if (number == 0) {
        anchor(region);
      }
    } catch (Fault e) {
      find(
          DATA,
          0,
          region,
          e.code().startsWith("config_") ? e : new Fault("config_malformed", e.detail()));
    }
  }

  /**
   * The members whom the reader trusts must be those whom block 0 names. Where members have joined
   * or left since, a majority in block 0 must be those of today, so that without one of them
   * nothing could be endorsed and no member changed; the end of the chain is compared with
   * trust.json too.
   */
  private void anchor(Region region) {
    int members = config.members().size();
    int agreeing = config.agreeing(trust);
    boolean holds =
        trust.version() <= 1
            ? agreeing == members && agreeing == trust.members().size()
            : chain.genesis.isPresent() || agreeing > members / 2;
    if (!holds) {
      find(
          DATA,
          0,
          region,
          new Fault(
              "anchor_members",
              "of the %d members in block 0, %d are as in trust.json"
                  .formatted(members, agreeing)));
    }
  }

  /** The validity flags, which nobody signs. */
  private void flags(ByteString filter, TxValidationCode[] codes) {
    Region region = layout.metadata(BlockMetadataIndex.TRANSACTIONS_FILTER_VALUE);
    if (number == 0) {
      flagged = !filter.isEmpty();
    }
    if (filter.size() != (flagged ? codes.length : 0)) {
      find(
          FILTER,
          -1,
          region,
          new Fault("flags", filter.size() + " flags of " + codes.length + " transactions"));
      return;
    }
    for (int i = 0; i < filter.size(); i++) {
      int recorded = filter.byteAt(i) & 0xff;
      if (recorded != codes[i].getNumber()) {
        String why = entries.get(i).why();
        find(
            FILTER,
            i,
            flag(region, filter.size(), i),
            new Fault(
                "validity_flag",
                "recorded %d, but it is %s%s"
                    .formatted(recorded, codes[i], why == null ? "" : ": " + why)));
      }
    }
  }

  /** Where one flag stands: the flags are the end of their entry. */
  private static Region flag(Region entry, int flags, int number) {
    int at = entry.to() - flags + number;
    return new Region(at, at + 1);
  }

  /** The running hash of all that peers have made of the blocks. */
  private void commitHash(ByteString entry, TxValidationCode[] codes) {
    if (number == 1) {
      commitHashed = !entry.isEmpty();
    }
    ByteString expected = ByteString.EMPTY;
    if (commitHashed) {
      var flags = new byte[codes.length];
      for (int i = 0; i < flags.length; i++) {
        flags[i] = (byte) codes[i].getNumber();
      }
      commitHash =
          Hash.sha256(varint(flags.length), flags, chain.state.changes(), chain.commitHash);
      expected =
          Metadata.newBuilder().setValue(ByteString.copyFrom(commitHash)).build().toByteString();
    }
    if (!entry.equals(expected)) {
      find(
          COMMIT_HASH,
          -1,
          layout.metadata(BlockMetadataIndex.COMMIT_HASH_VALUE),
          new Fault("commit_hash", "not the hash of what the blocks up to here add up to"));
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
}
