package jp.sanchi.chaincode;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import jp.sanchi.chaincode.stream.Call;

/** A call over a map, which keeps account of what is read and written, and in which order. */
final class MapCall implements Call {
  private final Map<String, byte[]> committed;
  private final Instant timestamp;
  private final List<byte[]> arguments;

  /** Keys in the order in which they were asked for. */
  final List<String> reads = new ArrayList<>();

  /** Writes in the order in which they were put, "key=value in hex". */
  final List<String> writes = new ArrayList<>();

  private final Map<String, byte[]> pending = new LinkedHashMap<>();

  MapCall(Map<String, byte[]> committed, Instant timestamp, List<byte[]> arguments) {
    this.committed = committed;
    this.timestamp = timestamp;
    this.arguments = arguments;
  }

  static List<byte[]> words(String... words) {
    return Stream.of(words).map(word -> word.getBytes(StandardCharsets.UTF_8)).toList();
  }

  @Override
  public String channel() {
    return "trace";
  }

  @Override
  public String transactionId() {
    return "tx";
  }

  @Override
  public Instant timestamp() {
    return timestamp;
  }

  @Override
  public byte[] creator() {
    return new byte[0];
  }

  @Override
  public List<byte[]> arguments() {
    return arguments;
  }

  @Override
  public Map<String, byte[]> load(Collection<String> keys) {
    reads.addAll(keys);
    var found = new LinkedHashMap<String, byte[]>();
    for (String key : keys) {
      if (committed.containsKey(key)) {
        found.put(key, committed.get(key));
      }
    }
    return found;
  }

  @Override
  public void put(Map<String, byte[]> writes) {
    writes.forEach((key, value) -> this.writes.add(key + "=" + HexFormat.of().formatHex(value)));
    pending.putAll(writes);
  }

  /** As the ledger does with an endorsed call. */
  void commit() {
    committed.putAll(pending);
  }
}
