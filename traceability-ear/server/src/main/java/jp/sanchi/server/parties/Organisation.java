package jp.sanchi.server.parties;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;

/** A farm, boat, haulier, inspection body or shop. */
@Entity
public class Organisation {
  @Id private String gln;
  private String member;
  private byte[] document;
  private int events;

  protected Organisation() {}

  public String gln() {
    return gln;
  }

  /** MSP id of the member that admitted it; null until then. */
  public String member() {
    return member;
  }

  /** SHA-256 of the last description, or null. */
  public byte[] document() {
    return document == null ? null : document.clone();
  }

  public int events() {
    return events;
  }
}
