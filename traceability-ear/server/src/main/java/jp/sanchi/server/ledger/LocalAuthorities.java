package jp.sanchi.server.ledger;

import java.util.SortedMap;

/** The members' certificate authorities, where they lie on this machine: never in production. */
public interface LocalAuthorities {
  /**
   * Certifies somebody's key as an administrator's of every local member, so that its holder signs
   * what members sign. The private key never comes here.
   *
   * @param point65 a point on P-256: 0x04, x, y
   * @return DER by MSP id; empty where no authority lies here
   */
  SortedMap<String, byte[]> certifyAdministrator(byte[] point65);
}
