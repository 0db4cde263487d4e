package jp.sanchi.server.lots;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import java.time.OffsetDateTime;

/** A lot as the ledger's events have made it. */
@Entity
public class Lot {
  @Id private String subject;
  private String gtin;
  private String lot;
  private String commissioner;

  @Column(name = "commissioned_at")
  private OffsetDateTime commissionedAt;

  @Column(name = "recalled_since")
  private OffsetDateTime recalledSince;

  private int events;

  protected Lot() {}

  /** {@code lot/{gtin14}/{lot}}. */
  public String subject() {
    return subject;
  }

  public String gtin() {
    return gtin;
  }

  public String lot() {
    return lot;
  }

  /** GLN; null until it is commissioned. */
  public String commissioner() {
    return commissioner;
  }

  /** As declared; null until it is commissioned. */
  public OffsetDateTime commissionedAt() {
    return commissionedAt;
  }

  /** When the ledger recorded the recall that is in force, else null. */
  public OffsetDateTime recalledSince() {
    return recalledSince;
  }

  /** How many its history has. */
  public int events() {
    return events;
  }
}
