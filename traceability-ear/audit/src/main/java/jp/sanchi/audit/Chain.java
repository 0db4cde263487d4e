package jp.sanchi.audit;

import com.google.protobuf.ByteString;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import jp.sanchi.kernel.proof.TrustRoots;

/** What the blocks so far add up to. */
final class Chain {
  final TrustRoots trust;

  /** SHA-256 of block 0's header in hex, where it is known from elsewhere. */
  final Optional<String> genesis;

  final LedgerState state = new LedgerState();
  final Heads heads = new Heads();
  final Set<ByteString> transactions = new HashSet<>();
  final Map<String, Long> figures = new TreeMap<>();

  /** In force; null before block 0. */
  ChannelConfig config;

  /** By the definitions in the state; null where these have changed since. */
  EndorsementRules rules;

  /** Number of the newest block that is a configuration. */
  long lastConfig;

  /** Of the next block. */
  long number;

  /** Hash of the header before; empty before block 0. */
  byte[] previous = new byte[0];

  /** Whether the blocks bear validity flags, which peers add and orderers don't. */
  boolean flagged;

  /** Whether the blocks bear commit hashes. */
  boolean commitHashed;

  byte[] commitHash = new byte[0];

  Chain(TrustRoots trust, Optional<String> genesis) {
    this.trust = trust;
    this.genesis = genesis;
  }
}
