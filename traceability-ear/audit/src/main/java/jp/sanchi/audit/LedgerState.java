package jp.sanchi.audit;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import jp.sanchi.audit.Call.Collection;
import jp.sanchi.audit.Call.Namespace;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.KVRead;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.KVReadHash;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.KVWrite;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.KVWriteHash;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.Version;

/**
 * The state that the valid transactions' writes add up to, with Fabric's versions: which block's
 * which transaction wrote a key last. Of private collections it holds the hashes that stand in the
 * blocks.
 */
final class LedgerState {
  /**
   * A key's value.
   *
   * @param bytes never empty, which to Fabric is a deletion; null for a deletion
   */
  record Value(ByteString bytes, Version version) {}

  /**
   * Where a key is.
   *
   * @param collection empty for the public state
   * @param key a hash where there is a collection
   */
  private record Place(String namespace, String collection, ByteString key) {}

  private static final Comparator<ByteString> BY_BYTES =
      ByteString.unsignedLexicographicalComparator();

  // By namespace and collection: audits of long chains hold millions of keys
  private final Map<String, Map<String, Map<ByteString, Value>>> values = new HashMap<>();
  // What the current block has written so far; without bytes where it deleted
  private final Map<Place, Value> written = new HashMap<>();

  /** The public value as the current block has it so far, or null. */
  Value value(String namespace, String key) {
    Place place = new Place(namespace, "", ByteString.copyFromUtf8(key));
    Value value = written.get(place);
    if (value == null) {
      return get(place);
    }
    return value.bytes() == null ? null : value;
  }

  /** All public keys of a namespace as they were before the current block. */
  Map<ByteString, Value> values(String namespace) {
    return values.getOrDefault(namespace, Map.of()).getOrDefault("", Map.of());
  }

  private Value get(Place place) {
    return values
        .getOrDefault(place.namespace(), Map.of())
        .getOrDefault(place.collection(), Map.of())
        .get(place.key());
  }

  /** Whether every read was of the newest version, and none of what this block wrote before. */
  boolean current(Namespace namespace) {
    for (KVRead read : namespace.set().getReadsList()) {
      ByteString key = read.getKeyBytes();
      if (!current(
          new Place(namespace.name(), "", key), read.hasVersion() ? read.getVersion() : null)) {
        return false;
      }
    }
    for (Collection collection : namespace.collections()) {
      for (KVReadHash read : collection.set().getHashedReadsList()) {
        if (!current(
            new Place(namespace.name(), collection.name(), read.getKeyHash()),
            read.hasVersion() ? read.getVersion() : null)) {
          return false;
        }
      }
    }
    return true;
  }

  private boolean current(Place place, Version version) {
    Value value = get(place);
    return !written.containsKey(place)
        && (value == null ? version == null : value.version().equals(version));
  }

  /** Applies a valid transaction's writes. */
  void apply(Namespace namespace, Version version) {
    for (KVWrite write : namespace.set().getWritesList()) {
      boolean deleted = write.getIsDelete() || write.getValue().isEmpty();
      put(
          new Place(namespace.name(), "", write.getKeyBytes()),
          deleted ? null : write.getValue(),
          version);
    }
    for (Collection collection : namespace.collections()) {
      for (KVWriteHash write : collection.set().getHashedWritesList()) {
        boolean deleted = write.getIsDelete() || write.getIsPurge();
        put(
            new Place(namespace.name(), collection.name(), write.getKeyHash()),
            deleted ? null : write.getValueHash(),
            version);
      }
    }
  }

  private void put(Place place, ByteString bytes, Version version) {
    written.put(place, new Value(bytes, version));
  }

  /** Makes what the current block wrote part of the state. */
  void commit() {
    written.forEach(
        (place, value) -> {
          Map<ByteString, Value> keys =
              values
                  .computeIfAbsent(place.namespace(), name -> new HashMap<>())
                  .computeIfAbsent(place.collection(), name -> new HashMap<>());
          if (value.bytes() == null) {
            keys.remove(place.key());
          } else {
            keys.put(place.key(), value);
          }
        });
    written.clear();
  }

  /** Forgets what the current block wrote. */
  void rollBack() {
    written.clear();
  }

  /**
   * What the current block changes, in the one form in which Fabric's peers put it into their
   * commit hash: ascending by namespace, public state first, then by collection, then by key.
   */
  byte[] changes() {
    SortedMap<String, SortedMap<String, SortedMap<ByteString, Value>>> sorted = new TreeMap<>();
    written.forEach(
        (place, value) ->
            sorted
                .computeIfAbsent(place.namespace(), name -> new TreeMap<>())
                .computeIfAbsent(place.collection(), name -> new TreeMap<>(BY_BYTES))
                .put(place.key(), value));
    var bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    try {
      for (var namespace : sorted.entrySet()) {
        String name = namespace.getKey();
        for (var collection : namespace.getValue().entrySet()) {
          String within = collection.getKey();
          for (var key : collection.getValue().entrySet()) {
            out.writeByteArray(1, change(name, within, key.getKey(), key.getValue()));
            // Neither is repeated
            name = "";
            within = "";
          }
        }
      }
      out.flush();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return bytes.toByteArray();
  }

  private static byte[] change(String namespace, String collection, ByteString key, Value value)
      throws IOException {
    var bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    if (!namespace.isEmpty()) {
      out.writeString(1, namespace);
    }
    if (!collection.isEmpty()) {
      out.writeString(2, collection);
    }
    if (!key.isEmpty()) {
      out.writeBytes(3, key);
    }
    if (value.bytes() == null) {
      out.writeBool(4, true);
    } else {
      out.writeBytes(5, value.bytes());
    }
    out.writeByteArray(6, height(value.version()));
    out.flush();
    return bytes.toByteArray();
  }

  /** Fabric's encoding of a version that keeps the order: length, then the bytes without zeros. */
  private static byte[] height(Version version) {
    var bytes = new ByteArrayOutputStream();
    for (long number : new long[] {version.getBlockNum(), version.getTxNum()}) {
      int length = (64 - Long.numberOfLeadingZeros(number) + 7) / 8;
      bytes.write(length);
      for (int i = length - 1; i >= 0; i--) {
        bytes.write((int) (number >>> 8 * i));
      }
    }
    return bytes.toByteArray();
  }
}
