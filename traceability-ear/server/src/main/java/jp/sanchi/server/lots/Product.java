package jp.sanchi.server.lots;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;

/** A trade item. */
@Entity
public class Product {
  @Id private String gtin;
  private byte[] document;
  private int events;

  protected Product() {}

  /** 14 digits. */
  public String gtin() {
    return gtin;
  }

  /** SHA-256 of the last description, or null. */
  public byte[] document() {
    return document == null ? null : document.clone();
  }

  public int events() {
    return events;
  }
}
