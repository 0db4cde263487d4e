package jp.sanchi.server.parties;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;

/** A field, cage, plant, cold store or shop. */
@Entity
public class Place {
  @Id private String gln;
  private byte[] document;
  private int events;

  protected Place() {}

  public String gln() {
    return gln;
  }

  /** SHA-256 of the last description, or null. */
  public byte[] document() {
    return document == null ? null : document.clone();
  }

  public int events() {
    return events;
  }
}
