package jp.sanchi.server.parties;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.event.TraceEvent;
import jp.sanchi.kernel.history.Approvals;
import jp.sanchi.kernel.history.OrganisationRights;
import jp.sanchi.kernel.history.Recorded;
import jp.sanchi.server.bundles.Histories;
import jp.sanchi.server.capture.CurrentState;
import jp.sanchi.server.ledger.Ledger;
import jp.sanchi.server.platform.Fault;
import jp.sanchi.server.platform.Problem;

/**
 * What the ledger's members have granted whom. Every bundle carries these histories to anybody who
 * scans a package, so the register is open to whoever is logged in.
 */
@Singleton
public class Register {
  private static final Json.Limits TRUST = new Json.Limits(1 << 20, 16);

  private final Ledger ledger;
  private final CurrentState state;
  private final Histories histories;

  @Inject
  public Register(Ledger ledger, CurrentState state, Histories histories) {
    this.ledger = ledger;
    this.state = state;
    this.histories = histories;
  }

  /** A payload that some members have signed, but not yet more than half. */
  private record Proposal(TraceEvent event, Set<String> approvedBy) {}

  /** Rights, loans, agents, and what waits for approvals; 404 if it was never admitted. */
  Json.Obj of(String gln) {
    OrganisationRights rights =
        state.organisation(gln).orElseThrow(() -> Problem.of(Fault.NOT_FOUND));
    List<Recorded> history =
        histories.load(List.of("organisation/" + gln)).get("organisation/" + gln);
    Map<String, String> loans = loans(history);
    return Json.object(
        "accreditations",
        Json.array(rights.accreditations().toArray()),
        "agents",
        Json.array(rights.agents().toArray()),
        "gln",
        gln,
        "loans",
        loans.entrySet().stream()
            .map(loan -> Json.object("lender", loan.getValue(), "prefix", loan.getKey()))
            .toList(),
        "member",
        rights.member(),
        "members",
        Json.array(members().toArray()),
        "proposals",
        proposals(history),
        "ranges",
        Json.array(
            rights.prefixes().stream().filter(prefix -> !loans.containsKey(prefix)).toArray()),
        "roles",
        Json.array(rights.roles().toArray()));
  }

  /** Lender by prefix. */
  private static Map<String, String> loans(List<Recorded> history) {
    Map<String, String> loans = new LinkedHashMap<>();
    for (Recorded entry : history) {
      TraceEvent event = entry.event();
      if (event.kind().equals("range_lent")) {
        loans.put(event.text("sanchi:prefix"), event.organisation());
      } else if (event.kind().equals("range_returned")) {
        loans.remove(event.text("sanchi:prefix"));
      }
    }
    return loans;
  }

  private List<Json> proposals(List<Recorded> history) {
    Set<String> members = members();
    Approvals approvals = new Approvals();
    Map<String, Proposal> open = new LinkedHashMap<>();
    for (Recorded entry : history) {
      TraceEvent event = entry.event();
      if (event.row() == null || event.member() == null || !Approvals.needed(event)) {
        continue;
      }
      String payload = event.payload().without("sanchi:member").canonicalText();
      open.computeIfAbsent(payload, none -> new Proposal(event, new LinkedHashSet<>()))
          .approvedBy()
          .add(event.member());
      if (approvals.completedBy(event, members)) {
        open.remove(payload);
      }
    }
    List<Json> proposals = new ArrayList<>();
    for (Proposal proposal : open.values()) {
      proposals.add(
          Json.object(
              "approvedBy",
              Json.array(proposal.approvedBy().toArray()),
              "payload",
              proposal.event().payload().without("sanchi:member")));
    }
    return proposals;
  }

  /** MSP ids. */
  private Set<String> members() {
    Set<String> members = new TreeSet<>();
    for (Json member : ((Json.Obj) Json.parse(ledger.trust(), TRUST)).array("members").items()) {
      members.add(((Json.Obj) member).text("mspId"));
    }
    return members;
  }
}
