package jp.sanchi.kernel.proof;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.history.Certificate;
import jp.sanchi.kernel.history.Standing;

/**
 * What a verified bundle tells: the only thing that a page may print. There is none for a bundle
 * that failed.
 */
public final class Story {
  private final Required required;
  private final Statement statement;
  private final Map<String, Json.Obj> documents;
  private final SortedSet<String> described;
  private final ColdChain coldChain;

  Story(
      Required required,
      Statement statement,
      Map<String, Json.Obj> documents,
      SortedSet<String> described,
      ColdChain coldChain) {
    this.required = required;
    this.statement = statement;
    this.documents = Map.copyOf(documents);
    this.described = Collections.unmodifiableSortedSet(new TreeSet<>(described));
    this.coldChain = coldChain;
  }

  /** What was asked. */
  public Start start() {
    return required.start();
  }

  /** When and for which heads the ledger's members have signed. */
  public Statement statement() {
    return statement;
  }

  /** Every subject of the bundle, ascending. */
  public SortedSet<String> subjects() {
    return required.subjects();
  }

  /** The lots inside, ascending; usually one. */
  public SortedSet<String> mainLots() {
    return required.mainLots();
  }

  /** What they were made from, however far back, ascending. */
  public SortedSet<String> inputLots() {
    return required.inputLots();
  }

  /** The crates and pallets that carried it, ascending. */
  public SortedSet<String> units() {
    return required.units();
  }

  /** The days of the boxes that carried it, ascending. */
  public SortedSet<String> boxDays() {
    return required.boxDays();
  }

  /** A history in ledger order, with what is corrected and what is confirmed. */
  public List<Standing> history(String subject) {
    return required.history(subject);
  }

  /** The event that gave the package's number to a lot, or null. */
  public Standing binding() {
    return required.binding();
  }

  /** GLN of whoever commissioned a lot, or null. */
  public String commissioner(String lot) {
    return required.commissioner(lot);
  }

  /** Where a certificate stands. */
  public Certificate certificate(String subject) {
    return Certificate.of(required.history(subject));
  }

  /** What a product, place or organisation says of itself; null if never said or withdrawn. */
  public Json.Obj document(String subject) {
    return documents.get(subject);
  }

  /** The products, places and organisations that were described, ascending. */
  public SortedSet<String> described() {
    return described;
  }

  /** Those of them whose description is not here: withdrawn, or not handed out. */
  public SortedSet<String> withdrawn() {
    SortedSet<String> withdrawn = new TreeSet<>(described);
    withdrawn.removeAll(documents.keySet());
    return withdrawn;
  }

  /** What the boxes measured on its way, as far as the readings were sent along. */
  public ColdChain coldChain() {
    return coldChain;
  }
}
