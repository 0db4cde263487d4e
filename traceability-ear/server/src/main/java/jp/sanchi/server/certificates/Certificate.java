package jp.sanchi.server.certificates;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import java.time.LocalDate;

/** A certificate of a scheme, such as organic JAS. */
@Entity
public class Certificate {
  @Id private String gdti;
  private String scheme;
  private String holder;
  private String status;

  @Column(name = "valid_from")
  private LocalDate validFrom;

  @Column(name = "valid_to")
  private LocalDate validTo;

  private int events;

  protected Certificate() {}

  public String gdti() {
    return gdti;
  }

  /** Null where neither application nor grant is known. */
  public String scheme() {
    return scheme;
  }

  /** GLN; null until it is granted. */
  public String holder() {
    return holder;
  }

  /** {@code applied}, {@code granted}, {@code refused}, {@code suspended} or {@code revoked}. */
  public String status() {
    return status;
  }

  public LocalDate validFrom() {
    return validFrom;
  }

  public LocalDate validTo() {
    return validTo;
  }

  public int events() {
    return events;
  }
}
