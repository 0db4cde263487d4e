package jp.sanchi.kernel.proof;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.history.Finding;

/**
 * What a verifier says about a bundle (wire format, section 12). Two verifiers give the same bytes.
 *
 * @param checks all of them, in their order
 * @param completeUpTo GLN of whoever confirmed the last step, or null
 * @param events how many events the bundle has
 * @param signatures how many signatures of endorsements and events were found good
 * @param subjects how many histories the bundle has
 * @param statement null unless its endorsements are good
 * @param subject what was asked, in canonical form
 */
public record Verdict(
    List<Check> checks,
    String completeUpTo,
    int events,
    int signatures,
    int subjects,
    List<Finding> findings,
    Stated statement,
    String subject,
    Trusted trust) {
  private static final String FORMAT = "sanchi-verdict-v0";

  /** "Not checked" is never "valid". */
  public enum Result {
    PASSED(0),
    FAILED(1),
    NOT_CHECKED(3);

    private final int exitCode;

    Result(int exitCode) {
      this.exitCode = exitCode;
    }

    /** As verdicts write it. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** What the command line ends with. */
    public int exitCode() {
      return exitCode;
    }
  }

  /**
   * One check.
   *
   * @param reason why it is not passed, else null
   */
  public record Check(String name, Result result, String reason) {
    Json.Obj json() {
      return Json.object("check", name, "reason", text(reason), "result", result.word());
    }
  }

  /**
   * Who has signed the statement, and when.
   *
   * @param members MSP ids, ascending
   * @param operators ascending
   * @param tick in milliseconds since 1970
   * @param time in milliseconds since 1970
   */
  public record Stated(List<String> members, List<String> operators, long tick, long time) {}

  /** By which trust it was judged. */
  public record Trusted(String fingerprint, String mode, boolean oneOperator) {}

  public Verdict {
    checks = List.copyOf(checks);
    findings = List.copyOf(findings);
  }

  /** Failed if any check is, else not checked if any is not, else passed. */
  public Result result() {
    Result result = Result.PASSED;
    for (Check check : checks) {
      if (check.result() == Result.FAILED) {
        return Result.FAILED;
      }
      if (check.result() == Result.NOT_CHECKED) {
        result = Result.NOT_CHECKED;
      }
    }
    return result;
  }

  /** The check of that name. */
  public Check check(String name) {
    return checks.stream().filter(check -> check.name().equals(name)).findFirst().orElseThrow();
  }

  /** The first check that failed, or null. */
  public Check failure() {
    return checks.stream()
        .filter(check -> check.result() == Result.FAILED)
        .findFirst()
        .orElse(null);
  }

  /** Whether there is such a finding. */
  public boolean finds(String code) {
    return findings.stream().anyMatch(finding -> finding.code().equals(code));
  }

  /** The canonical form is what verifiers agree on. */
  public Json.Obj json() {
    var checked = new ArrayList<Json>();
    checks.forEach(check -> checked.add(check.json()));
    var found = new ArrayList<Json>();
    findings.forEach(finding -> found.add(finding.json()));
    Json stated =
        statement == null
            ? Json.Null.VALUE
            : Json.object(
                "members",
                statement.members(),
                "operators",
                statement.operators(),
                "tick",
                statement.tick(),
                "time",
                statement.time());
    return Json.object(
        "checks",
        checked,
        "completeUpTo",
        text(completeUpTo),
        "counts",
        Json.object("events", events, "signatures", signatures, "subjects", subjects),
        "findings",
        found,
        "format",
        FORMAT,
        "statement",
        stated,
        "subject",
        subject,
        "trust",
        Json.object(
            "fingerprint",
            trust.fingerprint(),
            "mode",
            trust.mode(),
            "oneOperator",
            trust.oneOperator()),
        "verdict",
        result().word());
  }

  private static Json text(String text) {
    return text == null ? Json.Null.VALUE : Json.of(text);
  }
}
