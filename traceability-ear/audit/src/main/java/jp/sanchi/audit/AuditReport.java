package jp.sanchi.audit;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.proof.Statement.Head;
import jp.sanchi.kernel.proof.TrustRoots;

/**
 * What an audit found.
 *
 * @param source what was read
 * @param genesis SHA-256 of block 0's header, in hex: what the whole chain hangs on
 * @param tip SHA-256 of the last audited block's header, in hex
 * @param incomplete whether it ended before the last block, because of what it found
 * @param figures by name: blocks, transactions, events, subjects and so on
 * @param findings in the order of the chain; empty if all is good
 * @param notCovered what could not be or was not checked, as {@link Sentences} has words for it
 * @param heads every subject's number of events and head
 */
public record AuditReport(
    String source,
    TrustRoots trust,
    String genesis,
    String tip,
    boolean incomplete,
    Map<String, Long> figures,
    List<Finding> findings,
    List<String> notCovered,
    Map<String, Head> heads) {
  private static final String FORMAT = "sanchi-audit-v0";

  public AuditReport {
    figures = new TreeMap<>(figures);
    findings = List.copyOf(findings);
    notCovered = List.copyOf(notCovered);
    heads = Map.copyOf(heads);
  }

  public boolean good() {
    return findings.isEmpty();
  }

  long figure(String name) {
    return figures.getOrDefault(name, 0L);
  }

  /**
   * The report in canonical JSON.
   *
   * @param time when the audit ended, in ms since 1970
   */
  Json.Obj json(long time) {
    Json.Obj counted = Json.object();
    for (Map.Entry<String, Long> figure : figures.entrySet()) {
      counted = counted.with(figure.getKey(), Json.of(figure.getValue()));
    }
    return Json.object(
        "channel",
        trust.channel(),
        "consortium",
        trust.consortium(),
        "figures",
        counted,
        "findings",
        findings.stream().map(Finding::json).toList(),
        "format",
        FORMAT,
        "genesis",
        genesis,
        "incomplete",
        incomplete,
        "mode",
        trust.mode(),
        "notCovered",
        new Json.Arr(notCovered.stream().map(code -> (Json) Json.of(code)).toList()),
        "result",
        good() ? "good" : "found",
        "source",
        source.replaceAll("[^ -~]", "?"),
        "time",
        time,
        "tip",
        tip,
        "trust",
        trust.fingerprint());
  }
}
