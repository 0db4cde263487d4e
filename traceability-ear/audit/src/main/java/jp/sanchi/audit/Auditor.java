package jp.sanchi.audit;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import jp.sanchi.kernel.event.Base64Url;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.event.MalformedEvent;
import jp.sanchi.kernel.proof.Malformed;
import jp.sanchi.kernel.proof.Statement;
import jp.sanchi.kernel.proof.Statement.Head;
import jp.sanchi.kernel.proof.TrustRoots;
import org.hyperledger.fabric.protos.peer.TxValidationCode;

/**
 * Walks a chain from block 0, recomputes all that can be recomputed and compares. It goes on after
 * a finding in what peers add to a block; after one in what was ordered it ends with that block,
 * since what follows could only be judged by a state that nobody can know.
 */
public final class Auditor {
  private static final int MOST_FINDINGS = 1_000;
  private static final String LEDGER = "ledger";

  private final TrustRoots trust;
  private final Chain chain;
  private final List<Finding> findings = new ArrayList<>();
  private String genesisHash = "";
  private boolean ended;

  private Auditor(TrustRoots trust, Optional<String> genesis) {
    this.trust = trust;
    this.chain = new Chain(trust, genesis);
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
    for (byte[] bytes = source.next(); bytes != null; bytes = source.next()) {
      auditor.block(bytes);
      progress.accept(
          new Progress(auditor.chain.number, source.count(), auditor.chain.heads.events()));
      if (auditor.ended) {
        break;
      }
    }
    auditor.finish();
    if (members.isPresent() && auditor.findings.isEmpty()) {
      auditor.compare(members.get());
    }
    return auditor.report(source);
  }

  private void block(byte[] bytes) {
    BlockAudit block = BlockAudit.judge(chain, bytes);
    findings.addAll(block.findings());
    if (chain.number == 0) {
      genesisHash = HexFormat.of().formatHex(block.hash());
    }
    block.commit();
    ended = !block.sound() || findings.size() >= MOST_FINDINGS;
  }

  private void finish() {
    if (chain.number == 0) {
      ledger("chain_empty", "there is no block");
    }
    if (ended || chain.number == 0) {
      return;
    }
    for (String difference : chain.heads.differences(chain.state.values(trust.chaincode()))) {
      ledger("head", difference);
    }
    if (trust.version() > 1 && chain.config.agreeing(trust) < trust.members().size()) {
      ledger("anchor_members", "the channel's members at the end are not those of trust.json");
    }
    LedgerState.Value ledger = chain.state.value(trust.chaincode(), LEDGER);
    if (ledger == null || !consortium(ledger.bytes()).equals(trust.consortium())) {
      ledger("anchor_consortium", "no consortium " + trust.consortium() + " was founded here");
    }
  }

  /** What the members say now must be what was audited, or more. */
  private void compare(Live members) throws IOException {
    List<String> subjects = chain.heads.heads().keySet().stream().sorted().toList();
    for (int at = 0; at < subjects.size(); at += Statement.MOST_SUBJECTS) {
      byte[] challenge = new byte[32];
      new SecureRandom().nextBytes(challenge);
      var arguments = new ArrayList<String>();
      arguments.add(Base64Url.encode(challenge));
      arguments.addAll(
          subjects.subList(at, Math.min(subjects.size(), at + Statement.MOST_SUBJECTS)));
      Entry entry =
          Entry.answered(
              members.heads(arguments, trust.members().keySet()), chain.config, trust.channel());
      if (entry.code() != TxValidationCode.VALID
          || !entry.call().chaincode().equals(trust.chaincode())
          || entry.call().tooFew(trust, chain.config.members().keySet()) != null) {
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
    chain.figures.put("comparedWithMembers", (long) subjects.size());
  }

  private void differences(Statement statement) {
    statement
        .subjects()
        .forEach(
            (subject, now) -> {
              Head audited = chain.heads.heads().get(subject);
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
    var figures = chain.figures;
    var notCovered = new ArrayList<String>();
    if (chain.config != null && !chain.config.ordered()) {
      notCovered.add("orderers");
    }
    if (!chain.flagged) {
      notCovered.add("flags");
    }
    if (!chain.commitHashed) {
      notCovered.add("commit_hash");
    }
    if (figures.getOrDefault("lifecycleCalls", 0L) > 0) {
      notCovered.add("lifecycle_calls");
    }
    if (figures.getOrDefault("invalidTransactions", 0L) > 0) {
      notCovered.add("invalid_calls");
    }
    if (chain.genesis.isEmpty()) {
      notCovered.add("genesis");
    }
    notCovered.add("clocks");
    figures.put("blocks", chain.number);
    figures.put("events", chain.heads.events());
    figures.put("subjects", (long) chain.heads.heads().size());
    return new AuditReport(
        source.name(),
        trust,
        genesisHash,
        HexFormat.of().formatHex(chain.previous),
        ended && chain.number < source.count(),
        figures,
        findings,
        notCovered,
        chain.heads.heads());
  }
}
